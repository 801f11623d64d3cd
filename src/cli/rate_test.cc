// `dobby rate` without a browser: what it takes, and what it prints.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "cli/test_run.h"
#include "dobby/ratings.h"

namespace dobby::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

/// Writes rows and the answers of a system, also to changed rows.
std::string WriteData() {
  std::string data = FreshFolder() + "/rows.jsonl";
  WriteText(data, R"({"id":"1","code":"x = 1","reference":"Sets x."})"
                  "\n");
  const std::string answer = R"({"id":"1","key":"k","lines":["Assigns one."]})";
  WriteText(data + ".eval/model-lines.jsonl", answer + "\n{\"id\":\"1\",\"ke");
  WriteText(data + ".eval/model-lines-renamed.jsonl", answer);
  WriteText(data + ".eval/report.json", "{}");
  return data;
}

TEST(Rate, PrintsNothingRatedYet) {
  const std::string data = WriteData();
  const Ran ran = RunDobby({"rate", "--data", data, "--json"});
  EXPECT_EQ(ran.status, kNothing) << ran.err;
  const json results = json::parse(ran.out);
  ASSERT_EQ(results["systems"].size(), 2u);
  EXPECT_EQ(results["systems"][1]["name"], "model-lines");
  EXPECT_EQ(results["candidates"], 2);
}

TEST(Rate, PrintsWhatTheFileHolds) {
  const std::string data = WriteData();
  EvalAnswer answer{"1", {"Assigns one."}};
  const auto set = MakeRatingSet(*ReadEvalRows(data),
                                 std::vector<NamedAnswers>{{"m", {answer}}}, 0);
  ASSERT_TRUE(set);
  for (const Candidate& candidate : set->candidates) {
    ASSERT_TRUE(RatingsFile::Open(data + ".ratings")
                    ->Append({"Ann",
                              "1",
                              candidate.id,
                              candidate.text,
                              {4, 4, 4, 4},
                              "now"}));
  }
  std::ofstream(data + ".ratings", std::ios::app) << "{\"rater\":\"An";
  const Ran ran = RunDobby({"rate", "--data", data, "--results"});
  EXPECT_EQ(ran.status, kOk);
  EXPECT_THAT(ran.out, HasSubstr("| model-lines | 1 | 1 | 4.00 (4.00"));
  EXPECT_THAT(ran.out, HasSubstr("| Ann | 2 |"));
  EXPECT_THAT(ran.err, HasSubstr("the last line was cut short"));
}

TEST(Rate, TellsSystemsOfOneNameApart) {
  const std::string data = WriteData();
  const std::string other = FreshFolder() + "2/model-lines.jsonl";
  WriteText(other, R"({"id":"1","lines":["Other."]})");
  const Ran ran = RunDobby({"rate", "--data", WriteData(), "--answers",
                            data + ".eval", "--answers", other, "--json"});
  const json results = json::parse(ran.out);
  ASSERT_EQ(results["systems"].size(), 3u) << ran.err;
  EXPECT_THAT(results["systems"][2]["name"].get<std::string>(),
              HasSubstr("2/model-lines"));
}

TEST(Rate, SaysWhatIsMissing) {
  const std::string data = WriteData();
  WriteText(data + ".empty", "");
  std::filesystem::create_directories(data + ".none");
  struct Case {
    std::vector<std::string> flags;
    const char* says;
  };
  for (const Case& c :
       {Case{{}, "--data: is needed"}, Case{{"--data", data + "x"}, "cannot"},
        Case{{"--data", data, "--answers", data + "x"}, "cannot"},
        Case{{"--data", data, "--answers", data + ".none"}, "has no answers"},
        Case{{"--data", data, "--answers", data + ".empty"}, "has no answers"},
        Case{{"--data", data, "--ratings", data}, ":1: is no rating"},
        Case{{"--data", data, "--port", "65536"}, "0 to 65535"}}) {
    std::vector<std::string> words = {"rate"};
    words.insert(words.end(), c.flags.begin(), c.flags.end());
    const Ran ran = RunDobby(words);
    EXPECT_EQ(ran.status, kFailed) << c.says;
    EXPECT_THAT(ran.err, HasSubstr(c.says));
  }
}

}  // namespace
}  // namespace dobby::cli
