#include "models/synthetic_gguf.h"

#include <cmath>
#include <cstring>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"

namespace dobby {
namespace {

constexpr std::uint64_t kAlignment = 32;

// Value types of GGUF metadata.
constexpr std::uint32_t kUint32 = 4, kInt32 = 5, kFloat32 = 6, kBool = 7,
                        kString = 8, kArray = 9;

constexpr std::string_view kChatTemplate =
    "{% for message in messages %}"
    "{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are a tiny test model.<|im_end|>\n' }}"
    "{% endif %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + "
    "'<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/// Pairs of byte tokens that are merged; the space is written as GPT-2 does.
constexpr std::pair<const char*, const char*> kMerges[] = {
    {"Ġ", "t"}, {"h", "e"}, {"i", "n"}, {"r", "e"},  {"Ġt", "he"},
    {"o", "n"}, {"Ġ", "a"}, {"e", "r"}, {"in", "g"}, {"Ġ", "Ġ"},
};

/// Returns the UTF-8 of a code point below U+0800.
std::string Utf8Of(unsigned code_point) {
  if (code_point < 0x80) return {static_cast<char>(code_point)};
  return {static_cast<char>(0xC0 | code_point >> 6),
          static_cast<char>(0x80 | (code_point & 0x3F))};
}

/// Returns the visible character that stands for each byte: itself where it
/// is one, else the next from U+0100. Source: GPT-2, byte-level BPE.
std::vector<std::string> ByteTokens() {
  std::vector<std::string> tokens;
  unsigned next = 256;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool visible =
        (byte >= 33 && byte <= 126) || (byte >= 161 && byte != 173);
    tokens.push_back(Utf8Of(visible ? byte : next++));
  }
  return tokens;
}

struct Words {
  std::vector<std::string> tokens = {"<|endoftext|>", "<|im_start|>",
                                     "<|im_end|>"};
  std::vector<std::int32_t> types = {3, 3, 3};
  std::vector<std::string> merges;
};

Words MakeWords() {
  Words words;
  for (std::string& token : ByteTokens()) {
    words.tokens.push_back(std::move(token));
  }
  for (const auto& [left, right] : kMerges) {
    words.merges.push_back(std::string(left) + " " + right);
    words.tokens.push_back(std::string(left) + right);
  }
  words.types.resize(words.tokens.size(), 1);
  return words;
}

/// Bytes of a file, written value by value.
class Bytes {
 public:
  template <class T>
  void Put(T value) {
    char raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);
    text_.append(raw, sizeof value);
  }
  void PutString(std::string_view text) {
    Put<std::uint64_t>(text.size());
    text_ += text;
  }
  void Pad() { text_.resize((text_.size() + kAlignment - 1) & -kAlignment); }
  void Append(std::string_view bytes) { text_ += bytes; }
  std::size_t size() const { return text_.size(); }
  std::string& text() { return text_; }

 private:
  std::string text_;
};

/// Metadata entries, counted.
class Metadata {
 public:
  template <class T>
  void Add(std::string_view key, std::uint32_t type, T value) {
    Key(key, type);
    bytes_.Put(value);
  }
  void AddString(std::string_view key, std::string_view value) {
    Key(key, kString);
    bytes_.PutString(value);
  }
  void AddStrings(std::string_view key,
                  const std::vector<std::string>& values) {
    Array(key, kString, values.size());
    for (const std::string& value : values) bytes_.PutString(value);
  }
  void AddInts(std::string_view key, const std::vector<std::int32_t>& values) {
    Array(key, kInt32, values.size());
    for (const std::int32_t value : values) bytes_.Put(value);
  }
  std::uint64_t count() const { return count_; }
  std::string& text() { return bytes_.text(); }

 private:
  void Key(std::string_view key, std::uint32_t type) {
    bytes_.PutString(key);
    bytes_.Put(type);
    ++count_;
  }
  void Array(std::string_view key, std::uint32_t type, std::uint64_t count) {
    Key(key, kArray);
    bytes_.Put(type);
    bytes_.Put(count);
  }

  Bytes bytes_;
  std::uint64_t count_ = 0;
};

/// Tensor infos and data, with values from one seeded generator.
class Tensors {
 public:
  Tensors(TensorType type, std::uint64_t seed) : type_(type), random_(seed) {}

  void AddMatrix(const std::string& name, std::int64_t rows,
                 std::int64_t columns) {
    AddInfo(name, type_, {columns, rows});
    const double deviation = 1 / std::sqrt(static_cast<double>(columns));
    const std::int64_t values = rows * columns;
    if (type_ == TensorType::kF32) {
      for (std::int64_t i = 0; i < values; ++i) {
        // Uniform of that standard deviation.
        data_.Put(static_cast<float>(deviation * std::sqrt(12.0) *
                                     (Uniform() - 0.5)));
      }
      return;
    }
    // Random codes under one scale, the power of two that fits best: 4.6 and
    // 73 are the standard deviations of such codes.
    const bool four_bits = type_ == TensorType::kQ4_0;
    const int exponent = static_cast<int>(
        std::lround(std::log2(deviation / (four_bits ? 4.6 : 73.0))));
    for (std::int64_t block = 0; block < values / 32; ++block) {
      data_.Put(static_cast<std::uint16_t>((15 + exponent) << 10));
      for (int i = 0; i < (four_bits ? 16 : 32); ++i) {
        data_.Put(static_cast<std::uint8_t>(random_() >> 56));
      }
    }
  }

