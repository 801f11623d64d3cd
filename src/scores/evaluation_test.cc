#include "dobby/evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.h"

namespace dobby {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A folder of this test's own.
std::string Folder() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::string folder = testing::TempDir() + "/dobby_" + test->name();
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

std::string Written(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
  return path;
}

/// Says what it was asked, at once; fails where the code says so.
class EchoSummariser : public Summariser {
 public:
  std::vector<std::string> asked;
  std::function<void()> after;

  Result<RunReport> Run(const Repo&, SummaryIndex&, ProgressFn,
                        std::stop_token) override {
    return RunReport{};
  }
  void Summarise(const Snippet& snippet,
                 std::function<void(Result<SummaryText>)> done) override {
    asked.push_back(snippet.code);
    if (snippet.code == "fail") {
      done(Error{ErrorCode::kTimeout, "took too long", ""});
    } else {
      SummaryText text;
      text.lines = {"Has " + snippet.code + ".",
                    snippet.sentence ? "" : "Nothing else."};
      text.prompt_tokens = 7;
      done(text);
    }
    if (after) after();
  }
  const std::string& prompt_version() const override { return version_; }

 private:
  std::string version_ = "test";
};

std::vector<EvalRow> RowsOf(const std::vector<std::string>& codes) {
  std::vector<EvalRow> rows;
  for (const std::string& code : codes) {
    rows.push_back({"row " + std::to_string(rows.size()),
                    "python",
                    "a.py",
                    code,
                    {"Has it."}});
  }
  return rows;
}

EvalRun RunIn(const std::string& folder) {
  EvalRun run;
  run.answers_path = folder + "/answers.jsonl";
  run.key = "model 1";
  return run;
}

TEST(ReadEvalRows, TakesRowsAndSaysWhatIsWrong) {
  const std::string path = Folder() + "/rows.jsonl";
  struct Case {
    const char* text;
    const char* says;  ///< Empty: it is right.
  };
  const std::string good =
      R"({"id":"1","code":"x","references":["a","b"],"lang":"go"})";
  for (const Case& c :
       {Case{R"({"id":"1","code":"x","reference":"a"})", ""},
        Case{"\n\n", "has no rows"}, Case{"[1]", ":1: is no JSON object"},
        Case{"{", ":1: is no JSON object"},
        Case{R"({"id":"1","code":"","reference":"a"})", ":1: needs"},
        Case{R"({"id":1,"code":"x","reference":"a"})", ":1: needs"},
        Case{R"({"id":"1","code":"x","references":[]})", ":1: needs"},
        Case{"{\"id\":\"1\",\"code\":\"\xFF\",\"reference\":\"a\"}",
             ":1: is no JSON object"}}) {
    const auto rows = ReadEvalRows(Written(path, c.text));
    ASSERT_EQ(rows.has_value(), *c.says == '\0') << c.text;
    if (!rows) {
      EXPECT_THAT(rows.error().ToString(), HasSubstr(c.says));
    }
  }
  const auto deep = ReadEvalRows(Written(
      path, "{\"id\":" + std::string(100'000, '[') + std::string(100'000, ']') +
                ",\"code\":\"x\",\"reference\":\"a\"}"));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, ErrorCode::kTooLarge);
  EXPECT_THAT(deep.error().context, HasSubstr(":1"));
  const auto twice = ReadEvalRows(Written(path, good + "\n" + good + "\n"));
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().ToString(), HasSubstr(":2: has the id"));
  const auto rows = ReadEvalRows(Written(path, good));
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->front().references, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(ReadEvalRows(path + "x").error().code, ErrorCode::kNotFound);
}

TEST(AnswerRows, GoesOnWhereItWasStopped) {
  const auto rows = RowsOf({"a", "b", "c", "d", "e"});
  const EvalRun run = RunIn(Folder());
  std::stop_source stop;
  EchoSummariser first;
  first.after = [&] {
    if (first.asked.size() == 3) stop.request_stop();
  };
  EvalRun stopped = run;
  stopped.stop = stop.get_token();
  EXPECT_EQ(AnswerRows(first, rows, stopped).error().code,
            ErrorCode::kCancelled);
  // As a killed process leaves it.
  std::ofstream(run.answers_path, std::ios::app) << R"({"id":"row 3","ke)";

  EchoSummariser second;
  const auto answers = AnswerRows(second, rows, run);
  ASSERT_TRUE(answers);
  EXPECT_EQ(second.asked, (std::vector<std::string>{"d", "e"}));
  ASSERT_EQ(answers->size(), 5u);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ((*answers)[i].id, rows[i].id);
    EXPECT_EQ((*answers)[i].Text(), "Has " + rows[i].code + ". Nothing else.");
    EXPECT_EQ((*answers)[i].prompt_tokens, 7u);
  }
  EchoSummariser third;
  ASSERT_TRUE(AnswerRows(third, rows, run));
  EXPECT_TRUE(third.asked.empty());
  EvalRun other = run;
  other.key = "model 2";
  ASSERT_TRUE(AnswerRows(third, rows, other));
  EXPECT_EQ(third.asked.size(), 5u);
}

