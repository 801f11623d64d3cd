// The AMX kernel of attention, on CPUs with AVX-512 but no AMX by emulation.
#ifdef __x86_64__
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "kernels/amx_emulator.h"
#include "kernels/attention_sequence.h"
#include "kernels/attention_tile.h"

namespace dobby {
namespace {

std::vector<float> Outputs(const AttentionKernel& kernel,
                           const Sequence& sequence,
                           const std::vector<std::size_t>& cuts) {
  return OutputsWith(
      [&](const AttentionShape& shape,
          std::span<const AttentionSegment> segments) {
        AttendWith(kernel, shape, segments, Serially);
      },
      sequence, cuts);
}

class AmxAttentionTest : public testing::Test {
 protected:
  void SetUp() override {
    // This also asks for the tiles where the CPU has them.
    const std::vector<Simd> supported = SupportedSimd();
    if (supported.back() < Simd::kAvx512Vnni) {
      GTEST_SKIP() << "the softmax is AVX-512";
    }
  }

  static void ExpectTheBitsOfScalar(const Sequence& sequence,
                                    const std::vector<std::size_t>& cuts) {
    EXPECT_TRUE(Same(Outputs(AmxInt8Attention(), sequence, cuts),
                     Outputs(ScalarAttention(), sequence, cuts)));
  }

  AmxEmulator emulator_;
};

TEST_F(AmxAttentionTest, GivesTheBitsOfScalarForEveryHeadSize) {
  for (std::size_t size = 16; size <= kMaxHeadSize; size += 16) {
    SCOPED_TRACE(size);
    // Passes of 16, 16 and 16 rows; one of fewer at the end.
    ExpectTheBitsOfScalar(Sequence(3, 1, size, 75), {});
  }
}

TEST_F(AmxAttentionTest, GivesTheBitsOfScalarForEveryGroup) {
  // More than 16 heads: rows of a pass begin inside a token.
  for (const std::size_t group : {1, 2, 3, 4, 5, 6, 7, 8, 9, 20}) {
    for (const std::size_t size : {64, 80}) {
      SCOPED_TRACE(std::to_string(group) + " x " + std::to_string(size));
      ExpectTheBitsOfScalar(Sequence(2 * group, 2, size, 70), {});
    }
  }
}

TEST_F(AmxAttentionTest, GivesTheBitsOfScalarWhereverASegmentBegins) {
  const std::vector<std::size_t> cuts[] = {
      {1},  {16},  {17},  {63},  {64},      {65},
      {90}, {111}, {128}, {140}, {31, 150}, {7, 8, 9, 40, 127}};
  for (const std::size_t heads : {1, 3, 8}) {
    for (const std::size_t size : {48, 64}) {
      const Sequence sequence(heads, 1, size, 155);
      const auto scalar = Outputs(ScalarAttention(), sequence, {});
      for (const auto& cut : cuts) {
        EXPECT_TRUE(Same(Outputs(AmxInt8Attention(), sequence, cut), scalar))
            << heads << " x " << size << " cut at " << cut[0];
      }
    }
  }
}

TEST_F(AmxAttentionTest, GivesTheBitsOfScalarWhileTheMaximumRises) {
  // Later keys are many times larger, in rows of one pass too.
  Sequence sequence(4, 1, 64, 200);
  for (std::size_t t = 0; t < sequence.tokens; ++t) {
    float* k = &sequence.qkv[t * sequence.stride() + sequence.width()];
    for (std::size_t d = 0; d < 64; ++d) k[d] *= 0.1f * static_cast<float>(t);
  }
  for (const std::size_t cut : {0, 4, 100, 196}) {
    SCOPED_TRACE(cut);
    ExpectTheBitsOfScalar(sequence, {cut});
  }
}

TEST_F(AmxAttentionTest, LargestCodesDoNotOverflow) {
  Sequence sequence(16, 1, kMaxHeadSize, 80);
  for (std::size_t i = 0; i < sequence.qkv.size(); ++i) {
    sequence.qkv[i] = i % 3 == 0 ? -3.0f : 3.0f;
  }
  ExpectTheBitsOfScalar(sequence, {40});
}

TEST_F(AmxAttentionTest, UsesTilesFromEightRowsOn) {
  if (SupportedSimd().back() == Simd::kAmxInt8) {
    GTEST_SKIP() << "products are counted where they are emulated";
  }
  Outputs(AmxInt8Attention(), Sequence(7, 1, 64, 1), {});
  EXPECT_EQ(AmxEmulator::products(), 0);
  Outputs(AmxInt8Attention(), Sequence(8, 1, 64, 1), {});
  EXPECT_EQ(AmxEmulator::products(), 1 + 4);  // 16 keys, 64 dimensions.
}

TEST_F(AmxAttentionTest, TheTilesOfTheCallerAreConfiguredAsBefore) {
  TileConfig callers;
  callers.palette = 1;
  callers.row_bytes[3] = 48;
  callers.rows[3] = 7;
  const Sequence sequence(3, 1, 64, 20);
  for (const TileConfig& before : {TileConfig{}, callers}) {
    AmxTiles::LoadConfig(before);
    Outputs(AmxInt8Attention(), sequence, {});
    TileConfig after;
    AmxTiles::StoreConfig(after);
    AmxTiles::LoadConfig({});
    EXPECT_EQ(std::memcmp(&after, &before, sizeof(before)), 0);
  }
}

}  // namespace
}  // namespace dobby
#endif