  void AddNorm(const std::string& name, std::int64_t size) {
    AddInfo(name, TensorType::kF32, {size});
    for (std::int64_t i = 0; i < size; ++i) {
      data_.Put(static_cast<float>(0.9 + 0.2 * Uniform()));
    }
  }

  std::uint64_t count() const { return count_; }
  std::string& infos() { return infos_.text(); }
  std::string& data() { return data_.text(); }

 private:
  double Uniform() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

  void AddInfo(const std::string& name, TensorType type,
               const std::vector<std::int64_t>& dims) {
    data_.Pad();
    infos_.PutString(name);
    infos_.Put(static_cast<std::uint32_t>(dims.size()));
    for (const std::int64_t dim : dims) infos_.Put(dim);
    infos_.Put(static_cast<std::uint32_t>(type));
    infos_.Put<std::uint64_t>(data_.size());
    ++count_;
  }

  TensorType type_;
  std::mt19937_64 random_;
  Bytes infos_;
  Bytes data_;
  std::uint64_t count_ = 0;
};

void AddSizes(const ModelShape& shape, Metadata& metadata) {
  const std::pair<const char*, std::int64_t> sizes[] = {
      {"llama.block_count", shape.layers},
      {"llama.context_length", shape.context},
      {"llama.embedding_length", shape.width},
      {"llama.feed_forward_length", shape.ffn_width},
      {"llama.attention.head_count", shape.heads},
      {"llama.attention.head_count_kv", shape.kv_heads},
      {"llama.attention.key_length", shape.head_size},
      {"llama.attention.value_length", shape.head_size},
      {"llama.rope.dimension_count", shape.head_size}};
  for (const auto& [key, size] : sizes) {
    metadata.Add(key, kUint32, static_cast<std::uint32_t>(size));
  }
  metadata.Add("llama.rope.freq_base", kFloat32, 10000.0f);
  metadata.Add("llama.attention.layer_norm_rms_epsilon", kFloat32, 1e-5f);
}

void AddText(const Words& words, Metadata& metadata) {
  metadata.AddString("tokenizer.ggml.model", "gpt2");
  metadata.AddString("tokenizer.ggml.pre", "smollm");
  metadata.AddStrings("tokenizer.ggml.tokens", words.tokens);
  metadata.AddInts("tokenizer.ggml.token_type", words.types);
  metadata.AddStrings("tokenizer.ggml.merges", words.merges);
  metadata.Add("tokenizer.ggml.bos_token_id", kUint32, std::uint32_t{1});
  metadata.Add("tokenizer.ggml.eos_token_id", kUint32, std::uint32_t{2});
  metadata.Add("tokenizer.ggml.add_bos_token", kBool, std::uint8_t{0});
  metadata.AddString("tokenizer.chat_template", kChatTemplate);
}

void AddTensors(const ModelShape& shape, std::int64_t vocab, Tensors& tensors) {
  const std::int64_t q_rows = shape.heads * shape.head_size;
  const std::int64_t kv_rows = shape.kv_heads * shape.head_size;
  tensors.AddMatrix("token_embd.weight", vocab, shape.width);
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    const std::string at = "blk." + std::to_string(layer) + ".";
    tensors.AddNorm(at + "attn_norm.weight", shape.width);
    tensors.AddMatrix(at + "attn_q.weight", q_rows, shape.width);
    tensors.AddMatrix(at + "attn_k.weight", kv_rows, shape.width);
    tensors.AddMatrix(at + "attn_v.weight", kv_rows, shape.width);
    tensors.AddMatrix(at + "attn_output.weight", shape.width, q_rows);
    tensors.AddNorm(at + "ffn_norm.weight", shape.width);
    tensors.AddMatrix(at + "ffn_gate.weight", shape.ffn_width, shape.width);
    tensors.AddMatrix(at + "ffn_up.weight", shape.ffn_width, shape.width);
    tensors.AddMatrix(at + "ffn_down.weight", shape.width, shape.ffn_width);
  }
  tensors.AddNorm("output_norm.weight", shape.width);
}

}  // namespace

std::string SyntheticGgufBytes(const SyntheticGguf& options) {
  const Words words = MakeWords();
  Metadata metadata;
  metadata.AddString("general.architecture", "llama");
  AddSizes(options.shape, metadata);
  AddText(words, metadata);
  Tensors tensors(options.weights, options.seed);
  AddTensors(options.shape, static_cast<std::int64_t>(words.tokens.size()),
             tensors);
  Bytes file;
  file.Append("GGUF");
  file.Put(std::uint32_t{3});
  file.Put(tensors.count());
  file.Put(metadata.count());
  file.Append(metadata.text());
  file.Append(tensors.infos());
  file.Pad();
  file.Append(tensors.data());
  return std::move(file.text());
}

Result<void> WriteSyntheticGguf(const std::string& path,
                                const SyntheticGguf& options) {
  return WriteFileAtomically(path, SyntheticGgufBytes(options));
}

}  // namespace dobby
