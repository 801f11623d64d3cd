#include "dobby/scores.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/name_words.h"
#include "scores/porter_stemmer.h"

namespace dobby {
namespace {

using nlohmann::json;

/// Objects of a file of JSON lines.
std::vector<json> ReadRows(const std::string& path) {
  std::vector<json> rows;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    rows.push_back(json::parse(line));
  }
  return rows;
}

void ExpectRouge(const RougeScore& got, const json& want,
                 const std::string& what) {
  EXPECT_NEAR(got.precision, want[0], 1e-6) << what;
  EXPECT_NEAR(got.recall, want[1], 1e-6) << what;
  EXPECT_NEAR(got.f1, want[2], 1e-6) << what;
}

/// Compares with what the original programs gave.
void ExpectRow(const json& row) {
  const std::string ref = row["ref"], cand = row["cand"];
  const std::string what = ref + " | " + cand;
  EXPECT_NEAR(CodeXGlueBleu(ref, cand), row["codexglue_bleu"], 1e-6) << what;
  EXPECT_NEAR(Chrf(ref, cand), row["chrf"], 1e-6) << what;
  for (const bool stem : {true, false}) {
    const RougeScores got = Rouge(ref, cand, stem);
    const json& want = row[stem ? "stem" : "nostem"];
    ExpectRouge(got.rouge1, want["rouge1"], what);
    ExpectRouge(got.rouge2, want["rouge2"], what);
    ExpectRouge(got.rouge_l, want["rougeL"], what);
  }
}

// tests/golden/make_score_goldens.py made them with rouge-score, NLTK,
// sacrebleu and CodeXGLUE's own BLEU.
TEST(Scores, AreThoseOfTheOriginalPrograms) {
  const auto rows =
      ReadRows(std::string(DOBBY_TEST_DATA) + "/golden/scores.jsonl");
  ASSERT_GT(rows.size(), 30u);
  for (const json& row : rows) ExpectRow(row);
}

TEST(CodeXGlueBleu, FollowsItsDefinition) {
  EXPECT_NEAR(CodeXGlueBleu("Reads a file .", "reads a File."), 100, 1e-9);
  EXPECT_EQ(CodeXGlueBleu("Reads a file.", ""), CodeXGlueBleu("x y z .", ""));
  // One of two words, no pair: p = 1/2, 1/2, 1, 1; three words were expected.
  EXPECT_NEAR(CodeXGlueBleu("a b c", "a d"),
              100 * std::exp(0.25 * std::log(0.25) + (1 - 4.0 / 3)), 1e-9);
  EXPECT_NEAR(CodeXGlueBleu("read_file", "read _ file"), 100, 1e-9);
}

TEST(PorterStem, KnowsTheWordsOfItsPaper) {
  const std::pair<const char*, const char*> cases[] = {
      {"caresses", "caress"},    {"ponies", "poni"},
      {"cats", "cat"},           {"agreed", "agre"},
      {"plastered", "plaster"},  {"motoring", "motor"},
      {"conflated", "conflat"},  {"hopping", "hop"},
      {"falling", "fall"},       {"filing", "file"},
      {"happy", "happi"},        {"relational", "relat"},
      {"conditional", "condit"}, {"vietnamization", "vietnam"},
      {"hopefulness", "hope"},   {"formalize", "formal"},
      {"electricity", "electr"}, {"adjustable", "adjust"},
      {"replacement", "replac"}, {"adoption", "adopt"},
      {"probate", "probat"},     {"controlling", "control"},
      {"roll", "roll"},          {"dying", "die"},
      {"news", "news"},          {"as", "as"}};
  for (const auto& [word, stem] : cases) EXPECT_EQ(PorterStem(word), stem);
}

TEST(WordsOfName, PartsAtHumpsDigitsAndMarks) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(WordsOfName("HTTPServer_2"), (Words{"http", "server", "2"}));
  EXPECT_EQ(WordsOfName("readFile"), (Words{"read", "file"}));
  EXPECT_EQ(WordsOfName("__init__"), (Words{"init"}));
  EXPECT_EQ(WordsOfName("utf8ToUTF16"), (Words{"utf", "8", "to", "utf", "16"}));
  EXPECT_EQ(WordsOfName("Größe"), (Words{"größe"}));
  EXPECT_EQ(WordsOfName(""), Words{});
}

