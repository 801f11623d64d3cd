#include "kernels/trusted_simd.h"

#include <algorithm>
#include <cstdlib>

#include "kernels/self_check.h"

namespace dobby {
namespace {

std::string NamesOf(const std::vector<Simd>& list) {
  std::string names;
  for (const Simd simd : list) {
    names += (names.empty() ? "" : ", ") + std::string(NameOf(simd));
  }
  return names;
}

}  // namespace

SimdChoice ChooseSimd(
    const std::vector<Simd>& supported, std::string_view wanted,
    const std::function<std::string_view(Simd)>& failed_kernel) {
  SimdChoice choice;
  auto at = supported.end() - 1;
  if (!wanted.empty()) {
    const auto named =
        std::find_if(supported.begin(), supported.end(),
                     [&](Simd simd) { return NameOf(simd) == wanted; });
    if (named != supported.end()) {
      at = named;
    } else {
      choice.warning = "DOBBY_SIMD=" + std::string(wanted) +
                       " is none of what this CPU has: " + NamesOf(supported);
    }
  }
  for (; *at != Simd::kScalar; --at) {
    const std::string_view failed = failed_kernel(*at);
    if (failed.empty()) break;
    if (!choice.warning.empty()) choice.warning += "; ";
    choice.warning += "the self-check of " + std::string(NameOf(*at)) +
                      " failed (" + std::string(failed) + "), so " +
                      std::string(NameOf(*(at - 1))) + " is used";
  }
  choice.simd = *at;
  return choice;
}

const SimdChoice& TrustedSimd() {
  static const SimdChoice choice = [] {
    const char* wanted = std::getenv("DOBBY_SIMD");
    return ChooseSimd(SupportedSimd(), wanted ? wanted : "",
                      [](Simd simd) { return FailedKernel(simd); });
  }();
  return choice;
}

}  // namespace dobby
