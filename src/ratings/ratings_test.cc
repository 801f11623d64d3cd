#include "dobby/ratings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

namespace dobby {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

/// An empty folder of this test's own.
std::string Folder() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::string folder = testing::TempDir() + "dobby_" +
                             test->test_suite_name() + "_" + test->name();
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

std::string TextAt(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Returns answers that say `texts`, to rows "row 0", "row 1", ...
std::vector<EvalAnswer> AnswersOf(const std::vector<std::string>& texts) {
  std::vector<EvalAnswer> answers;
  for (const std::string& text : texts) {
    EvalAnswer answer;
    answer.id = "row " + std::to_string(answers.size());
    if (!text.empty()) answer.lines = {text};
    answers.push_back(std::move(answer));
  }
  return answers;
}

std::vector<EvalRow> Rows(std::size_t count) {
  std::vector<EvalRow> rows;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    rows.push_back({"row " + number,
                    "go",
                    "a.go",
                    "code " + number,
                    {"Reference " + number + "."}});
  }
  return rows;
}

/// Ten rows; alpha answers all, beta the first five, alike for the first one.
RatingSet SampleSet() {
  std::vector<std::string> alpha, beta;
  for (int i = 0; i < 10; ++i) {
    alpha.push_back("Alpha's  text " + std::to_string(i) + ".\n");
    if (i < 5) beta.push_back("Beta's text " + std::to_string(i) + ".");
  }
  beta[0] = "Alpha's text 0.";
  const std::vector<NamedAnswers> answers = {{"alpha", AnswersOf(alpha)},
                                             {"beta", AnswersOf(beta)}};
  auto set = MakeRatingSet(Rows(10), answers, 0);
  EXPECT_TRUE(set);
  return *std::move(set);
}

const Candidate& Find(const RatingSet& set, const std::string& text) {
  const auto at =
      std::find_if(set.candidates.begin(), set.candidates.end(),
                   [&](const Candidate& c) { return c.text == text; });
  EXPECT_NE(at, set.candidates.end()) << text;
  return *at;
}

TEST(OrdinalAlpha, IsThatOfTheIndependentProgram) {
  std::ifstream file(std::string(DOBBY_TEST_DATA) + "/golden/alpha.jsonl");
  std::size_t cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    const json golden = json::parse(line);
    const auto alpha =
        OrdinalAlpha(golden["units"].get<std::vector<std::vector<int>>>());
    ASSERT_EQ(alpha.has_value(), !golden["alpha"].is_null()) << line;
    if (alpha) {
      EXPECT_NEAR(*alpha, golden["alpha"].get<double>(), 1e-12) << line;
    }
  }
  EXPECT_EQ(cases, 9u);
}

TEST(OrdinalAlpha, IsAsPublished) {
  const auto alpha = OrdinalAlpha(std::vector<std::vector<int>>{{1, 1, 1},
                                                                {2, 2, 3, 2},
                                                                {3, 3, 3, 3},
                                                                {3, 3, 3, 3},
                                                                {2, 2, 2, 2},
                                                                {1, 2, 3, 4},
                                                                {4, 4, 4, 4},
                                                                {1, 1, 2, 1},
                                                                {2, 2, 2, 2},
                                                                {5, 5, 5},
                                                                {1, 1},
                                                                {3}});
  ASSERT_TRUE(alpha);
  EXPECT_NEAR(*alpha, 0.815, 0.0005);
}

