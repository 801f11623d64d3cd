#include "models/architecture.h"

namespace dobby {

std::span<const Architecture> Architectures() {
  static const Architecture architectures[] = {kLlama, kQwen2, kQwen3};
  return architectures;
}

const Architecture* FindArchitecture(std::string_view name) {
  for (const Architecture& architecture : Architectures()) {
    if (architecture.name == name) return &architecture;
  }
  return nullptr;
}

}  // namespace dobby