TEST(AnswerRows, AFailureIsAnAnswerAndIsAskedAgain) {
  const auto rows = RowsOf({"fail", "b"});
  EvalRun run = RunIn(Folder());
  run.sentence = true;
  std::size_t last = 0;
  run.progress = [&](std::size_t done, std::size_t all) {
    EXPECT_LE(done, all);
    last = done;
  };
  for (int i = 0; i < 2; ++i) {
    EchoSummariser summariser;
    const auto answers = AnswerRows(summariser, rows, run);
    ASSERT_TRUE(answers);
    EXPECT_THAT(answers->front().error, HasSubstr("took too long"));
    EXPECT_TRUE(answers->front().lines.empty());
    EXPECT_EQ(answers->back().Text(), "Has b.");
    EXPECT_EQ(summariser.asked.size(), i == 0 ? 2u : 1u);
    EXPECT_EQ(last, 2u);
  }
}

TEST(AnswerRows, SaysThatItCannotWrite) {
  EvalRun run = RunIn(Folder() + "/missing");
  EchoSummariser summariser;
  EXPECT_EQ(AnswerRows(summariser, RowsOf({"a"}), run).error().code,
            ErrorCode::kNotFound);
  EXPECT_TRUE(summariser.asked.empty());
}

std::vector<EvalRow> CodeRows() {
  return {{"1",
           "python",
           "a.py",
           "def read_file(path):\n  return path == 1\n",
           {"Reads a file.", "Read the file of a path."}},
          {"2",
           "python",
           "b.py",
           "def close_socket(s):\n  s.close()\n",
           {"Closes a socket."}},
          {"3", "python", "c.py", "x = 1\n", {"Sets x."}}};
}

std::vector<EvalAnswer> AnswersOf(const std::vector<std::string>& texts) {
  std::vector<EvalAnswer> answers;
  for (const std::string& text : texts) {
    EvalAnswer answer;
    answer.id = std::to_string(answers.size() + 1);
    if (!text.empty()) answer.lines = {text};
    answers.push_back(std::move(answer));
  }
  return answers;
}

TEST(ScoreAnswers, TakesTheBestReferenceAndZeroForAFailure) {
  const auto rows = CodeRows();
  const EvalScores scores = ScoreAnswers(
      rows, AnswersOf({"Read the file of a path.", "Calls `openDoor`.", ""}),
      /*sentence=*/true);
  EXPECT_NEAR(scores.Of(Metric::kBleu)[0], 100, 1e-9);
  EXPECT_NEAR(scores.Of(Metric::kRougeL)[0], 100, 1e-9);
  EXPECT_NEAR(scores.Of(Metric::kChrf)[0], 100, 1e-9);
  EXPECT_EQ(scores.Of(Metric::kCoverage)[0], 100);
  EXPECT_EQ(scores.Of(Metric::kSyntax)[0], 100);
  EXPECT_EQ(scores.Of(Metric::kTechnical)[1], 0);
  EXPECT_EQ(scores.Of(Metric::kCoverage)[1], 0);
  for (const auto& of_metric : scores.values) {
    ASSERT_EQ(of_metric.size(), 3u);
    EXPECT_EQ(of_metric[2], 0);
  }
}

TEST(Baselines, AnswerEveryRow) {
  const auto rows = CodeRows();
  const auto names = NameAnswers(rows);
  EXPECT_EQ(names[0].Text(), "read file .");
  EXPECT_EQ(names[2].Text(), ConstantSummary());
  EXPECT_EQ(ConstantAnswers(rows)[1].Text(), ConstantSummary());
}

TEST(Perturbed, NamesAndComparisonsChange) {
  const auto rows = CodeRows();
  const auto renamed = RenamedRows(rows);
  ASSERT_EQ(renamed.size(), 2u);
  EXPECT_EQ(renamed[0].row.code,
            "def close_socket(path):\n  return path == 1\n");
  EXPECT_EQ(renamed[1].row.code, "def read_file(s):\n  s.close()\n");
  const auto flipped = FlippedRows(rows);
  ASSERT_EQ(flipped.size(), 1u);
  EXPECT_EQ(flipped[0].row.code, "def read_file(path):\n  return path != 1\n");
  const auto before = AnswersOf({"Reads a file.", "Closes it.", "x"});
  EXPECT_EQ(FollowedText("renamed", rows, before, renamed,
                         AnswersOf({"Closes a socket.", "Closes it."})),
            "renamed: 1 of 2 summaries changed; of 1 that named what was "
            "changed, 1 name what stands there now");
  EXPECT_EQ(FollowedText("flipped", rows, before, flipped,
                         AnswersOf({"Reads a file."})),
            "flipped: 0 of 1 summaries changed");
}

