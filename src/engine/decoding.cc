#include "dobby/engine.h"

namespace dobby {

std::size_t Decoding::MostTokens() const {
  return lines > 0 ? static_cast<std::size_t>(lines) * (max_line_tokens + 1)
                   : max_new_tokens;
}

std::string Decoding::Fingerprint() const {
  return "greedy lines=" + std::to_string(lines) +
         " line_tokens=" + std::to_string(max_line_tokens) +
         " new_tokens=" + std::to_string(max_new_tokens) +
         " ignore_eos=" + std::to_string(ignore_eos) +
         " penalty=" + std::to_string(repetition_penalty) +
         " ngram=" + std::to_string(no_repeat_ngram);
}

}  // namespace dobby
