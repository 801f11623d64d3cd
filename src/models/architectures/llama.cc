// Llama, TinyLlama, SmolLM, DeepSeek-Coder and all that share their shape.
#include "models/architecture.h"

namespace dobby {

constexpr Architecture kLlama = {
    .name = "llama",
    .rope_layout = RopeLayout::kPairs,
};

}  // namespace dobby