TEST(ShuffledPairs, ToldApartOrByChance) {
  const auto rows = CodeRows();
  EXPECT_EQ(ShuffledPairs(rows, AnswersOf({"Reads a file.", "Closes a socket.",
                                           "Sets x."})),
            1);
  EXPECT_EQ(ShuffledPairs(rows, AnswersOf({"", "", ""})), 0.5);
}

TEST(ShuffledPairs, StandInTheReports) {
  EvalReport report;
  report.rows = CodeRows();
  for (const auto& [said, percent] :
       {std::pair{"Reads a file.", 1.0}, std::pair{"", 0.5}}) {
    const auto answers = *said == '\0'
                             ? AnswersOf({"", "", ""})
                             : AnswersOf({said, "Closes a socket.", "Sets x."});
    report.systems.push_back(
        {"model", answers, ScoreAnswers(report.rows, answers, true), 0});
    const auto json = nlohmann::json::parse(EvalJson(report));
    EXPECT_EQ(json["systems"].back()["own_references"], percent);
  }
  const std::string markdown = EvalMarkdown(report);
  EXPECT_THAT(markdown, HasSubstr(" | 100.0 % |\n"));
  EXPECT_THAT(markdown, HasSubstr(" | 50.0 % |\n"));
}

TEST(AnswersTo, AreThoseOfTheRowsInTheirOrder) {
  const std::string path = Folder() + "/answers.jsonl";
  const auto read =
      ReadAnswers(Written(path, R"({"id":"row 2","lines":["Sets z.","It is."]}
{"id":"of no row","lines":["Sets w."]}

{"id":"row 0","lines":"Sets x."}
)"));
  ASSERT_TRUE(read) << read.error().ToString();
  const auto answers = AnswersTo(RowsOf({"x", "y", "z"}), *read);
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].Text(), "Sets x.");
  EXPECT_EQ(answers[2].Text(), "Sets z. It is.");
  EXPECT_EQ(answers[1].id, "row 1");
  EXPECT_TRUE(answers[1].lines.empty());
  EXPECT_EQ(answers[1].error, "no answer");
  EXPECT_EQ(answers[0].error, "");
}

TEST(ReadAnswers, AFileWithoutAnswersIsAnError) {
  const std::string path = Folder() + "/answers.jsonl";
  for (const char* bad :
       {"{", "[1]", R"({"id":"row 0"})", R"({"lines":["x"]})",
        R"({"id":"row 0","lines":[]})", R"({"id":7,"lines":["x"]})",
        "{\"id\":\"\xFF\",\"lines\":[\"x\"]}"}) {
    const auto answers = ReadAnswers(Written(path, std::string("\n") + bad));
    ASSERT_FALSE(answers) << bad;
    EXPECT_EQ(answers.error().code, ErrorCode::kUsage) << bad;
  }
  EXPECT_FALSE(ReadAnswers(path + ".none"));
}

TEST(EvalReports, HoldEverySystemAndEscapeText) {
  EvalReport report;
  report.data = "set";
  report.rows = CodeRows();
  report.rows[0].code = "if (a < b && \"<script>\") {}";
  const auto answers = AnswersOf({"Compares a < b.", "Closes.", ""});
  report.systems = {
      {"model <1>", answers, ScoreAnswers(report.rows, answers, true), 2.5}};
  const auto json = nlohmann::json::parse(EvalJson(report));
  EXPECT_EQ(json["rows"], 3);
  EXPECT_EQ(json["systems"][0]["answers"][0]["lines"][0], "Compares a < b.");
  EXPECT_EQ(json["systems"][0]["answers"][2]["scores"].size(), kMetrics);
  EXPECT_LE(json["systems"][0]["means"]["chrF"]["low"],
            json["systems"][0]["means"]["chrF"]["high"]);
  const std::string markdown = EvalMarkdown(report);
  EXPECT_THAT(markdown, HasSubstr("| model <1> |"));
  EXPECT_THAT(markdown, HasSubstr(" own references |\n"));
  const std::string html = EvalHtml(report);
  EXPECT_THAT(html, HasSubstr("a &lt; b &amp;&amp; &quot;&lt;script&gt;"));
  EXPECT_THAT(html, HasSubstr("model &lt;1&gt;"));
  EXPECT_THAT(html, Not(HasSubstr("<script>")));
  EXPECT_THAT(html, HasSubstr("failed: "));
}

}  // namespace
}  // namespace dobby
