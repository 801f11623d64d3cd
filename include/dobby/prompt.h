// Prompts: versioned text in the model's chat frame.
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

/// A piece of prompt text. Trusted text comes from dobby or the model's
/// template and may contain control tokens; other text never may.
struct PromptPiece {
  std::string text;
  bool trusted = false;
};

/// One request to the model, as text.
struct Prompt {
  std::vector<PromptPiece> pieces;
  std::size_t shared_pieces = 0;    ///< The number of leading pieces that are
                                    ///< the same for every prompt of this kind.
  std::uint32_t dropped_lines = 0;  ///< Lines that were cut off to fit.

  bool truncated() const { return dropped_lines > 0; }
};

/// A part of a roll-up: a chunk, a file or a folder with its two lines.
struct RollUpPart {
  std::string name;
  std::string first;
  std::string second;
};

/// The level of a roll-up.
enum class RollUpLevel { kFile, kDir, kRepo };

/// How much of a chunk the model reads.
enum class Compression {
  kNone,     ///< All of it.
  kLight,    ///< All except licences at its head, blank lines, and most of long
             ///< literals and tables.
  kOutline,  ///< The definitions in and around it, with their comments; all of
             ///< it if nothing has a name.
};
std::string_view NameOf(Compression compression);  ///< "none", "light", ...
/// Returns the compression of that name; kOutline for any other.
Compression CompressionOf(std::string_view name);

/// Options of a kit.
struct PromptOptions {
  std::string words;  ///< Prompt text as in src/prompts/text; empty: dobby's
                      ///< own.
  Compression compression = Compression::kOutline;
};

/// Returns the number of tokens of a text. Callers pass it in, so that prompts
/// need no tokenizer.
using TokenCounter = std::function<std::size_t(std::string_view)>;

/// Renders prompts for one model. Immutable and thread-safe.
class PromptKit {
 public:
  virtual ~PromptKit() = default;

  /// Returns the name and content hash of the prompt text, for example
  /// "lines-1:3f9a2c", and the compression if it is not the default. It changes
  /// whenever a word of any prompt changes.
  virtual const std::string& version() const = 0;

  /// Returns the prompt that asks what a chunk of the file `path` is for. It
  /// shows the outline with the enclosing definitions, or the code. If the
  /// whole prompt exceeds `max_tokens`, lines are cut from the end of the text.
  /// What is left out of an outline is mentioned in the prompt and does not
  /// count as dropped: its first lines are enough. Errors: kTooLarge if not
  /// even the frame fits, kModel if the chat template fails.
  virtual Result<Prompt> ForChunk(std::string_view path,
                                  const Language& language, const Chunk& chunk,
                                  std::size_t max_tokens,
                                  const TokenCounter& count) const = 0;

  /// Returns the prompt for one sentence about a function (`worker`'s style
  /// "sentence"). Cuts and errors as in ForChunk.
  virtual Result<Prompt> ForSentence(std::string_view path,
                                     const Language& language,
                                     std::string_view code,
                                     std::size_t max_tokens,
                                     const TokenCounter& count) const = 0;

  /// Returns the prompt that rolls `parts` up to one summary. If they do not
  /// fit, second lines are dropped first, then whole parts, both from the end.
  /// Errors: as in ForChunk; kUsage without parts.
  virtual Result<Prompt> ForRollUp(RollUpLevel level, std::string_view path,
                                   const std::vector<RollUpPart>& parts,
                                   std::size_t max_tokens,
                                   const TokenCounter& count) const = 0;
};

/// Returns the kit for a model with this Jinja chat template (Hugging Face
/// form; empty: a plain frame). `bos_token` and `eos_token` are the texts of
/// these tokens, for templates that use them. Errors: kModel if the template
/// does not render; kUsage if the prompt text is malformed.
Result<std::shared_ptr<const PromptKit>> MakePromptKit(
    const std::string& chat_template, const std::string& bos_token,
    const std::string& eos_token, const PromptOptions& options = {});

}  // namespace dobby
