// The stages composed: the public Summariser.
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "dobby/summary.h"
#include "summaries/index_run.h"
#include "summaries/summary_writer.h"
#include "summaries/text_facts.h"

namespace dobby {
namespace {

class EngineSummariser : public Summariser {
 public:
  EngineSummariser(Engine* engine, std::shared_ptr<const PromptKit> kit,
                   const SummariserOptions& options)
      : engine_(engine),
        options_(options),
        writer_(engine, std::move(kit), options) {}

  Result<RunReport> Run(const Repo& repo, SummaryIndex& index,
                        ProgressFn progress, std::stop_token stop) override {
    return IndexRun({engine_, writer_, options_, repo, index},
                    std::move(progress))
        .Run(stop);
  }

  void Summarise(const Snippet& snippet,
                 std::function<void(Result<SummaryText>)> done) override {
    if (snippet.code.size() > kMostSnippetBytes) {
      return done(Error{ErrorCode::kTooLarge,
                        "the code is over 4 MiB; give it in parts", ""});
    }
    if (snippet.path.size() > kMostPathBytes) {
      return done(
          Error{ErrorCode::kTooLarge, "the path is over 4,095 bytes", ""});
    }
    const auto found = FileOf(snippet);
    if (!found) return done(found.error());
    const SourceFile& file = *found;
    if (IsBlank(file.text)) {
      return done(Error{ErrorCode::kUsage, "the code is empty", ""});
    }
    auto chunks = SplitFile(file, kWholeFile, snippet.stop);
    if (!chunks) return done(chunks.error());
    const Chunk& whole = chunks->front();
    if (snippet.sentence && !engine_) {
      return done(Error{ErrorCode::kModel, "a sentence needs a model", ""});
    }
    if (snippet.sentence) {
      return Submit(writer_.AssignSentence(file.path, file.language, whole),
                    snippet.stop, std::move(done));
    }
    const FileFacts of_file =
        ReadFileFacts(file, whole.outline, {RepoFacts()}, snippet.stop);
    const TextFacts facts(of_file, whole);
    Draft draft = writer_.DraftOf(Level::kFile, facts);
    if (!draft.asks_model) return done(writer_.Finish(draft).text);
    Submit(writer_.Assign(facts, std::move(draft)), snippet.stop,
           std::move(done));
  }

  const std::string& prompt_version() const override {
    return writer_.prompt_version();
  }

 private:
  /// Errors: kUsage for a language that there is not.
  static Result<SourceFile> FileOf(const Snippet& snippet) {
    SourceFile file;
    file.path = snippet.path;
    file.language = DetectLanguage(snippet.path, snippet.code);
    if (!snippet.language.empty()) {
      const auto named = FindLanguage(snippet.language);
      if (!named) return UnknownLanguage(snippet.language);
      file.language = *named;
    }
    file.text = snippet.code;
    return file;
  }

  static Error UnknownLanguage(const std::string& name) {
    std::string near;
    for (const std::string& known : NearLanguageNames(name, 5)) {
      near += (near.empty() ? "" : ", ") + known;
    }
    return {ErrorCode::kUsage,
            "is no language that dobby knows; near names: " + near,
            Shortened(OneLine(name), 64)};
  }

  void Submit(Result<Assignment> assignment, const std::stop_token& stop,
              std::function<void(Result<SummaryText>)> done) {
    if (!assignment) return done(assignment.error());
    Request request = assignment->request;
    request.stop = stop;
    engine_->Submit(std::move(request),
                    [this, assignment = std::move(*assignment),
                     done = std::move(done)](Result<Completion> completion) {
                      if (!completion) return done(completion.error());
                      done(writer_.TextOf(*completion, assignment));
                    });
  }

  Engine* const engine_;
  const SummariserOptions options_;
  const SummaryWriter writer_;
};

}  // namespace

Result<std::unique_ptr<Summariser>> MakeSummariser(
    Engine* engine, const SummariserOptions& options) {
  const ModelFolder none;
  const ModelFolder& model = engine ? engine->model() : none;
  auto kit = MakePromptKit(model.chat_template, model.bos_token,
                           model.eos_token, options.prompts);
  if (!kit) return kit.error();
  return std::unique_ptr<Summariser>(
      std::make_unique<EngineSummariser>(engine, std::move(*kit), options));
}

}  // namespace dobby
