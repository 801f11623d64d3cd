// One text at a time: prompt in, request out, completion to summary.
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

/// A request with what is needed to judge its answer.
struct Assignment {
  Request request;
  std::string evidence;  ///< The text that identifiers must come from.
  FileLines fallback;    ///< Where the model says nothing that makes sense: its
                         ///< second line goes with its first.
  std::string opening;   ///< Of the first line: the model goes on from it.
  std::string second_line;  ///< Known without the model; empty: it is asked.
  bool truncated = false;
};

/// A chunk, or a file as one, and what is known of it without a model. Refers
/// to what it was made of.
struct KnownText {
  std::string_view path;
  const Language& language;
  const Chunk& chunk;
  // Each of these only where more than the model is to write.
  std::string opening;  ///< FileOpening() or MiddleOpening().
  std::string holds;    ///< HoldsLine() or TextLine().
  /// What takes no model to say: LinesOfMain() of a file's head,
  /// MiddleSentence() of a chunk in the middle of a definition,
  /// TextSentence() where outlines are read and there is none.
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

  /// Errors: of the prompt kit and the tokenizer.
  Result<Assignment> Assign(KnownText text) const;
  Result<Assignment> AssignSentence(std::string_view path,
                                    const Language& language,
                                    const Chunk& function) const;
  /// `evidence`: names and lines of the grounded parts. `holds`: the second
  /// line.
  Result<Assignment> Assign(RollUpLevel level, std::string_view path,
                            const std::vector<RollUpPart>& parts,
                            std::string evidence, std::string holds) const;

  /// Returns the summary of a file or folder whose author says what it is for
  /// (`sentence`) and of which is known what it holds; nothing where either is
  /// empty.
  std::optional<KnownSummary> FromAuthor(const std::string& sentence,
                                         const std::string& holds) const;

  /// Returns the same of a text, which its author may have described by a
  /// definition alone.
  std::optional<KnownSummary> FromAuthor(const std::string& sentence,
                                         const KnownText& text) const;

  SummaryText TextOf(const Completion& completion,
                     const Assignment& assignment) const;

  /// Whether a text with an outline is summarised from it alone.
  bool ReadsOutlines() const {
    return options_.prompts.compression == Compression::kOutline;
  }

  const std::string& prompt_version() const { return kit_->version(); }

 private:
  FieldHasher KeyStart(std::string_view kind) const;
  Result<Assignment> AssignmentOf(Result<Prompt> prompt,
                                  const Decoding& decoding) const;
  /// Puts the opening behind the prompt and limits the words to the evidence.
  Result<Assignment> LimitWords(Assignment assignment) const;
  /// Returns how many tokens a prompt may have in front of an opening.
  std::size_t PromptLimit(const Decoding& decoding,
                          std::string_view opening = "") const;

  const Engine& engine_;
  std::shared_ptr<const PromptKit> kit_;
  SummariserOptions options_;
  TokenCounter count_;
};

}  // namespace dobby
