// Qwen2 and Qwen2.5: a llama with biases on Q, K and V.
#include "models/architecture.h"

namespace dobby {

constexpr Architecture kQwen2 = {
    .name = "qwen2",
    .qkv_bias = true,
};

}  // namespace dobby
