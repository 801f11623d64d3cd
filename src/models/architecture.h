// The differences between families of decoders, as data.
#pragma once

#include <span>
#include <string_view>

namespace dobby {

/// How a GGUF of this architecture lays out the rows of Q and K.
enum class RopeLayout {
  kPairs,   ///< Rotated pairs are neighbours (llama.cpp's "norm").
  kHalves,  ///< A pair is half a head apart ("neox").
};

/// A decoder of RMS norms, rotary grouped-query attention and a gated
/// feed-forward block (SiLU). Names of tensors and metadata follow GGUF's
/// common scheme ("blk.0.attn_q.weight", "<name>.block_count"); the fields are
/// what differs between architectures.
struct Architecture {
  std::string_view name;  ///< GGUF's `general.architecture`.
  RopeLayout rope_layout = RopeLayout::kHalves;
  bool qkv_bias = false;  ///< blk.N.attn_{q,k,v}.bias are there.
  bool qk_norm = false;   ///< blk.N.attn_{q,k}_norm.weight: RMS norms by head.
};

/// Returns all architectures dobby can import, by name.
std::span<const Architecture> Architectures();

/// Returns the architecture of that name, or null.
const Architecture* FindArchitecture(std::string_view name);

extern const Architecture kLlama;
extern const Architecture kQwen2;
extern const Architecture kQwen3;

}  // namespace dobby
