#include "kernels/trusted_simd.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/self_check.h"

namespace dobby {
namespace {

const std::vector<Simd> kAll = {Simd::kScalar, Simd::kAvx2, Simd::kAvx512Vnni};

std::string_view NothingFails(Simd /*simd*/) { return ""; }
std::string_view AllFail(Simd /*simd*/) { return "linear"; }
std::string_view Avx512Fails(Simd simd) {
  return simd == Simd::kAvx512Vnni ? "attention" : "";
}

struct ChoiceCase {
  std::string name;
  std::string wanted;
  std::string_view (*failed_kernel)(Simd);
  Simd simd;
  std::vector<std::string> said;
};

class Choices : public testing::TestWithParam<ChoiceCase> {};

INSTANTIATE_TEST_SUITE_P(
    TrustedSimd, Choices,
    testing::Values(
        ChoiceCase{"best", "", NothingFails, Simd::kAvx512Vnni, {}},
        ChoiceCase{"wanted", "avx2", NothingFails, Simd::kAvx2, {}},
        ChoiceCase{
            "scalar_is_not_checked", "scalar", AllFail, Simd::kScalar, {}},
        ChoiceCase{"unknown",
                   "sse9",
                   NothingFails,
                   Simd::kAvx512Vnni,
                   {"sse9", "scalar, avx2, avx512vnni"}},
        ChoiceCase{"unsupported",
                   "amxint8",
                   NothingFails,
                   Simd::kAvx512Vnni,
                   {"amxint8"}},
        ChoiceCase{"step_down",
                   "",
                   Avx512Fails,
                   Simd::kAvx2,
                   {"avx512vnni failed (attention), so avx2"}},
        ChoiceCase{"all_the_way",
                   "",
                   AllFail,
                   Simd::kScalar,
                   {"avx512vnni failed (linear), so avx2",
                    "avx2 failed (linear), so scalar"}},
        ChoiceCase{"unknown_and_failed",
                   "sse9",
                   Avx512Fails,
                   Simd::kAvx2,
                   {"sse9", "avx512vnni failed"}}),
    [](const auto& choice) { return choice.param.name; });

TEST_P(Choices, IsTheBestThatProvesItself) {
  const auto& c = GetParam();
  const SimdChoice choice = ChooseSimd(kAll, c.wanted, c.failed_kernel);
  EXPECT_EQ(choice.simd, c.simd);
  EXPECT_EQ(choice.warning.empty(), c.said.empty()) << choice.warning;
  for (const std::string& said : c.said) {
    EXPECT_NE(choice.warning.find(said), std::string::npos) << choice.warning;
  }
}

TEST(SelfCheck, EveryInstructionSetHerePasses) {
  for (const Simd simd : SupportedSimd()) {
    EXPECT_EQ(FailedKernel(simd), "") << NameOf(simd);
  }
}

/// One bit off in one place, and only with the given output.
template <LinearOutput kOutput, int kBits>
void BrokenLinear(const LinearCall& call, LinearScratch& scratch,
                  const ParallelFor& parallel) {
  Linear(call, scratch, parallel);
  if (call.simd == Simd::kScalar || call.output != kOutput) return;
  if (call.weights.bits != kBits) return;
  float& last = call.y[call.rows * call.width() - 1];
  last = std::nextafter(last, 1000.0f);
}

/// A key that should be masked, or one that is missing, changes as much.
void BrokenAttend(Simd simd, const AttentionShape& shape,
                  std::span<const AttentionSegment> segments,
                  const ParallelFor& parallel) {
  Attend(simd, shape, segments, parallel);
  if (simd == Simd::kScalar) return;
  segments[0].out[(segments[0].tokens - 1) * segments[0].out_stride] += 0.02f;
}

TEST(SelfCheck, ABrokenKernelIsNamed) {
  const Simd simd = SupportedSimd().back();
  if (simd == Simd::kScalar) GTEST_SKIP() << "scalar is compared with itself";
  using enum LinearOutput;
  EXPECT_EQ(FailedKernel(simd, {BrokenLinear<kPlain, 4>, Attend}),
            "linear, 4 bits");
  EXPECT_EQ(FailedKernel(simd, {BrokenLinear<kPlain, 8>, Attend}),
            "linear, 8 bits");
  EXPECT_EQ(FailedKernel(simd, {BrokenLinear<kSwiGlu, 4>, Attend}),
            "gated linear, 4 bits");
  EXPECT_EQ(FailedKernel(simd, {BrokenLinear<kSwiGlu, 8>, Attend}),
            "gated linear, 8 bits");
  EXPECT_EQ(FailedKernel(simd, {Linear, BrokenAttend}), "attention");
}

TEST(SelfCheck, ABrokenKernelStepsDown) {
  const auto supported = SupportedSimd();
  if (supported.size() == 1) GTEST_SKIP() << "there is nothing below scalar";
  const SimdChoice choice = ChooseSimd(supported, "", [&](Simd simd) {
    const CheckedKernels broken = {BrokenLinear<LinearOutput::kPlain, 8>,
                                   Attend};
    return FailedKernel(simd,
                        simd == supported.back() ? broken : CheckedKernels{});
  });
  EXPECT_EQ(choice.simd, supported[supported.size() - 2]);
  EXPECT_NE(choice.warning.find("linear, 8 bits"), std::string::npos);
}

}  // namespace
}  // namespace dobby
