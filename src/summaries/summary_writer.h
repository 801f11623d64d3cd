// Makes requests from texts, and summaries from completions.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/engine.h"
#include "dobby/prompt.h"
#include "dobby/summary.h"
#include "summaries/folder_facts.h"
#include "summaries/line.h"
#include "summaries/text_facts.h"

namespace dobby {

/// Of a text so many bytes are evidence for words and identifiers; a model
/// reads a fraction of that.
inline constexpr std::size_t kMostEvidenceBytes = 1u << 20;

/// A request, with what is needed to check its answer.
struct Assignment {
  Request request;
  std::string evidence;  ///< The text that identifiers must come from.
  Draft draft;           ///< What stands where the model's words do not; lines
                         ///< that are empty the model has to write.
  std::string opening;   ///< The beginning of the first line, which the model
                         ///< continues.
  std::string subject;   ///< What a reader knows anyway, for IsWorthShowing();
                         ///< empty: every line is shown.
  bool truncated = false;
};

/// A summary that needs no model.
struct KnownSummary {
  SummaryKey key;
  SummaryText text;
};

/// Turns texts into requests and completions into summaries, with one set of
/// prompts. Immutable after construction; thread-safe.
class SummaryWriter {
 public:
  /// `engine` may be null where no model is to be asked.
  SummaryWriter(const Engine* engine, std::shared_ptr<const PromptKit> kit,
                const SummariserOptions& options);

  /// Whether a model may write first lines of that level.
  bool Trusts(Level level) const;

  /// Returns what to say of a file or chunk; nothing is known of it in a run in
  /// which the model writes every line.
  Draft DraftOf(Level level, const TextFacts& facts) const;
  Draft DraftOf(const FolderFacts& facts) const;

  /// Returns the summary of a draft that asks no model.
  KnownSummary Finish(const Draft& draft) const;

  SummaryKey KeyOf(const TextFacts& facts, const Draft& draft) const;
  SummaryKey KeyOf(RollUpLevel level, std::string_view path,
                   const std::vector<RollUpPart>& parts,
                   const Draft& draft) const;

  /// Errors: those of the prompt kit and the tokenizer.
  Result<Assignment> Assign(const TextFacts& facts, Draft draft) const;
  Result<Assignment> AssignSentence(std::string_view path,
                                    const Language& language,
                                    const Chunk& function) const;
  /// `evidence`: names and lines of the grounded parts.
  Result<Assignment> Assign(RollUpLevel level, std::string_view path,
                            const std::vector<RollUpPart>& parts,
                            std::string evidence, Draft draft) const;

  SummaryText TextOf(const Completion& completion,
                     const Assignment& assignment) const;

  /// Takes a model's first line back, if something else can stand there.
  void Withhold(const Assignment& assignment, SummaryText& text) const;

  /// Whether texts with an outline are summarised from the outline alone.
  bool ReadsOutlines() const {
    return options_.prompts.compression == Compression::kOutline;
  }

  const std::string& prompt_version() const { return kit_->version(); }

 private:
  FieldHasher KeyStart(std::string_view kind) const;
  std::string OpeningOf(const TextFacts& facts) const;
  Result<Assignment> AssignmentOf(Result<Prompt> prompt,
                                  const Decoding& decoding) const;
  /// Appends the opening to the prompt and limits the words to the evidence.
  Result<Assignment> LimitWords(Assignment assignment) const;
  /// Returns the decoding of the lines that a draft leaves to the model.
  Decoding DecodingOf(const Draft& draft) const;
  /// Returns the most tokens that a prompt may have before an opening.
  std::size_t PromptLimit(const Decoding& decoding,
                          std::string_view opening = "") const;

  const Engine* const engine_;
  std::shared_ptr<const PromptKit> kit_;
  SummariserOptions options_;
  TokenCounter count_;
};

}  // namespace dobby
