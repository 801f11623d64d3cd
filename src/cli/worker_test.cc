#include "cli/worker.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace dobby::cli {
namespace {

using Json = nlohmann::json;

/// Keeps what it is given until told to answer; the answer is the code.
class FakeSummariser : public Summariser {
 public:
  using Done = std::function<void(Result<SummaryText>)>;

  ~FakeSummariser() override {
    for (std::thread& thread : threads_) thread.join();
  }

  void Summarise(const Snippet& snippet, Done done) override {
    const std::lock_guard lock(mutex_);
    waiting_.emplace_back(snippet, std::move(done));
    peak_ = std::max(peak_, waiting_.size());
    if (waiting_.size() >= batch) AnswerAll();
  }

  Result<RunReport> Run(const Repo&, SummaryIndex&, ProgressFn,
                        std::stop_token) override {
    return RunReport();
  }
  const std::string& prompt_version() const override { return version_; }

  std::size_t batch = 1;  ///< Answers when it holds so many, newest first.
  std::size_t peak() const { return peak_; }

 private:
  void AnswerAll() {
    threads_.emplace_back([all = std::exchange(waiting_, {})]() mutable {
      std::reverse(all.begin(), all.end());
      for (auto& [snippet, done] : all) {
        SummaryText text;
        text.lines = {snippet.code, snippet.language};
        text.prompt_tokens = 7;
        if (snippet.code == "fail") {
          done(Error{ErrorCode::kTimeout, "took too long", ""});
        } else {
          done(text);
        }
      }
    });
  }

  std::mutex mutex_;
  std::vector<std::pair<Snippet, Done>> waiting_;
  std::vector<std::thread> threads_;
  std::size_t peak_ = 0;
  std::string version_ = "fake";
};

std::vector<Json> Answers(FakeSummariser& summariser, const std::string& input,
                          std::size_t limit = 4) {
  std::istringstream in(input);
  std::ostringstream out, err;
  Io io{in, out, err};
  Worker(summariser, io, limit).Run();
  std::vector<Json> answers;
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line);) {
    answers.push_back(Json::parse(line));
  }
  return answers;
}

TEST(Worker, AnswersWithTheFieldsOfTheContract) {
  FakeSummariser summariser;
  const auto answers =
      Answers(summariser, "{\"id\":\"a\",\"code\":\"x\",\"lang\":\"c\"}\n");
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0], Json::parse(R"({"id":"a","lines":["x","c"],
                            "voices":["fallback","fallback"],"model":"",
                            "prompt_tokens":7,"generated_tokens":0,"ms":0.0,
                            "grounded":true,"truncated":false})"));
}

TEST(Worker, HalfACharacterCostsNoAnswer) {
  FakeSummariser summariser;
  const auto answers =
      Answers(summariser, R"({"id":8,"code":"x \ud83d","path":"a.c"})"
                          "\n");
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0]["id"], 8);
  EXPECT_TRUE(answers[0].contains("lines")) << answers[0];
}

TEST(Worker, ASentenceIsOneLine) {
  FakeSummariser summariser;
  const auto answers =
      Answers(summariser, "{\"id\":1,\"code\":\"x\",\"style\":\"sentence\"}\n");
  EXPECT_EQ(answers.at(0)["lines"], Json::parse("[\"x\"]"));
}

TEST(Worker, EveryBadLineIsAnsweredAndNoneEndsIt) {
  struct Case {
    const char* line;
    const char* id;
    const char* code;
  };
  FakeSummariser summariser;
  for (const Case& c :
       {Case{"nonsense", "null", "usage"}, Case{"[1]", "null", "usage"},
        Case{"{\"id\":5}", "5", "usage"},
        Case{"{\"id\":5,\"code\":\"\"}", "5", "usage"},
        Case{"{\"id\":\"a\",\"code\":3}", "\"a\"", "usage"},
        Case{"{\"id\":5,\"code\":\"x\",\"style\":\"poem\"}", "5", "usage"},
        Case{"{\"id\":[5],\"code\":\"x\"}", "null", "usage"},
        Case{"{\"id\":5,\"code\":\"\xff\"}", "null", "usage"},
        Case{"{\"id\":5,\"code\":\"fail\"}", "5", "timeout"}}) {
    const auto answers = Answers(
        summariser, std::string(c.line) + "\n{\"id\":9,\"code\":\"ok\"}\n");
    ASSERT_EQ(answers.size(), 2u) << c.line;
    const bool first = answers[0].contains("error");
    const Json& bad = answers[first ? 0 : 1];
    EXPECT_EQ(bad["id"], Json::parse(c.id)) << c.line;
    EXPECT_EQ(bad["error"]["code"], c.code) << c.line;
    EXPECT_FALSE(bad["error"]["message"].get<std::string>().empty());
    EXPECT_EQ(answers[first ? 1 : 0]["id"], 9) << c.line;
  }
}

