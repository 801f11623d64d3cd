// The stages composed: the public Summariser.
#include <limits>
#include <utility>

#include "dobby/summary.h"
#include "summaries/index_run.h"
#include "summaries/summary_writer.h"

namespace dobby {
namespace {

class EngineSummariser : public Summariser {
 public:
  EngineSummariser(Engine& engine, std::shared_ptr<const PromptKit> kit,
                   const SummariserOptions& options)
      : engine_(engine),
        options_(options),
        writer_(engine, std::move(kit), options) {}

  Result<RunReport> Run(const Repo& repo, SummaryIndex& index,
                        ProgressFn progress, std::stop_token stop) override {
    return IndexRun(engine_, writer_, options_, repo, index)
        .Run(progress, stop);
  }

  void Summarise(const Snippet& snippet,
                 std::function<void(Result<SummaryText>)> done) override {
    auto assignment = Assign(snippet);
    if (!assignment) return done(assignment.error());
    Request request = assignment->request;
    engine_.Submit(std::move(request),
                   [this, assignment = std::move(*assignment),
                    done = std::move(done)](Result<Completion> completion) {
                     if (!completion) return done(completion.error());
                     done(writer_.TextOf(*completion, assignment));
                   });
  }

  SummaryKey KeyOf(const Chunk& chunk,
                   const Language& language) const override {
    return writer_.KeyOf(chunk, language);
  }
  const std::string& prompt_version() const override {
    return writer_.prompt_version();
  }

 private:
  Result<Assignment> Assign(const Snippet& snippet) const {
    SourceFile file;
    file.path = snippet.path;
    file.language = snippet.language.empty()
                        ? DetectLanguage(snippet.path, snippet.code)
                        : Language{snippet.language, snippet.language};
    file.text = snippet.code;
    if (file.text.find_first_not_of(" \t\r\n") == std::string::npos) {
      return Error{ErrorCode::kUsage, "the code is empty", ""};
    }
    if (snippet.sentence) {
      return writer_.AssignSentence(file.path, file.language, file.text);
    }
    constexpr auto kAll = std::numeric_limits<std::uint32_t>::max();
    auto chunks = SplitFile(file, {.max_lines = kAll, .max_bytes = kAll});
    if (!chunks) return chunks.error();
    return writer_.Assign(file.path, file.language, chunks->front());
  }

  Engine& engine_;
  const SummariserOptions options_;
  const SummaryWriter writer_;
};

}  // namespace

Result<std::unique_ptr<Summariser>> MakeSummariser(
    Engine& engine, const SummariserOptions& options) {
  const ModelFolder& model = engine.model();
  auto kit =
      MakePromptKit(model.chat_template, model.bos_token, model.eos_token);
  if (!kit) return kit.error();
  return std::unique_ptr<Summariser>(
      std::make_unique<EngineSummariser>(engine, std::move(*kit), options));
}

}  // namespace dobby
