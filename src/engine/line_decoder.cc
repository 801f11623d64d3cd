#include "engine/line_decoder.h"

#include <algorithm>
#include <string_view>

namespace dobby {

namespace {

// Shorter than this, a full stop is more likely an abbreviation.
constexpr std::size_t kShortestSentenceTokens = 5;

TokenShape ShapeOf(std::string_view text) {
  TokenShape shape;
  shape.text = text;
  if (text.empty()) {
    shape.look = TokenLook::kBlank;
    return shape;
  }
  if (text.find_first_of("\n\r") != std::string_view::npos) {
    shape.look = TokenLook::kNewline;
  } else if (text.find("```") != std::string_view::npos) {
    shape.look = TokenLook::kFence;
  } else if (text.find_first_not_of(" \t\v\f") == std::string_view::npos) {
    shape.look = TokenLook::kBlank;
  }
  const char last = text.back();
  shape.ends_sentence = last == '.' || last == '!' || last == '?';
  shape.starts_sentence =
      text.size() > 1 && text[0] == ' ' && text[1] >= 'A' && text[1] <= 'Z';
  return shape;
}

}  // namespace

const TokenShape& TokenShapes::Of(TokenId id) {
  const auto found = known_.find(id);
  if (found != known_.end()) return found->second;
  TokenShape shape;
  if (tokenizer_.IsControl(id)) {
    shape.look = TokenLook::kControl;
  } else if (const auto text = tokenizer_.Decode({&id, 1})) {
    shape = ShapeOf(*text);
  }
  return known_.emplace(id, shape).first->second;
}

LineDecoder::LineDecoder(const Decoding& decoding,
                         std::span<const TokenId> end_tokens, TokenId newline,
                         TokenShapes& shapes)
    : decoding_(decoding),
      end_tokens_(end_tokens.begin(), end_tokens.end()),
      newline_(newline),
      shapes_(&shapes),
      words_(decoding.words) {}

bool LineDecoder::Allows(TokenId id) {
  if (decoding_.lines == 0) return !decoding_.ignore_eos || !IsEnd(id);
  if (EndsLine(id)) return line_shows_ && words_.AllowsEnd();
  const TokenShape& shape = shapes_->Of(id);
  switch (shape.look) {
    case TokenLook::kVisible:
      return words_.Allows(shape.text);
    case TokenLook::kBlank:
      return line_shows_ && words_.AllowsEnd();
    default:
      return false;
  }
}

void LineDecoder::Take(TokenId chosen) {
  if (decoding_.lines > 0) return TakeOnLine(chosen);
  if (IsEnd(chosen)) return Finish(FinishReason::kStop);
  tokens_.push_back(chosen);
  if (tokens_.size() >= decoding_.max_new_tokens) {
    Finish(FinishReason::kLength);
  }
}

void LineDecoder::TakeOnLine(TokenId chosen) {
  const TokenShape& shape = shapes_->Of(chosen);
  const bool second_sentence = sentence_over_ && shape.starts_sentence;
  if (EndsLine(chosen) || second_sentence) return EndLine();
  tokens_.push_back(chosen);
  words_.Take(shape.text);
  line_shows_ = true;
  sentence_over_ =
      shape.ends_sentence && line_tokens_ + 1 >= kShortestSentenceTokens;
  if (++line_tokens_ < decoding_.max_line_tokens) return;
  line_cut_ = true;
  EndLine();
}

void LineDecoder::Cut() {
  if (decoding_.lines == 0) return Finish(FinishReason::kStop);
  line_cut_ = true;
  EndLine();
}

bool LineDecoder::IsEnd(TokenId id) const {
  return std::find(end_tokens_.begin(), end_tokens_.end(), id) !=
         end_tokens_.end();
}

bool LineDecoder::EndsLine(TokenId id) {
  return IsEnd(id) || shapes_->Of(id).look == TokenLook::kNewline;
}

void LineDecoder::EndLine() {
  line_tokens_ = 0;
  words_.NextLine();
  line_shows_ = false;
  sentence_over_ = false;
  const bool is_last = ++lines_done_ == decoding_.lines;
  if (is_last || newline_ < 0) return Finish(FinishReason::kStop);
  tokens_.push_back(newline_);
}

void LineDecoder::Finish(FinishReason reason) {
  done_ = true;
  finish_ = reason;
}

}  // namespace dobby