TEST(MakeRatingSet, MixesTheReferenceInAndRatesEqualTextsOnce) {
  const RatingSet set = SampleSet();
  EXPECT_EQ(set.rows.size(), 10u);
  EXPECT_EQ(set.candidates.size(), 10u * 2 + 4);
  EXPECT_EQ(Find(set, "Alpha's text 0.").systems,
            (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(Find(set, "Reference 3.").systems,
            (std::vector<std::size_t>{kReference}));
  std::set<std::string> ids;
  for (const Candidate& candidate : set.candidates) ids.insert(candidate.id);
  EXPECT_EQ(ids.size(), set.candidates.size());
}

TEST(MakeRatingSet, TakesABeginningOfOneOrderAndLeavesUnansweredRowsOut) {
  const std::vector<NamedAnswers> answers = {
      {"alpha", AnswersOf({"", "One.", "Two.", "Three."})}};
  const auto three = MakeRatingSet(Rows(9), answers, 0);
  const auto two = MakeRatingSet(Rows(9), answers, 2);
  ASSERT_TRUE(three && two);
  EXPECT_EQ(three->rows.size(), 3u);
  ASSERT_EQ(two->rows.size(), 2u);
  EXPECT_EQ(two->rows[0].id, three->rows[0].id);
  EXPECT_EQ(two->rows[1].id, three->rows[1].id);
  EXPECT_EQ(MakeRatingSet(Rows(1), answers, 0).error().code, ErrorCode::kUsage);
}

TEST(OrderFor, IsEachRatersOwnAndAlwaysTheSame) {
  const RatingSet set = SampleSet();
  const auto ann = OrderFor("Ann", set);
  EXPECT_EQ(ann, OrderFor("Ann", SampleSet()));
  EXPECT_NE(ann, OrderFor("Bob", set));
  for (std::size_t i = 1; i < ann.size(); ++i) {
    EXPECT_LE(set.candidates[ann[i - 1]].row, set.candidates[ann[i]].row);
  }
  auto sorted = ann;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size(); ++i) EXPECT_EQ(sorted[i], i);
}

TEST(OrderFor, GivesThePlaceOfTheReferenceAwayToNobody) {
  std::vector<std::string> texts;
  for (int i = 0; i < 400; ++i) {
    texts.push_back("Text " + std::to_string(i) + ".");
  }
  const std::vector<NamedAnswers> answers = {{"alpha", AnswersOf(texts)}};
  const auto set = MakeRatingSet(Rows(400), answers, 0);
  ASSERT_TRUE(set);
  const auto order = OrderFor("Ann", *set);
  int first = 0;
  for (std::size_t i = 0; i < order.size(); i += 2) {
    first += set->candidates[order[i]].systems[0] == kReference ? 1 : 0;
  }
  EXPECT_NEAR(first, 200, 50);  // Five standard deviations.
}

Rating Sample(const std::string& rater, const std::string& candidate,
              int score) {
  return {rater,
          "row 1",
          candidate,
          "It's \"so\".\nYes.",
          {score, 2, 3, 5},
          "2026-11-24T15:30:00Z"};
}

TEST(RatingsFile, KeepsTheLastRatingOfEach) {
  const std::string path = Folder() + "/r.jsonl";
  {
    auto file = RatingsFile::Open(path);
    ASSERT_TRUE(file);
    for (const Rating& rating :
         {Sample("Ann", "x", 1), Sample("Bob", "x", 2), Sample("Ann", "y", 3),
          Sample("Ann", "x", 4)}) {
      ASSERT_TRUE(file->Append(rating));
    }
    EXPECT_EQ(RatingsFile::Open(path).error().code, ErrorCode::kUsage);
  }
  std::string warning;
  const auto ratings = ReadRatings(path, &warning);
  ASSERT_TRUE(ratings);
  EXPECT_EQ(warning, "");
  ASSERT_EQ(ratings->size(), 3u);
  EXPECT_EQ((*ratings)[0].scores, (CriterionScores{4, 2, 3, 5}));
  EXPECT_EQ((*ratings)[0].text, "It's \"so\".\nYes.");
  EXPECT_EQ((*ratings)[1].rater, "Bob");
  EXPECT_TRUE(RatingsFile::Open(path));
}

TEST(RatingsFile, LosesOnlyTheLineThatWasCutShort) {
  const std::string path = Folder() + "/r.jsonl";
  ASSERT_TRUE(RatingsFile::Open(path)->Append(Sample("Ann", "x", 1)));
  const std::string whole = TextAt(path);
  for (std::size_t cut = 1; cut < whole.size() - 1; ++cut) {
    std::ofstream(path) << whole << whole.substr(0, cut);
    std::string warning;
    const auto ratings = ReadRatings(path, &warning);
    ASSERT_TRUE(ratings) << cut;
    EXPECT_EQ(ratings->size(), 1u);
    EXPECT_THAT(warning, HasSubstr("cut short"));
    ASSERT_TRUE(RatingsFile::Open(path)->Append(Sample("Bob", "x", 2)));
    warning.clear();
    EXPECT_EQ(ReadRatings(path, &warning)->size(), 2u) << cut;
    EXPECT_EQ(warning, "");
  }
  // Whole, but for its end of line.
  std::ofstream(path) << whole.substr(0, whole.size() - 1);
  ASSERT_TRUE(RatingsFile::Open(path)->Append(Sample("Bob", "x", 2)));
  std::string warning;
  EXPECT_EQ(ReadRatings(path, &warning)->size(), 2u);
}

TEST(RatingsFile, SaysWhichLineIsBad) {
  const std::string path = Folder() + "/r.jsonl";
  std::string warning;
  EXPECT_TRUE(ReadRatings(path, &warning)->empty());
  ASSERT_TRUE(RatingsFile::Open(path)->Append(Sample("Ann", "x", 1)));
  const std::string good = TextAt(path);
  const std::string deep = "{\"rater\":" + std::string(100'000, '[') +
                           std::string(100'000, ']') + "}";
  for (
      const std::string& bad : std::initializer_list<std::string>{
          "{}", "[1]", "x", deep,
          R"({"rater":"Ann","candidate":"x","scores":[1]})",
          R"({"rater":"Ann","candidate":"x","scores":{"functional_accuracy":6,)"
          R"("conciseness":1,"clarity":1,"technical_precision":1}})"}) {
    std::ofstream(path) << good << bad << "\n" << good;
    const auto ratings = ReadRatings(path, &warning);
    ASSERT_FALSE(ratings) << bad;
    EXPECT_EQ(ratings.error().code, ErrorCode::kCorrupt);
    EXPECT_THAT(ratings.error().context, HasSubstr(":2"));
  }
}

std::string Noon() { return "2026-11-24T12:00:00Z"; }

RatingSession SessionAt(const std::string& path) {
  std::string warning;
  auto earlier = ReadRatings(path, &warning);
  auto file = RatingsFile::Open(path);
  EXPECT_TRUE(earlier && file);
  return {SampleSet(), *std::move(file), *earlier, Noon};
}

TEST(RatingSession, GoesOnWhereTheRaterStopped) {
  const std::string path = Folder() + "/r.jsonl";
  std::string second;
  {
    RatingSession session = SessionAt(path);
    EXPECT_EQ(session.ProgressOf("Ann")->next, 0u);
    EXPECT_EQ(session.ProgressOf("Ann")->total, 24u);
    const std::string first = session.ItemAt("Ann", 0)->candidate;
    second = session.ItemAt("Ann", 1)->candidate;
    EXPECT_EQ(session.Rate("Ann", second, {1, 2, 3, 4})->next, 0u);
    EXPECT_EQ(session.Rate(" Ann ", first, {5, 5, 5, 5})->next, 2u);
  }
  RatingSession session = SessionAt(path);
  EXPECT_EQ(session.ProgressOf("Ann")->rated, 2u);
  EXPECT_EQ(session.ProgressOf("Ann")->next, 2u);
  EXPECT_EQ(session.ProgressOf("Bob")->next, 0u);
  const auto item = session.ItemAt("Ann", 1);
  EXPECT_EQ(item->candidate, second);
  EXPECT_EQ(item->scores, (CriterionScores{1, 2, 3, 4}));
  EXPECT_EQ(item->row, 0u);
  EXPECT_EQ(item->of_row, 1u);
  EXPECT_FALSE(session.ItemAt("Bob", 1)->scores);
}

TEST(RatingSession, RefusesWhatMakesNoSense) {
  const std::string path = Folder() + "/r.jsonl";
  RatingSession session = SessionAt(path);
  const std::string id = session.ItemAt("Ann", 0)->candidate;
  for (const std::string& name :
       {std::string(), std::string(" "), std::string(65, 'x'),
        std::string("A\nB"), std::string("\xFF"), std::string("a\0b", 3)}) {
    EXPECT_EQ(session.ProgressOf(name).error().code, ErrorCode::kUsage);
    EXPECT_EQ(session.ItemAt(name, 0).error().code, ErrorCode::kUsage);
    EXPECT_EQ(session.Rate(name, id, {1, 1, 1, 1}).error().code,
              ErrorCode::kUsage);
  }
  EXPECT_EQ(session.ItemAt("Ann", 24).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(session.Rate("Ann", "x", {1, 1, 1, 1}).error().code,
            ErrorCode::kNotFound);
  for (const int bad : {0, 6, -1}) {
    EXPECT_EQ(session.Rate("Ann", id, {1, 1, bad, 1}).error().code,
              ErrorCode::kUsage);
  }
  EXPECT_EQ(TextAt(path), "");
}

/// A rating of one of the set's texts.
Rating Of(const RatingSet& set, const std::string& rater,
          const std::string& text, const CriterionScores& scores) {
  const Candidate& candidate = Find(set, text);
  return {rater, set.rows[candidate.row].id, candidate.id, text, scores, ""};
}

TEST(SumUp, GivesMeansPairsAndAgreement) {
  const RatingSet set = SampleSet();
  const std::vector<Rating> ratings = {
      Of(set, "Ann", "Reference 0.", {4, 4, 4, 4}),
      Of(set, "Ann", "Alpha's text 0.", {5, 4, 4, 3}),  // Beta's too; equal.
      Of(set, "Bob", "Reference 0.", {5, 5, 5, 5}),
      Of(set, "Bob", "Alpha's text 0.", {3, 2, 4, 1}),  // Less.
      Of(set, "Ann", "Reference 1.", {3, 3, 3, 3}),
      Of(set, "Ann", "Beta's text 1.", {5, 5, 5, 5}),   // More.
      Of(set, "Bob", "Alpha's text 1.", {1, 1, 1, 1}),  // No pair.
      {"Ann", "row 1", "gone", "Gone.", {1, 1, 1, 1}, ""}};
  const RatingResults results = SumUp(set, ratings, "set");
  EXPECT_EQ(results.unknown, 1u);
  EXPECT_EQ(results.shared, 2u);
  EXPECT_EQ(results.raters, (std::vector<std::pair<std::string, std::size_t>>{
                                {"Ann", 4}, {"Bob", 3}}));
  ASSERT_EQ(results.systems.size(), 3u);
  const RatedSystem& alpha = results.systems[1];
  EXPECT_EQ(alpha.rows, 2u);
  EXPECT_EQ(alpha.ratings, 3u);
  // Row 0: (5 + 3) / 2 by two raters; row 1: 1.
  EXPECT_NEAR(alpha.means[0].mean, 2.5, 1e-12);
  EXPECT_NEAR(alpha.at_least_reference.mean, 0.5, 1e-12);
  EXPECT_EQ(alpha.pairs, 2u);
  const RatedSystem& beta = results.systems[2];
  EXPECT_EQ(beta.pairs, 3u);
  EXPECT_NEAR(beta.at_least_reference.mean, 0.75, 1e-12);
  ASSERT_TRUE(results.alpha[0]);
  EXPECT_NEAR(*results.alpha[0],
              *OrdinalAlpha(std::vector<std::vector<int>>{{4, 5}, {5, 3}}),
              1e-12);
}

TEST(Reports, HoldEverythingAndSayWhatIsUndefined) {
  const RatingSet set = SampleSet();
  const auto none = json::parse(RatingsJson(SumUp(set, {}, "set")));
  EXPECT_TRUE(none["systems"][1]["means"].is_null());
  EXPECT_TRUE(none["alpha"]["clarity"].is_null());
  EXPECT_THAT(RatingsMarkdown(SumUp(set, {}, "set")),
              HasSubstr("clarity: undefined"));
  const std::vector<Rating> ratings = {
      Of(set, "Ann", "Alpha's text 0.", {5, 4, 4, 3}),
      Of(set, "Ann", "Reference 0.", {4, 4, 4, 4})};
  const RatingResults results = SumUp(set, ratings, "set");
  const auto object = json::parse(RatingsJson(results));
  EXPECT_EQ(object["ratings"][0]["systems"], json({"alpha", "beta"}));
  EXPECT_EQ(object["ratings"][0]["scores"]["technical precision"], 3);
  EXPECT_EQ(object["systems"][0]["name"], "reference");
  EXPECT_FALSE(object["systems"][0].contains("at_least_reference"));
  EXPECT_EQ(object["systems"][1]["at_least_reference"]["mean"], 1.0);
  EXPECT_THAT(RatingsMarkdown(results),
              HasSubstr("| alpha | 1 | 1 | 5.00 (5.00 to 5.00) |"));
  EXPECT_THAT(RatingsMarkdown(results), HasSubstr("| 100 % (100 to 100) |"));
}

}  // namespace
}  // namespace dobby