std::string Repeated(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

TEST(Worker, RefusesLinesThatAreTooDeepOrTooLarge) {
  constexpr int kDeep = 100'000;
  const std::string arrays = Repeated("[", kDeep) + Repeated("]", kDeep);
  const std::string objects =
      Repeated("{\"a\":", kDeep) + "1" + Repeated("}", kDeep);
  const auto snippet = [](const std::string& field, const std::string& value) {
    return "{\"id\":5,\"code\":\"x\",\"" + field + "\":" + value + "}";
  };
  struct Case {
    const char* name;
    std::string line;
    const char* id;
  };
  FakeSummariser summariser;
  for (const Case& c :
       {Case{"deep id", "{\"id\":" + arrays + ",\"code\":\"x\"}", "null"},
        Case{"deep id of objects", "{\"id\":" + objects + "}", "null"},
        Case{"deep field", snippet("more", objects), "null"},
        Case{"deep alone", arrays, "null"},
        Case{"deep, never closed", Repeated("[", kDeep), "null"},
        Case{"large code",
             snippet("code", '"' + std::string(5 << 20, 'x') + '"'), "5"},
        Case{"long path", snippet("path", '"' + std::string(5000, 'x') + '"'),
             "5"},
        Case{"long language",
             snippet("lang", '"' + std::string(5000, 'x') + '"'), "5"},
        Case{"long line", std::string(17 << 20, ' ') + "x", "null"}}) {
    const auto answers =
        Answers(summariser, c.line + "\n{\"id\":9,\"code\":\"ok\"}\n");
    ASSERT_EQ(answers.size(), 2u) << c.name;
    const bool first = answers[0].contains("error");
    const Json& bad = answers[first ? 0 : 1];
    EXPECT_EQ(bad["id"], Json::parse(c.id)) << c.name;
    EXPECT_EQ(bad["error"]["code"], "too_large") << c.name;
    EXPECT_EQ(answers[first ? 1 : 0]["lines"][0], "ok") << c.name;
  }
}

TEST(Worker, FieldsThatItDoesNotKnowCostNothing) {
  FakeSummariser summariser;
  std::string line = "{\"id\":1,\"code\":\"x\"";
  // In an ordered object each key would be compared with all before it.
  for (int i = 0; i < 300'000; ++i)
    line += ",\"" + std::to_string(i) + "\":[{}]";
  const auto answers = Answers(summariser, line + "}\n");
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0]["lines"][0], "x");
}

TEST(Worker, AStopReachesWhatIsInFlight) {
  /// Asks for a stop, and answers only when it has come to the snippet.
  class Stopping : public FakeSummariser {
   public:
    void Summarise(const Snippet& snippet, Done done) override {
      stop.request_stop();
      if (snippet.stop.stop_requested()) {
        done(Error{ErrorCode::kCancelled, "cancelled", ""});
      }
    }
    std::stop_source stop;
  } summariser;
  std::istringstream in(
      "{\"id\":1,\"code\":\"x\"}\n{\"id\":2,\"code\":\"y\"}\n");
  std::ostringstream out, err;
  Io io{in, out, err};
  io.stop = summariser.stop.get_token();
  Worker(summariser, io, 4).Run();
  const Json answer = Json::parse(out.str());
  EXPECT_EQ(answer["id"], 1);
  EXPECT_EQ(answer["error"]["code"], "cancelled");
}

TEST(Worker, TakesNoMoreThanItsLimitAndAnswersAll) {
  FakeSummariser summariser;
  summariser.batch = 4;
  std::string input;
  for (int i = 0; i < 40; ++i) {
    input += "{\"id\":" + std::to_string(i) + ",\"code\":\"x\"}\n\n";
  }
  const auto answers = Answers(summariser, input, /*limit=*/4);
  EXPECT_EQ(summariser.peak(), 4u);
  std::vector<int> ids;
  for (const Json& answer : answers) ids.push_back(answer["id"]);
  EXPECT_EQ(ids[0], 3) << "the newest is answered first";
  std::sort(ids.begin(), ids.end());
  ASSERT_EQ(ids.size(), 40u);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(ids[static_cast<std::size_t>(i)], i);
}

TEST(Worker, ALastLineWithoutANewlineCounts) {
  FakeSummariser summariser;
  EXPECT_EQ(Answers(summariser, "{\"id\":1,\"code\":\"x\"}").size(), 1u);
  EXPECT_EQ(Answers(summariser, "").size(), 0u);
}

TEST(Worker, AStopRequestEndsReading) {
  FakeSummariser summariser;
  std::istringstream in("{\"id\":1,\"code\":\"x\"}\n");
  std::ostringstream out, err;
  Io io{in, out, err};
  std::stop_source stop;
  io.stop = stop.get_token();
  stop.request_stop();
  Worker(summariser, io, 4).Run();
  EXPECT_EQ(out.str(), "");
}

TEST(Worker, AClosedOutputEndsIt) {
  FakeSummariser summariser;
  std::string input;
  for (int i = 0; i < 100; ++i) input += "{\"id\":1,\"code\":\"x\"}\n";
  std::istringstream in(input);
  std::ostringstream out, err;
  out.setstate(std::ios::badbit);
  Io io{in, out, err};
  Worker(summariser, io, 4).Run();
  EXPECT_LT(static_cast<std::size_t>(in.tellg()), input.size());
}

}  // namespace
}  // namespace dobby::cli
