// What the model is asked: versioned prompt text in the model's chat frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/chunk.h"
#include "dobby/result.h"

namespace dobby {

/// A stretch of prompt text. Trusted text comes from dobby or the model's
/// template and may hold control tokens; the rest never may.
struct PromptPiece {
  std::string text;
  bool trusted = false;
};

/// One request to the model, as text.
struct Prompt {
  std::vector<PromptPiece> pieces;
  std::size_t shared_pieces = 0;    ///< So many leading pieces are the same for
                                    ///< every prompt of this kind.
  std::uint32_t dropped_lines = 0;  ///< Lines cut off to fit; never silent.

  bool truncated() const { return dropped_lines > 0; }
};

/// A part of a roll-up: a chunk, a file or a folder with its two lines.
struct RollUpPart {
  std::string name;
  std::string first;
  std::string second;
};

/// What is being rolled up.
enum class RollUpLevel { kFile, kDir, kRepo };

/// How much of a chunk the model reads.
enum class Compression {
  kNone,     ///< All of it.
  kLight,    ///< All but licences at its head, blank lines, and most of long
             ///< literals and tables.
  kOutline,  ///< What it defines and is in the middle of, with the comments on
             ///< that; all of it where there is nothing by name.
};
std::string_view NameOf(Compression compression);  ///< "none", "light", ...
/// Returns the compression of that name; kOutline for any other.
Compression CompressionOf(std::string_view name);

/// What a kit is made with.
struct PromptOptions {
  std::string words;  ///< Prompt text as in src/prompts/text; empty: our own.
  Compression compression = Compression::kOutline;
};

/// Returns the number of tokens of a text: passed in, so that prompts need no
/// tokenizer.
using TokenCounter = std::function<std::size_t(std::string_view)>;

/// Renders prompts for one model. Immutable and thread-safe.
class PromptKit {
 public:
  virtual ~PromptKit() = default;

  /// Name and content hash of the prompt text, for example "lines-1:3f9a2c",
  /// and the compression, if another than PromptOptions has. It changes
  /// whenever a word of any prompt changes.
  virtual const std::string& version() const = 0;

  /// Returns the prompt for a chunk of the file `path`, for one line on what it
  /// is for: its outline behind what encloses it, or its code. Text over
  /// `max_tokens` (whole prompt) is cut after a whole line, from the end.
  /// An outline's first lines are enough to say what a text is for: what is
  /// left out of it is said in the prompt and is no dropped line.
  /// Errors: kTooLarge when not even the frame fits, kModel when the chat
  /// template fails.
  virtual Result<Prompt> ForChunk(std::string_view path,
                                  const Language& language, const Chunk& chunk,
                                  std::size_t max_tokens,
                                  const TokenCounter& count) const = 0;

  /// Returns the prompt for one sentence about a function (`worker`'s
  /// "sentence" style). Cut and errors as ForChunk.
  virtual Result<Prompt> ForSentence(std::string_view path,
                                     const Language& language,
                                     std::string_view code,
                                     std::size_t max_tokens,
                                     const TokenCounter& count) const = 0;

  /// Returns the prompt that rolls `parts` up to one summary. Parts that do
  /// not fit give up their second lines first, then whole parts, both from
  /// the end. Errors as ForChunk; kUsage without parts.
  virtual Result<Prompt> ForRollUp(RollUpLevel level, std::string_view path,
                                   const std::vector<RollUpPart>& parts,
                                   std::size_t max_tokens,
                                   const TokenCounter& count) const = 0;
};

/// Returns the kit for a model with this Jinja chat template (Hugging Face
/// form; empty: a plain frame). `bos_token` and `eos_token` are their texts;
/// only a template that asks for them puts them in.
/// Errors: kModel when the template does not render; kUsage for bad words.
Result<std::shared_ptr<const PromptKit>> MakePromptKit(
    const std::string& chat_template, const std::string& bos_token,
    const std::string& eos_token, const PromptOptions& options = {});

}  // namespace dobby