TEST(FunctionalityCoverage, CountsNamesWholeOrByTheirWords) {
  const std::vector<Symbol> outline = {{"class", "FileReader", 1, 0},
                                       {"method", "read_line", 2, 1},
                                       {"method", "close", 3, 1}};
  EXPECT_EQ(FunctionalityCoverage("FileReader.", outline), 1.0 / 3);
  EXPECT_EQ(FunctionalityCoverage("A reader of files.", outline), 1.0 / 3);
  EXPECT_EQ(FunctionalityCoverage("Parses text.", outline), 0);
  EXPECT_EQ(FunctionalityCoverage("Reading lines, then closes.", outline),
            2.0 / 3);
  EXPECT_EQ(FunctionalityCoverage("Anything.", {}), 1);
}

TEST(SyntaxAccuracy, IsTheShareOfItsSixRules) {
  struct Case {
    const char* name;
    const char* text;
    std::size_t lines;
    int broken;
  };
  const Case cases[] = {
      {"good", "Reads a file.\nHas `read` and `close`.", 2, 0},
      {"begins with a name", "read_file reads.\nDone.", 2, 0},
      {"one line too few", "Reads a file.", 2, 1},
      {"one line is asked for", "Reads a file.", 1, 0},
      {"lower case", "reads a file.\nAnd more.", 2, 1},
      {"no end", "Reads a file\nAnd more.", 2, 1},
      {"stammers", "It reads reads reads it.\nAnd more.", 2, 1},
      {"twice the same", "Reads a file.\nReads a file.", 2, 1},
      {"a list", "- Reads a file.\nAnd more.", 2, 2},
      {"a broken character", "Reads a \xFF file.\nAnd more.", 2, 1},
      {"nothing", "", 2, 5},
  };
  for (const Case& c : cases) {
    EXPECT_NEAR(SyntaxAccuracy(c.text, c.lines), 1 - c.broken / 6.0, 1e-12)
        << c.name;
  }
}

TEST(TechnicalAccuracy, IsTheShareOfNamesThatTheSourceHas) {
  EXPECT_EQ(TechnicalAccuracy("Reads a file.", "int x;"), 1);
  EXPECT_EQ(
      TechnicalAccuracy("Calls readFile() and `open`.", "void readfile();"),
      0.5);
}

TEST(BootstrapMean, HoldsTheMeanAndShrinksWithMoreValues) {
  EXPECT_EQ(BootstrapMean({}).high, 0);
  const std::vector<double> same(20, 3.0);
  EXPECT_EQ(BootstrapMean(same).low, 3.0);
  std::vector<double> few, many;
  for (int i = 0; i < 400; ++i) {
    const double value = (i * 7919) % 100;
    if (i < 40) few.push_back(value);
    many.push_back(value);
  }
  const MeanInterval a = BootstrapMean(few), b = BootstrapMean(many);
  EXPECT_LT(a.low, a.mean);
  EXPECT_LT(a.mean, a.high);
  EXPECT_LT(b.high - b.low, a.high - a.low);
  // The standard error of 400 values that are even over 0 to 99 is 1.44.
  EXPECT_NEAR(b.high - b.low, 2 * 1.96 * 1.44, 0.7);
}

TEST(Baselines, KnowNoModel) {
  EXPECT_EQ(NameSummary(std::vector<Symbol>{{"function", "readFile", 1, 0}}),
            "read file .");
  EXPECT_EQ(NameSummary({}), ConstantSummary());
}

}  // namespace
}  // namespace dobby
