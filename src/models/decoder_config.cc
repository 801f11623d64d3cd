#include "models/decoder_config.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace dobby {
namespace {

/// Reads the keys of one architecture; keeps the first failure.
class ConfigReader {
 public:
  ConfigReader(const GgufFile& file, std::string_view prefix)
      : file_(file), prefix_(prefix) {}

  std::string Key(std::string_view name) const {
    return prefix_ + "." + std::string(name);
  }

  /// Returns a size in [1, limit]; `fallback` 0 means that it must be there.
  std::int64_t Size(std::string_view name, std::int64_t limit,
                    std::int64_t fallback = 0) {
    const std::string key = Key(name);
    if (!file_.Has(key) && fallback > 0) return fallback;
    const auto value = file_.Uint(key);
    if (!value) {
      Fail(ErrorCode::kCorrupt, "metadata key '" + key + "' is missing");
      return 1;
    }
    if (*value < 1 || *value > static_cast<std::uint64_t>(limit)) {
      Fail(ErrorCode::kCorrupt, "metadata key '" + key + "' is " +
                                    std::to_string(*value) + ", outside 1 to " +
                                    std::to_string(limit));
      return 1;
    }
    return static_cast<std::int64_t>(*value);
  }

  /// Returns a number above zero.
  double Positive(std::string_view name, double fallback) {
    const std::string key = Key(name);
    if (!file_.Has(key)) return fallback;
    const double value = file_.Float(key).value_or(0);
    if (std::isfinite(value) && value > 0) return value;
    Fail(ErrorCode::kCorrupt,
         "metadata key '" + key + "' is not a number above zero");
    return fallback;
  }

  void Require(bool holds, ErrorCode code, const std::string& message) {
    if (!holds) Fail(code, message);
  }

  void Fail(ErrorCode code, const std::string& message) {
    if (!error_) error_ = Error{code, message, file_.path()};
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  const GgufFile& file_;
  std::string prefix_;
  std::optional<Error> error_;
};

// Far above any known model: what is over these is damage.
constexpr std::int64_t kMaxLayers = 1024;
constexpr std::int64_t kMaxWidth = 1 << 18;
constexpr std::int64_t kMaxHeads = 4096;
constexpr std::int64_t kMaxHeadSize = 1024;

ModelShape ReadShape(const GgufFile& file, ConfigReader& reader) {
  ModelShape shape;
  shape.layers = reader.Size("block_count", kMaxLayers);
  shape.width = reader.Size("embedding_length", kMaxWidth);
  shape.ffn_width = reader.Size("feed_forward_length", kMaxWidth);
  shape.heads = reader.Size("attention.head_count", kMaxHeads);
  shape.kv_heads =
      reader.Size("attention.head_count_kv", kMaxHeads, shape.heads);
  shape.head_size = reader.Size(
      "attention.key_length", kMaxHeadSize,
      std::clamp<std::int64_t>(shape.width / shape.heads, 1, kMaxHeadSize));
  shape.context = std::min(
      kMaxContext, reader.Size("context_length", std::int64_t{1} << 32));
  const GgufTensor* embedding = file.Find("token_embd.weight");
  reader.Require(embedding != nullptr, ErrorCode::kCorrupt,
                 "tensor 'token_embd.weight' is missing");
  if (embedding != nullptr) shape.vocab = embedding->rows;
  reader.Require(shape.heads % shape.kv_heads == 0 && shape.head_size % 2 == 0,
                 ErrorCode::kCorrupt,
                 std::to_string(shape.heads) + " query heads, " +
                     std::to_string(shape.kv_heads) + " key heads of size " +
                     std::to_string(shape.head_size) + " do not fit together");
  return shape;
}

/// Refuses what the graph recipe does not express.
void CheckSupported(const GgufFile& file, const ModelShape& shape,
                    ConfigReader& reader) {
  const auto refuse_unless = [&](bool holds, const std::string& what) {
    reader.Require(holds, ErrorCode::kUnsupported, what + " is not supported");
  };
  refuse_unless(file.Uint(reader.Key("expert_count")).value_or(0) == 0,
                "a mixture of experts");
  refuse_unless(reader.Size("rope.dimension_count", kMaxWidth,
                            shape.head_size) == shape.head_size,
                "a rotation of a part of each head");
  refuse_unless(reader.Size("attention.value_length", kMaxWidth,
                            shape.head_size) == shape.head_size,
                "a value size that differs from the key size");
}

}  // namespace

Result<DecoderConfig> ReadDecoderConfig(const GgufFile& file) {
  const auto name = file.String("general.architecture");
  if (!name) {
    return Error{ErrorCode::kCorrupt,
                 "metadata key 'general.architecture' is missing", file.path()};
  }
  DecoderConfig config;
  config.architecture = FindArchitecture(*name);
  if (config.architecture == nullptr) {
    std::string known;
    for (const Architecture& architecture : Architectures()) {
      known += (known.empty() ? "" : ", ") + std::string(architecture.name);
    }
    return Error{ErrorCode::kUnsupported,
                 "architecture '" + std::string(*name) +
                     "' is not supported; this build knows " + known,
                 file.path()};
  }
  ConfigReader reader(file, *name);
  config.shape = ReadShape(file, reader);
  CheckSupported(file, config.shape, reader);
  config.rms_epsilon = static_cast<float>(
      reader.Positive("attention.layer_norm_rms_epsilon", 1e-5));
  config.rope_theta = reader.Positive("rope.freq_base", 10000);
  const auto scaling =
      file.String(reader.Key("rope.scaling.type")).value_or("none");
  if (scaling == "linear") {
    config.rope_scale = reader.Positive("rope.scaling.factor", 1);
  } else if (scaling != "none") {
    reader.Fail(ErrorCode::kUnsupported,
                "rope scaling '" + std::string(scaling) + "' is not supported");
  }
  if (reader.error()) return *reader.error();
  return config;
}

}  // namespace dobby
