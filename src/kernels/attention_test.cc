#include "kernels/attention.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "kernels/attention_sequence.h"

namespace dobby {
namespace {

std::vector<float> OutputsOf(Simd simd, const Sequence& sequence,
                             const std::vector<std::size_t>& cuts,
                             const ParallelFor& parallel = Serially) {
  return OutputsWith(
      [&](const AttentionShape& shape,
          std::span<const AttentionSegment> segments) {
        Attend(simd, shape, segments, parallel);
      },
      sequence, cuts);
}

/// Rotated head `head` of token `t`; heads of keys follow those of queries.
std::vector<double> Rotated(const Sequence& s, std::size_t t,
                            std::size_t head) {
  const std::size_t half = s.shape.head_size / 2;
  const float* x = &s.qkv[t * s.stride() + head * s.shape.head_size];
  std::vector<double> y(2 * half);
  for (std::size_t i = 0; i < half; ++i) {
    const double c = s.cosines[t * half + i], sine = s.sines[t * half + i];
    y[i] = x[i] * c - x[i + half] * sine;
    y[i + half] = x[i + half] * c + x[i] * sine;
  }
  return y;
}

/// softmax(q k^T / sqrt(head_size)) v of one token and head in double.
/// `keys` are the rotated ones of the head's KV head.
std::vector<double> Reference(const Sequence& s, std::size_t t,
                              std::size_t head,
                              const std::vector<std::vector<double>>& keys) {
  const std::size_t size = s.shape.head_size;
  const std::size_t kv_head = head / (s.shape.heads / s.shape.kv_heads);
  const std::vector<double> q = Rotated(s, t, head);
  std::vector<double> scores, out(size);
  for (std::size_t j = 0; j <= t; ++j) {
    double dot = 0;
    for (std::size_t d = 0; d < size; ++d) dot += q[d] * keys[j][d];
    scores.push_back(dot / std::sqrt(double(size)));
  }
  const double max = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (double& score : scores) sum += score = std::exp(score - max);
  for (std::size_t j = 0; j <= t; ++j) {
    const float* v =
        &s.qkv[j * s.stride() + s.width() + s.kv_width() + kv_head * size];
    for (std::size_t d = 0; d < size; ++d) out[d] += scores[j] / sum * v[d];
  }
  return out;
}

/// Outputs of every 7th of the last `tokens` tokens, the last one first.
std::vector<std::vector<double>> References(const Sequence& s,
                                            std::size_t tokens) {
  std::vector<std::vector<double>> outs;
  for (std::size_t back = 0; back < tokens; back += 7) {
    outs.emplace_back(s.width());
  }
  const std::size_t group = s.shape.heads / s.shape.kv_heads;
  for (std::size_t head = 0; head < s.shape.heads; ++head) {
    std::vector<std::vector<double>> keys;
    keys.reserve(s.tokens);
    for (std::size_t t = 0; t < s.tokens; ++t) {
      keys.push_back(Rotated(s, t, s.shape.heads + head / group));
    }
    for (std::size_t i = 0; i < outs.size(); ++i) {
      const auto out = Reference(s, s.tokens - 1 - 7 * i, head, keys);
      std::copy(out.begin(), out.end(),
                outs[i].begin() + static_cast<long>(head * out.size()));
    }
  }
  return outs;
}

struct ShapeCase {
  const char* name;
  std::size_t heads, kv_heads, head_size;
};
constexpr ShapeCase kShapes[] = {
    {"smollm2", 9, 3, 64}, {"tinyllama", 32, 4, 64}, {"qwen3", 16, 8, 128},
    {"size80", 4, 4, 80},  {"size96", 2, 1, 96},
};

/// The largest and the root of the mean squared difference to References().
std::pair<double, double> ErrorsOf(
    const Sequence& s, const std::vector<float>& out,
    const std::vector<std::vector<double>>& references) {
  double largest = 0, squares = 0;
  for (std::size_t i = 0; i < references.size(); ++i) {
    const float* row = &out[(s.tokens - 1 - 7 * i) * s.width()];
    for (std::size_t d = 0; d < s.width(); ++d) {
      const double error = std::abs(row[d] - references[i][d]);
      if (!(error <= largest)) largest = error;  // Also if it is NaN.
      squares += error * error;
    }
  }
  const auto count = double(references.size() * s.width());
  return {largest, std::sqrt(squares / count)};
}

TEST(AttentionTest, IsCloseToFloat64) {
  for (const ShapeCase& shape : kShapes) {
    for (const std::size_t past : {0, 1, 63, 64, 500}) {
      for (const std::size_t tokens : {1, 2, 63, 64, 65, 200}) {
        const Sequence sequence(shape.heads, shape.kv_heads, shape.head_size,
                                past + tokens);
        const auto references =
            References(sequence, std::min<std::size_t>(tokens, 65));
        for (const Simd simd : SupportedSimd()) {
          if (simd == Simd::kScalar && past + tokens > 200) continue;
          SCOPED_TRACE(std::string(shape.name) + " " +
                       std::string(NameOf(simd)) + " " + std::to_string(past) +
                       "+" + std::to_string(tokens));
          const auto [largest, rms] =
              ErrorsOf(sequence, OutputsOf(simd, sequence, {past}), references);
          // Values of variance 1, of which the largest of a head is about 3:
          // codes round it by up to 0.012, evenly, so by 0.007 in the mean; a
          // score by about as much, so a weight by 1 %. Sums of many average
          // out.
          EXPECT_LT(largest, 0.06);
          EXPECT_LT(rms, 0.01);
        }
      }
    }
  }
}

TEST(AttentionTest, BitsDoNotDependOnTheInstructionSet) {
  for (const ShapeCase& shape : kShapes) {
    const Sequence sequence(shape.heads, shape.kv_heads, shape.head_size, 150);
    const std::vector<float> scalar = OutputsOf(Simd::kScalar, sequence, {97});
    for (const Simd simd : SupportedSimd()) {
      EXPECT_TRUE(Same(OutputsOf(simd, sequence, {97}), scalar))
          << shape.name << " " << NameOf(simd);
    }
  }
}

TEST(AttentionTest, BitsDoNotDependOnTheCuts) {
  const std::vector<std::size_t> cuts[] = {
      {1}, {64}, {63, 65}, {7, 8, 9, 10, 11, 40, 127, 128, 129, 130}, {129}};
  for (const ShapeCase& shape : kShapes) {
    const Sequence sequence(shape.heads, shape.kv_heads, shape.head_size, 150);
    for (const Simd simd : SupportedSimd()) {
      const std::vector<float> whole = OutputsOf(simd, sequence, {});
      for (std::size_t i = 0; i < std::size(cuts); ++i) {
        EXPECT_TRUE(Same(OutputsOf(simd, sequence, cuts[i]), whole))
            << shape.name << " " << NameOf(simd) << " cuts " << i;
      }
    }
  }
}

TEST(AttentionTest, BitsDoNotDependOnOtherSegments) {
  const Sequence a(9, 3, 64, 70), b(9, 3, 64, 130), c(9, 3, 64, 1);
  for (const Simd simd : SupportedSimd()) {
    Cache caches[] = {Cache(a), Cache(b), Cache(c)};
    std::vector<float> outs[3];
    const AttentionSegment segments[] = {caches[0].Segment(a, 0, 70, outs[0]),
                                         caches[1].Segment(b, 0, 130, outs[1]),
                                         caches[2].Segment(c, 0, 1, outs[2])};
    Attend(simd, a.shape, segments, Serially);
    EXPECT_TRUE(Same(outs[0], OutputsOf(simd, a, {}))) << NameOf(simd);
    EXPECT_TRUE(Same(outs[1], OutputsOf(simd, b, {}))) << NameOf(simd);
    EXPECT_TRUE(Same(outs[2], OutputsOf(simd, c, {}))) << NameOf(simd);
  }
}

TEST(AttentionTest, TokensBeforeTheFirstQueryAreOnlyPutIntoTheCache) {
  const Sequence sequence(9, 3, 64, 150);
  for (const Simd simd : SupportedSimd()) {
    const std::vector<float> whole = OutputsOf(simd, sequence, {});
    // Some of several units, the last token of one unit, none.
    for (const std::size_t first : {40, 139, 140}) {
      Cache cache(sequence);
      std::vector<float> out;
      AttentionSegment segment = cache.Segment(sequence, 0, 140, out);
      std::vector<float> some((140 - first) * segment.out_stride);
      segment.first_query = first;
      segment.out = some.data();
      Attend(simd, sequence.shape, {&segment, 1}, Serially);
      segment = cache.Segment(sequence, 140, 10, out);
      Attend(simd, sequence.shape, {&segment, 1}, Serially);
      some.insert(some.end(), segment.out, out.data() + out.size());
      EXPECT_TRUE(std::equal(some.begin(), some.end(),
                             whole.data() + first * segment.out_stride))
          << NameOf(simd) << " from " << first;
    }
  }
}

TEST(AttentionTest, BitsDoNotDependOnTheOrderOfWork) {
  const Sequence sequence(9, 3, 64, 200);
  const ParallelFor backwards =
      [](std::size_t count, const std::function<void(std::size_t)>& body) {
        for (std::size_t i = count; i-- > 0;) body(i);
      };
  for (const Simd simd : SupportedSimd()) {
    // From an odd token on, units end inside pairs of the cache.
    for (const std::size_t cut : {90, 91}) {
      EXPECT_TRUE(Same(OutputsOf(simd, sequence, {cut}, backwards),
                       OutputsOf(simd, sequence, {cut})))
          << NameOf(simd) << ' ' << cut;
    }
  }
}

TEST(AttentionTest, ScoresMayGrowFarBeyondTheFirst) {
  // Later keys are many times larger, so the maximum of a row rises often.
  Sequence sequence(2, 1, 64, 300);
  for (std::size_t t = 0; t < sequence.tokens; ++t) {
    float* k = &sequence.qkv[t * sequence.stride() + sequence.width()];
    for (std::size_t d = 0; d < 64; ++d) k[d] *= 0.1f * float(t);
  }
  for (const Simd simd : SupportedSimd()) {
    // Scores near 200 are rounded by 0.4, so only a few weights are compared
    // by their effect: each output is a value, or a mean of some.
    const std::vector<float> out = OutputsOf(simd, sequence, {});
    const auto [largest, rms] =
        ErrorsOf(sequence, out, References(sequence, 300));
    EXPECT_LT(rms, 0.2) << NameOf(simd);
    EXPECT_LT(largest, 6) << NameOf(simd);
  }
}

}  // namespace
}  // namespace dobby
