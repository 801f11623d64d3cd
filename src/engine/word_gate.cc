#include "engine/word_gate.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace dobby {
namespace {

bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// Bytes of the character that `lead` begins.
std::size_t CharacterBytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
}

/// Whether nothing behind the first letter is a capital: "word", "Word".
bool IsPlain(std::string_view word) {
  return std::none_of(word.begin() + 1, word.end(), [](char c) {
    return std::isupper(static_cast<unsigned char>(c)) != 0;
  });
}

}  // namespace

WordGate::WordGate(std::shared_ptr<const WordLimit> limit)
    : limit_(std::move(limit)) {
  if (!limit_) return;
  Take(limit_->before);
  state_.given = !state_.word.empty();
}

bool WordGate::IsWhole(const State& state, bool is_called) const {
  if (state.word.empty() || state.given) return true;
  if (limit_->names.Has(state.word)) return true;
  return !state.quoted && !is_called && IsPlain(state.word) &&
         limit_->words.Has(Lower(state.word));
}

bool WordGate::CanGrow(const State& state) const {
  if (state.word.empty() || state.given) return true;
  if (limit_->names.HasPrefix(state.word)) return true;
  return !state.quoted && IsPlain(state.word) &&
         limit_->words.HasPrefix(Lower(state.word));
}

bool WordGate::Advance(char c, State& state) const {
  const bool in_character = !state.word.empty() && !IsAscii(state.word[0]);
  if (!in_character && IsWordByte(c)) {
    state.word += c;
    return !state.given;
  }
  if (in_character && !IsAscii(c)) {
    state.word += c;
  } else {
    const bool whole = IsWhole(state, c == '(');
    state.word.clear();
    state.given = false;
    if (c == '`') state.quoted = !state.quoted;
    if (!whole || IsAscii(c)) return whole;
    state.word = c;
  }
  // Of other scripts each character is a word.
  if (state.word.size() < CharacterBytes(state.word[0])) return true;
  const bool whole = IsWhole(state, /*is_called=*/false);
  state.word.clear();
  return whole;
}

bool WordGate::Allows(std::string_view piece) const {
  if (!limit_) return true;
  State state = state_;
  for (const char c : piece) {
    if (!Advance(c, state)) return false;
  }
  return CanGrow(state);
}

bool WordGate::AllowsEnd() const {
  return !limit_ || IsWhole(state_, /*is_called=*/false);
}

void WordGate::Take(std::string_view piece) {
  if (!limit_) return;
  for (const char c : piece) Advance(c, state_);
}

}  // namespace dobby
