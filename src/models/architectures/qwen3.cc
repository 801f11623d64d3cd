// Qwen3: a llama with RMS norms over each head of Q and K.
#include "models/architecture.h"

namespace dobby {

constexpr Architecture kQwen3 = {
    .name = "qwen3",
    .qk_norm = true,
};

}  // namespace dobby
