#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "dobby/evaluation.h"

namespace dobby {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A system that has these scores by every measure.
EvalSystem SystemOf(const std::string& name, std::span<const EvalRow> rows,
                    const std::vector<double>& scores) {
  EvalSystem system;
  system.name = name;
  for (const EvalRow& row : rows) {
    system.answers.emplace_back();
    system.answers.back().id = row.id;
    system.answers.back().lines = {"It does."};
  }
  for (auto& of_metric : system.scores.values) of_metric = scores;
  return system;
}

EvalReport ReportOf(const std::vector<std::string>& ids,
                    const std::vector<double>& scores) {
  EvalReport report;
  report.data = "set";
  for (const std::string& id : ids) {
    report.rows.push_back({id, "go", "a.go", "x", {"Does it."}});
  }
  report.systems = {SystemOf("model", report.rows, scores)};
  return report;
}

TEST(DifferenceText, IsOfTheRowsThatBothHave) {
  // Row b: 20 to 25; row c: 40 to 45. Every resampling is 5 more.
  const EvalReport before = ReportOf({"a", "c", "b"}, {90, 40, 20});
  const EvalReport now = ReportOf({"b", "c", "d"}, {25, 45, 1});
  const auto text = DifferenceText(now, EvalJson(before));
  ASSERT_TRUE(text) << text.error().ToString();
  EXPECT_TRUE(text->starts_with("2 rows of both")) << *text;
  EXPECT_THAT(*text, HasSubstr("\n| CodeXGLUE BLEU | 30.0 | 35.0 | +5.0 (+5.0 "
                               "to +5.0) | +17 % |\n"));
  for (std::size_t m = 0; m < kMetrics; ++m) {
    EXPECT_THAT(*text,
                HasSubstr("\n| " + std::string(NameOf(static_cast<Metric>(m))) +
                          " | 30.0 | 35.0 |"));
  }
}

TEST(DifferenceText, OfNothingIsNotRelative) {
  const auto text = DifferenceText(ReportOf({"a", "b"}, {4, 6}),
                                   EvalJson(ReportOf({"a", "b"}, {0, 0})));
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("| 0.0 | 5.0 | +5.0 (+4.0 to +6.0) |  |\n"));
}

TEST(DifferenceText, ComparesTheLastSystems) {
  EvalReport before = ReportOf({"a"}, {99});
  before.systems.push_back(SystemOf("last", before.rows, {10}));
  EvalReport now = ReportOf({"a"}, {99});
  now.systems.push_back(SystemOf("last", now.rows, {8}));
  const auto text = DifferenceText(now, EvalJson(before));
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("| 10.0 | 8.0 | -2.0 (-2.0 to -2.0) | -20 % |"));
  EXPECT_THAT(*text, Not(HasSubstr("99")));
}

TEST(DifferenceText, ABadReportIsAnError) {
  const std::string good = EvalJson(ReportOf({"a"}, {1}));
  ASSERT_TRUE(DifferenceText(ReportOf({"a"}, {1}), good));
  const auto with = [&](const char* key, const char* value) {
    auto report = nlohmann::ordered_json::parse(good);
    report[key] = nlohmann::ordered_json::parse(value);
    return report.dump();
  };
  struct Case {
    const char* name;
    std::string json;
    const char* says;
  };
  for (const Case& c : {
           Case{"nothing", "", "no report.json"},
           Case{"no JSON", "{", "no report.json"},
           Case{"an array", "[]", "no report.json"},
           Case{"an empty object", "{}", "no report.json"},
           Case{"no systems", with("systems", "[]"), "no scores"},
           Case{"systems that are none", with("systems", "7"), "no scores"},
           Case{"a system without answers", with("systems", "[{}]"),
                "no report.json"},
           Case{"too few scores",
                with("systems", R"([{"answers":[{"id":"a","scores":[1]}]}])"),
                "no report.json"},
           Case{"scores that are no numbers",
                with("systems", R"([{"answers":[{"id":"a","scores":["x"]}]}])"),
                "no report.json"},
           Case{"other measures", with("metrics", R"(["BLEU"])"), "no scores"},
           Case{"other rows", EvalJson(ReportOf({"z"}, {1})), "has no row"},
       }) {
    const auto text = DifferenceText(ReportOf({"a"}, {1}), c.json);
    ASSERT_FALSE(text) << c.name;
    EXPECT_EQ(text.error().code, ErrorCode::kUsage) << c.name;
    EXPECT_THAT(text.error().message, HasSubstr(c.says)) << c.name;
  }
}

TEST(DifferenceText, OfNoSystemIsAnError) {
  EvalReport none = ReportOf({"a"}, {1});
  none.systems.clear();
  EXPECT_FALSE(DifferenceText(none, EvalJson(ReportOf({"a"}, {1}))));
}

}  // namespace
}  // namespace dobby
