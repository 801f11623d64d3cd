// Whatever a worker reads, each line that is not blank gets one answer: an
// object on a line of its own.
#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>

#include "base/fuzz_target.h"
#include "cli/io.h"
#include "cli/worker.h"

namespace dobby::cli {
namespace {

/// Answers at once with the snippet's own texts.
class EchoSummariser : public Summariser {
 public:
  void Summarise(const Snippet& snippet,
                 std::function<void(Result<SummaryText>)> done) override {
    Require(!snippet.code.empty(), "a snippet has code");
    if (snippet.path == "fail") {
      return done(Error{ErrorCode::kTimeout, snippet.code, snippet.path});
    }
    SummaryText text;
    text.lines = {snippet.code, snippet.language};
    done(std::move(text));
  }
  Result<RunReport> Run(const Repo&, SummaryIndex&, ProgressFn,
                        std::stop_token) override {
    return RunReport();
  }
  const std::string& prompt_version() const override { return version_; }

 private:
  std::string version_ = "echo";
};

std::size_t LinesToAnswer(std::string_view input) {
  std::size_t count = 0;
  while (!input.empty()) {
    const std::string_view line = TakeLine(input);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) ++count;
  }
  return count;
}

}  // namespace

DOBBY_FUZZ_TARGET(worker) {
  EchoSummariser summariser;
  std::istringstream in{std::string(input)};
  std::ostringstream out, err;
  Io io{in, out, err};
  Worker(summariser, io, 4).Run();
  std::size_t answers = 0;
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line); ++answers) {
    const auto answer = nlohmann::json::parse(line, nullptr, false);
    Require(answer.is_object() && answer.contains("id"),
            "an answer is an object with an id");
    Require(answer.contains("lines") != answer.contains("error"),
            "an answer has lines or an error");
  }
  Require(answers == LinesToAnswer(input), "each line gets one answer");
  Require(err.str().empty(), "nothing goes to stderr");
}

}  // namespace dobby::cli
