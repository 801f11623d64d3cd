// A measured run of the engine over prompts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "dobby/engine.h"
#include "dobby/result.h"

namespace dobby::cli {

/// The result of a run. README.md of the peers' benchmark explains the fields.
struct BenchResult {
  double wall_s = 0;  ///< First submission to last token.
  std::size_t chunks = 0;
  std::uint64_t prompt_tokens = 0, generated_tokens = 0;
  std::uint64_t drafted_tokens = 0, right_drafts = 0;
  double ttft_ms_mean = 0;          ///< Waiting and tokenising included.
  double prefill_tokens_per_s = 0;  ///< Until the last request's first token.
  double decode_tokens_per_s = 0;   ///< Over the engine's time in decoding.
  std::uint64_t peak_rss_bytes = 0;
  std::vector<std::vector<TokenId>> tokens;  ///< Generated, by prompt.
};

/// Reads the "prompt" of each line {"id", "prompt"}.
/// Errors: kIo, kNotFound, kUsage with the number of a bad line.
Result<std::vector<std::string>> ReadPrompts(const std::string& path);

/// Gives all prompts to the engine at once and waits for them. The prompts
/// are in the chat frame already. Errors: the first one of a prompt.
Result<BenchResult> RunPrompts(Engine& engine,
                               const std::vector<std::string>& prompts,
                               const Decoding& decoding);

}  // namespace dobby::cli
