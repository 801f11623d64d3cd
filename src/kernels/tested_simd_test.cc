// Says which instruction sets the tests of the kernels ran on. Those that a CPU
// lacks cannot run there, and a green run must not look as if they had.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "kernels/simd.h"

namespace dobby {
namespace {

constexpr Simd kAll[] = {Simd::kScalar, Simd::kAvx2, Simd::kAvxVnni,
                         Simd::kAvx512Vnni, Simd::kAmxInt8};

bool IsTested(Simd simd) {
  const std::vector<Simd> supported = SupportedSimd();
  return std::find(supported.begin(), supported.end(), simd) != supported.end();
}

/// Returns the names of the sets that are tested here, or of the others.
std::string NamesWhere(bool tested) {
  std::string names;
  for (const Simd simd : kAll) {
    if (IsTested(simd) != tested) continue;
    names += (names.empty() ? "" : ", ") + std::string(NameOf(simd));
  }
  return names.empty() ? "none" : names;
}

class SaysWhichRan : public testing::Environment {
 public:
  void SetUp() override {
    std::printf("kernels: tested on %s; not on this CPU, so untested: %s\n",
                NamesWhere(true).c_str(), NamesWhere(false).c_str());
  }
};

const testing::Environment* const kEnvironment =
    testing::AddGlobalTestEnvironment(new SaysWhichRan);

class TestedSimd : public testing::TestWithParam<Simd> {};

INSTANTIATE_TEST_SUITE_P(Sets, TestedSimd, testing::ValuesIn(kAll),
                         [](const auto& set) {
                           return std::string(NameOf(set.param));
                         });

// Shows as skipped in the summary of a run where it holds for no test.
TEST_P(TestedSimd, IsOnThisCpu) {
  if (!IsTested(GetParam())) {
    GTEST_SKIP() << NameOf(GetParam()) << " is untested: this CPU lacks it";
  }
  SUCCEED();
}

}  // namespace
}  // namespace dobby
