// A text of a stranger on its whole way to a summary, with an engine that has
// no model: two lines come of it, or an error that is not dobby's own.
#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <string_view>

#include "base/fuzz_target.h"
#include "chunks/fuzz_languages.h"
#include "dobby/summary.h"
#include "summaries/fake_engine.h"

namespace dobby {
namespace {

std::unique_ptr<Summariser> MakeOne(FakeEngine& engine,
                                    Compression compression) {
  SummariserOptions options;
  options.prompts.compression = compression;
  options.max_prompt_tokens = 4000;
  options.model_writes = {Level::kFile};
  auto summariser = MakeSummariser(&engine, options);
  Require(summariser.has_value(), "a summariser can be made");
  return *std::move(summariser);
}

}  // namespace

/// A byte for the language, one for what is asked, and the text.
DOBBY_FUZZ_TARGET(snippet) {
  static FakeEngine engine;
  static const std::unique_ptr<Summariser> summarisers[] = {
      MakeOne(engine, Compression::kOutline),
      MakeOne(engine, Compression::kLight)};
  Summariser::Snippet snippet;
  snippet.path = TakeFile(input);
  const std::size_t asked = TakeChoice(input, 3);
  snippet.sentence = asked == 2;
  snippet.code = ReplaceInvalidUtf8(input);
  std::promise<Result<SummaryText>> answer;
  summarisers[asked % 2]->Summarise(
      snippet, [&](Result<SummaryText> text) { answer.set_value(text); });
  const auto text = answer.get_future().get();
  if (!text) {
    Require(text.error().code != ErrorCode::kInternal,
            "an error is not dobby's own: " + text.error().ToString());
    return;
  }
  for (const std::string& line : text->lines) {
    RequireOneLine(line, "a line of a summary");
    Require(std::none_of(line.begin(), line.end(),
                         [](char c) { return c >= 0 && c < ' '; }),
            "a line of a summary has no control characters");
  }
  Require(!text->lines[0].empty(), "the first line says something");
  Require(snippet.sentence || !text->lines[1].empty(),
          "the second line says something");
}

}  // namespace dobby
