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
#include "summaries/holds_line.h"

namespace dobby {

/// Of a text so many bytes are evidence for words and identifiers; a model
/// reads a fraction of that.
inline constexpr std::size_t kMostEvidenceBytes = 1u << 20;

/// A request, with what is needed to check its answer.
struct Assignment {
  Request request;
  std::string evidence;  ///< The text that identifiers must come from.
  FileLines fallback;    ///< Both lines to use if the model's sentence makes no
                         ///< sense.
  std::string opening;   ///< The beginning of the first line, which the model
                         ///< continues.
  std::string second_line;  ///< The second line; if empty, the model writes it.
  bool truncated = false;
};

/// A chunk, or a whole file as one, and what is known about it without a model.
/// Holds references to its sources.
struct KnownText {
  std::string_view path;
  const Language& language;
  const Chunk& chunk;
  // Each of these only where more than the model is to write.
  std::string opening;  ///< FileOpening() or MiddleOpening().
  std::string holds;    ///< HoldsLine() or TextLine().
  /// Lines that need no model: LinesOfMain() for the first chunk of a file,
  /// MiddleSentence() in the middle of a definition, TextSentence() for a text
  /// without an outline where outlines are read.
  std::optional<FileLines> described;
};

/// A summary that needs no model.
struct KnownSummary {
  SummaryKey key;
  SummaryText text;
};

/// Turns texts into requests and completions into summaries, for one engine
/// and one set of prompts. Immutable after construction; thread-safe.
class SummaryWriter {
 public:
  SummaryWriter(const Engine& engine, std::shared_ptr<const PromptKit> kit,
                const SummariserOptions& options);

  KnownText Describe(std::string_view path, const Language& language,
                     const Chunk& chunk) const;

  SummaryKey KeyOf(const KnownText& text) const;
  SummaryKey KeyOf(RollUpLevel level, std::string_view path,
                   const std::vector<RollUpPart>& parts,
                   std::string_view holds) const;

  /// Errors: those of the prompt kit and the tokenizer.
  Result<Assignment> Assign(KnownText text) const;
  Result<Assignment> AssignSentence(std::string_view path,
                                    const Language& language,
                                    const Chunk& function) const;
  /// `evidence`: names and lines of the grounded parts. `holds`: the second
  /// line.
  Result<Assignment> Assign(RollUpLevel level, std::string_view path,
                            const std::vector<RollUpPart>& parts,
                            std::string evidence, std::string holds) const;

  /// Returns the summary of a file or folder from its author's sentence and the
  /// line on what it holds; nothing if either is empty.
  std::optional<KnownSummary> FromAuthor(const std::string& sentence,
                                         const std::string& holds) const;

  /// Returns the same for a text. If `sentence` is empty, uses the text's
  /// described lines.
  std::optional<KnownSummary> FromAuthor(const std::string& sentence,
                                         const KnownText& text) const;

  SummaryText TextOf(const Completion& completion,
                     const Assignment& assignment) const;

  /// Whether texts with an outline are summarised from the outline alone.
  bool ReadsOutlines() const {
    return options_.prompts.compression == Compression::kOutline;
  }

  const std::string& prompt_version() const { return kit_->version(); }

 private:
  FieldHasher KeyStart(std::string_view kind) const;
  Result<Assignment> AssignmentOf(Result<Prompt> prompt,
                                  const Decoding& decoding) const;
  /// Appends the opening to the prompt and limits the words to the evidence.
  Result<Assignment> LimitWords(Assignment assignment) const;
  /// Returns the most tokens that a prompt may have before an opening.
  std::size_t PromptLimit(const Decoding& decoding,
                          std::string_view opening = "") const;

  const Engine& engine_;
  std::shared_ptr<const PromptKit> kit_;
  SummariserOptions options_;
  TokenCounter count_;
};

}  // namespace dobby
