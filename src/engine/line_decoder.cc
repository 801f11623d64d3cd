#include "engine/line_decoder.h"

#include <algorithm>

namespace dobby {

TokenLook TokenLooks::Of(TokenId id) {
  const auto found = known_.find(id);
  if (found != known_.end()) return found->second;
  TokenLook look = TokenLook::kVisible;
  if (tokenizer_.IsControl(id)) {
    look = TokenLook::kControl;
  } else {
    const auto text = tokenizer_.Decode({&id, 1});
    if (!text || text->empty()) {
      look = TokenLook::kBlank;
    } else if (text->find_first_of("\n\r") != std::string::npos) {
      look = TokenLook::kNewline;
    } else if (text->find_first_not_of(" \t\v\f") == std::string::npos) {
      look = TokenLook::kBlank;
    }
  }
  known_.emplace(id, look);
  return look;
}

LineDecoder::LineDecoder(const Decoding& decoding,
                         std::span<const TokenId> end_tokens, TokenId newline,
                         TokenLooks& looks)
    : decoding_(decoding),
      end_tokens_(end_tokens.begin(), end_tokens.end()),
      newline_(newline),
      looks_(&looks) {}

bool LineDecoder::Allows(TokenId id) {
  if (decoding_.lines == 0) return !decoding_.ignore_eos || !IsEnd(id);
  const bool ends_line = IsEnd(id) || looks_->Of(id) == TokenLook::kNewline;
  if (ends_line) return line_shows_;
  return looks_->Of(id) != TokenLook::kControl &&
         (line_shows_ || looks_->Of(id) == TokenLook::kVisible);
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
  if (IsEnd(chosen) || looks_->Of(chosen) == TokenLook::kNewline) {
    return EndLine();
  }
  tokens_.push_back(chosen);
  line_shows_ = true;
  if (++line_tokens_ < decoding_.max_line_tokens) return;
  line_cut_ = true;
  EndLine();
}

bool LineDecoder::IsEnd(TokenId id) const {
  return std::find(end_tokens_.begin(), end_tokens_.end(), id) !=
         end_tokens_.end();
}

void LineDecoder::EndLine() {
  line_tokens_ = 0;
  line_shows_ = false;
  if (++lines_done_ == decoding_.lines) return Finish(FinishReason::kStop);
  tokens_.push_back(newline_);
}

void LineDecoder::Finish(FinishReason reason) {
  done_ = true;
  finish_ = reason;
}

}  // namespace dobby
