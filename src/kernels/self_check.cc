#include "kernels/self_check.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <random>
#include <vector>

namespace dobby {
namespace {

/// Numbers that the standard says exactly, so they are the same everywhere.
class Numbers {
 public:
  std::uint8_t Byte() {
    return static_cast<std::uint8_t>(random_() >> 16 & 255u);
  }

  /// Returns `count` floats in [from, to).
  std::vector<float> Floats(std::size_t count, float from, float to) {
    std::vector<float> floats(count);
    for (float& value : floats) {
      const auto bits = static_cast<float>(random_() >> 7);  // 24: exact.
      value = from + (to - from) * bits * 0x1p-24f;
    }
    return floats;
  }

 private:
  std::minstd_rand random_;
};

struct LinearCase {
  std::string_view name;
  int bits = 8;
  LinearOutput output = LinearOutput::kPlain;
  std::size_t rows = 0;    ///< Of the weights.
  std::size_t tokens = 0;  ///< Rows of x.
};

// An odd number of panels, the last one ragged; rows that fill no tile.
constexpr LinearCase kLinearCases[] = {
    {"linear, 4 bits", 4, LinearOutput::kPlain, 41, 13},
    {"linear, 8 bits", 8, LinearOutput::kPlain, 41, 13},
    {"linear, one row", 8, LinearOutput::kPlain, 41, 1},
    {"gated linear, 4 bits", 4, LinearOutput::kSwiGlu, 64, 13},
    {"gated linear, 8 bits", 8, LinearOutput::kSwiGlu, 64, 13},
};
constexpr std::size_t kColumns = 3 * kGroup;

/// Whether both give the same bits.
bool LinearAgrees(const LinearCase& test, Simd simd, decltype(&Linear) linear) {
  Numbers numbers;
  std::vector<std::uint8_t> codes(PanelsOf(test.rows) * kColumns / kGroup *
                                  GroupCodeBytes(test.bits));
  for (std::uint8_t& code : codes) code = numbers.Byte();
  const auto floats = numbers.Floats(
      PanelsOf(test.rows) * kColumns / kGroup * kPanel, 0.001f, 0.01f);
  const std::vector<Half> scales(floats.begin(), floats.end());
  auto x = numbers.Floats(test.tokens * kColumns, -2, 2);
  // The largest sums there are: what saturates or is too narrow shows.
  std::fill_n(codes.begin(), GroupCodeBytes(test.bits), std::uint8_t{255});
  std::fill_n(x.begin(), kGroup, 2.0f);

  LinearCall call;
  call.output = test.output;
  call.weights = {test.bits, test.rows, kColumns, codes.data(), scales.data()};
  call.x = x.data();
  call.rows = test.tokens;
  std::array<std::vector<float>, 2> y;
  LinearScratch scratch;
  for (std::size_t i = 0; i < y.size(); ++i) {
    y[i].resize(call.rows * call.width());
    call.simd = i == 0 ? Simd::kScalar : simd;
    call.y = y[i].data();
    linear(call, scratch, Serially);
  }
  return std::memcmp(y[0].data(), y[1].data(), y[0].size() * sizeof(float)) ==
         0;
}

// More than a block of keys, the last quad of them not full, and a token alone;
// dimensions that are a whole step of AMX and a part of one.
constexpr std::size_t kHeads = 2, kHeadSize = 80;
constexpr std::size_t kPrompt = kKvBlock + 3, kTokens = kPrompt + 1;

/// Returns the outputs of a prompt and of one token after it.
std::vector<float> AttentionOutputs(Simd simd, decltype(&Attend) attend) {
  constexpr std::size_t kWidth = kHeads * kHeadSize;
  Numbers numbers;
  const auto cosines = numbers.Floats(kTokens * kHeadSize / 2, -1, 1);
  const auto sines = numbers.Floats(kTokens * kHeadSize / 2, -1, 1);
  const auto q = numbers.Floats(kTokens * kWidth, -3, 3);
  const auto k = numbers.Floats(kTokens * kHeadSize, -1, 1);
  const auto v = numbers.Floats(kTokens * kHeadSize, -1, 1);
  const AttentionShape shape = {kHeads, 1, kHeadSize, cosines.data(),
                                sines.data()};
  std::vector<std::byte> cache(2 * shape.BlockBytes());
  std::vector<float> out(kTokens * kWidth);
  for (const std::size_t past : {std::size_t{0}, kPrompt}) {
    AttentionSegment segment;
    segment.q = q.data() + past * kWidth;
    segment.k = k.data() + past * kHeadSize;
    segment.v = v.data() + past * kHeadSize;
    segment.q_stride = segment.out_stride = kWidth;
    segment.kv_stride = kHeadSize;
    segment.tokens = past == 0 ? kPrompt : 1;
    segment.past = past;
    segment.cache = cache.data();
    segment.head_bytes = cache.size();
    segment.out = out.data() + past * kWidth;
    attend(simd, shape, {&segment, 1}, Serially);
  }
  return out;
}

bool AttentionAgrees(Simd simd, decltype(&Attend) attend) {
  const auto expected = AttentionOutputs(Simd::kScalar, attend);
  const auto out = AttentionOutputs(simd, attend);
  return std::memcmp(out.data(), expected.data(), out.size() * sizeof(float)) ==
         0;
}

}  // namespace

std::string_view FailedKernel(Simd simd, const CheckedKernels& kernels) {
  if (simd == Simd::kScalar) return "";
  for (const LinearCase& test : kLinearCases) {
    if (!LinearAgrees(test, simd, kernels.linear)) return test.name;
  }
  return AttentionAgrees(simd, kernels.attend) ? "" : "attention";
}

}  // namespace dobby
