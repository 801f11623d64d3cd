// Decides, token by token, where the lines of a completion end and when it is
// complete.
#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "dobby/engine.h"
#include "dobby/tokenizer.h"
#include "engine/word_gate.h"

namespace dobby {

/// What a token contributes to a line.
enum class TokenLook {
  kVisible,  ///< Shows something (or is a part of a character).
  kBlank,    ///< White space without a newline.
  kNewline,  ///< Has a newline in it.
  kControl,  ///< A control token.
  kFence,    ///< Has three backticks, which never occur in prose.
};

/// What the decoder needs to know about a token.
struct TokenShape {
  TokenLook look = TokenLook::kVisible;
  std::string text;              ///< Empty for a control token.
  bool ends_sentence = false;    ///< Its last character is ".", "!" or "?".
  bool starts_sentence = false;  ///< A blank, then a capital letter.
};

/// Shapes of tokens, each computed at its first use.
class TokenShapes {
 public:
  explicit TokenShapes(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}
  const TokenShape& Of(TokenId id);

 private:
  const Tokenizer& tokenizer_;
  std::unordered_map<TokenId, TokenShape> known_;
};

/// Decides, token by token, what may come next and when to stop. With
/// `Decoding::lines` the text has exactly that many lines: no line can end
/// before it shows something; it ends at a newline, an end token, the start of
/// a second sentence, or its token limit. Without a newline token (-1) the
/// first line is the last. With `Decoding::words` the lines consist of those
/// words.
class LineDecoder {
 public:
  LineDecoder(const Decoding& decoding, std::span<const TokenId> end_tokens,
              TokenId newline, TokenShapes& shapes);

  /// Whether `id` may be chosen now.
  bool Allows(TokenId id);

  /// Takes the chosen token and appends it to tokens(). If it ends a line, a
  /// newline is appended in its place; if the line is at its limit, both.
  void Take(TokenId chosen);

  /// Ends the line (or the text, without lines) because no token may follow.
  /// With few allowed words a repetition may be the only continuation, and
  /// repetitions are forbidden.
  void Cut();

  bool done() const { return done_; }
  FinishReason finish() const { return finish_; }
  bool line_cut() const { return line_cut_; }
  /// The tokens of the completion so far, as the model reads them, without an
  /// end token.
  const std::vector<TokenId>& tokens() const { return tokens_; }

 private:
  void TakeOnLine(TokenId chosen);
  bool IsEnd(TokenId id) const;
  bool EndsLine(TokenId id);
  void EndLine();
  void Finish(FinishReason reason);

  Decoding decoding_;
  std::vector<TokenId> end_tokens_;
  TokenId newline_;
  TokenShapes* shapes_;
  WordGate words_;
  std::vector<TokenId> tokens_;
  int lines_done_ = 0;
  std::size_t line_tokens_ = 0;
  bool line_shows_ = false;     ///< The line has something visible.
  bool sentence_over_ = false;  ///< Its last token may end a sentence.
  bool line_cut_ = false;
  bool done_ = false;
  FinishReason finish_ = FinishReason::kStop;
};

}  // namespace dobby
