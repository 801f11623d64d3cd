#include "models/decoder_graph.h"

#include <cmath>
#include <string>
#include <vector>

namespace dobby {
namespace {

constexpr std::string_view kMicrosoft = "com.microsoft";
/// Activations are rounded to int8 before a product: many times faster than
/// the levels below, which the engine can ask for.
constexpr std::int64_t kAccuracyLevel = 4;

/// Where the residual stream is: the sum of both, not yet computed when
/// `delta` is there.
struct Residual {
  std::string sum;
  std::string delta;  ///< Empty: nothing to add.
};

/// Builds one decoder; the functions follow the data from ids to logits.
class DecoderBuilder {
 public:
  DecoderBuilder(const DecoderConfig& config, TensorImporter& tensors,
                 OnnxGraph& graph)
      : arch_(*config.architecture),
        config_(config),
        shape_(config.shape),
        tensors_(tensors),
        graph_(graph) {}

  void Build() {
    AddTokenInputs();
    AddLengths();
    AddRotaryTables();
    Residual stream = {AddEmbedding(), ""};
    for (std::int64_t layer = 0; layer < shape_.layers; ++layer) {
      stream = AddLayer(layer, stream);
    }
    AddHead(stream);
  }

 private:
  void AddTokenInputs() {
    graph_.AddInput("input_ids", OnnxType::kInt64, {"batch", "seq"});
    graph_.AddInput("attention_mask", OnnxType::kInt64, {"batch", "total_len"});
    graph_.AddOutput("logits", OnnxType::kFloat,
                     {"batch", std::int64_t{1}, shape_.vocab});
  }

  /// GroupQueryAttention wants the last position of each row (int32 [batch])
  /// and the length of the longest (an int32 scalar).
  void AddLengths() {
    const std::string axis = graph_.AddInts("mask_axis", {1}, {1});
    const std::string one = graph_.AddInts("one", {}, {1});
    const std::string counts =
        graph_.AddNode({"ReduceSum",
                        "",
                        {"attention_mask", axis},
                        {"lengths"},
                        {{"keepdims", std::int64_t{0}}}});
    const std::string last =
        graph_.AddNode({"Sub", "", {counts, one}, {"last_positions"}, {}});
    AddCast(last, "seqlens_k");
    const std::string dims =
        graph_.AddNode({"Shape", "", {"attention_mask"}, {"mask_shape"}, {}});
    const std::string total =
        graph_.AddNode({"Gather", "", {dims, one}, {"total_len"}, {}});
    AddCast(total, "total_sequence_length");
  }

  void AddCast(const std::string& from, const std::string& to) {
    graph_.AddNode({"Cast",
                    "",
                    {from},
                    {to},
                    {{"to", static_cast<std::int64_t>(OnnxType::kInt32)}}});
  }

  /// cos and sin of position * theta^(-2i / head_size), [context, head_size
  /// / 2], computed in double. Source: RoFormer (Su et al. 2021), equation 15;
  /// `rope_freqs` divides the frequencies (Llama 3's long context).
  void AddRotaryTables() {
    const std::int64_t half = shape_.head_size / 2;
    std::vector<float> factors(static_cast<std::size_t>(half), 1.0f);
    if (tensors_.Has("rope_freqs.weight")) {
      factors = tensors_.Values("rope_freqs.weight", half);
      factors.resize(static_cast<std::size_t>(half), 1.0f);
    }
    std::vector<float> cosines, sines;
    cosines.reserve(static_cast<std::size_t>(shape_.context * half));
    sines.reserve(static_cast<std::size_t>(shape_.context * half));
    for (std::int64_t position = 0; position < shape_.context; ++position) {
      for (std::int64_t i = 0; i < half; ++i) {
        const double exponent = -2.0 * static_cast<double>(i) /
                                static_cast<double>(shape_.head_size);
        const double angle = static_cast<double>(position) *
                             std::pow(config_.rope_theta, exponent) /
                             config_.rope_scale /
                             double{factors[static_cast<std::size_t>(i)]};
        cosines.push_back(static_cast<float>(std::cos(angle)));
        sines.push_back(static_cast<float>(std::sin(angle)));
      }
    }
    tensors_.Floats("cos_cache", {shape_.context, half}, cosines);
    tensors_.Floats("sin_cache", {shape_.context, half}, sines);
  }

  /// The table stays quantised; the rows that are asked for are expanded to
  /// the exact values. A tied head uses the same bytes.
  std::string AddEmbedding() {
    embedding_ = tensors_.Matrix("embedding",
                                 {"token_embd", shape_.vocab, shape_.width});
    const std::string table = graph_.AddExternal(
        embedding_.name + ".table", OnnxType::kUint8,
        {shape_.vocab, shape_.width * embedding_.bits / 8}, embedding_.codes);
    return graph_.AddNode({"GatherBlockQuantized",
                           kMicrosoft,
                           {table, "input_ids", embedding_.scales},
                           {"embedded"},
                           {{"bits", std::int64_t{embedding_.bits}},
                            {"block_size", kQuantBlock},
                            {"gather_axis", std::int64_t{0}},
                            {"quantize_axis", std::int64_t{1}}}});
  }

  Residual AddLayer(std::int64_t layer, const Residual& stream) {
    const std::string at = "layers." + std::to_string(layer) + ".";
    const std::string from = "blk." + std::to_string(layer) + ".";
    Residual residual = stream;
    const std::string attention_in =
        AddNorm(at + "attn_norm", from + "attn_norm.weight", residual);
    residual.delta = AddAttention(layer, at, from, attention_in);
    const std::string ffn_in =
        AddNorm(at + "ffn_norm", from + "ffn_norm.weight", residual);
    residual.delta = AddFeedForward(at, from, ffn_in);
    return residual;
  }

  /// Adds what is due to the residual stream and returns its RMS norm.
  std::string AddNorm(const std::string& name, const std::string& tensor,
                      Residual& residual) {
    const std::string weight =
        tensors_.Vector(name + ".weight", tensor, shape_.width);
    if (residual.delta.empty()) {
      return AddPlainNorm(residual.sum, weight, name);
    }
    const std::string sum = name + ".residual";
    graph_.AddNode({"SkipSimplifiedLayerNormalization",
                    kMicrosoft,
                    {residual.sum, residual.delta, weight},
                    {name, "", "", sum},
                    {{"epsilon", config_.rms_epsilon}}});
    residual = {sum, ""};
    return name;
  }

  std::string AddPlainNorm(const std::string& input, const std::string& weight,
                           const std::string& name) {
    return graph_.AddNode({"SimplifiedLayerNormalization",
                           "",
                           {input, weight},
                           {name},
                           {{"axis", std::int64_t{-1}},
                            {"epsilon", config_.rms_epsilon},
                            {"stash_type", std::int64_t{1}}}});
  }

  std::string AddLinear(const std::string& input, const StoredMatrix& matrix,
                        const std::string& output) {
    const std::string codes =
        graph_.AddExternal(matrix.name + ".codes", OnnxType::kUint8,
                           {matrix.rows, matrix.columns / kQuantBlock,
                            kQuantBlock * matrix.bits / 8},
                           matrix.codes);
    OnnxNode node = {"MatMulNBits",
                     kMicrosoft,
                     {input, codes, matrix.scales},
                     {output},
                     {{"K", matrix.columns},
                      {"N", matrix.rows},
                      {"bits", std::int64_t{matrix.bits}},
                      {"block_size", kQuantBlock},
                      {"accuracy_level", kAccuracyLevel}}};
    if (!matrix.bias.empty()) {
      node.inputs.insert(node.inputs.end(), {"", "", matrix.bias});
    }
    return graph_.AddNode(node);
  }

  /// Returns query, key and value; packed, the last two are empty names.
  std::vector<std::string> AddProjections(const std::string& at,
                                          const std::string& from,
                                          const std::string& input) {
    const RowOrder rotated = arch_.rope_layout == RopeLayout::kPairs
                                 ? RowOrder::kPairsToHalves
                                 : RowOrder::kAsIs;
    const std::int64_t q_rows = shape_.heads * shape_.head_size;
    const std::int64_t kv_rows = shape_.kv_heads * shape_.head_size;
    const bool bias = arch_.qkv_bias;
    const MatrixSource sources[] = {
        {from + "attn_q", q_rows, shape_.width, rotated, bias},
        {from + "attn_k", kv_rows, shape_.width, rotated, bias},
        {from + "attn_v", kv_rows, shape_.width, RowOrder::kAsIs, bias}};
    if (arch_.qk_norm) {
      const std::string q = at + "attn_q", k = at + "attn_k", v = at + "attn_v";
      return {AddHeadNorm(AddLinear(input, tensors_.Matrix(q, sources[0]), q),
                          q + "_norm", from + "attn_q_norm.weight"),
              AddHeadNorm(AddLinear(input, tensors_.Matrix(k, sources[1]), k),
                          k + "_norm", from + "attn_k_norm.weight"),
              AddLinear(input, tensors_.Matrix(v, sources[2]), v)};
    }
    std::vector<std::string> projections;
    for (const StoredMatrix& matrix :
         tensors_.Stack(at + "attn_qkv", sources)) {
      const std::string part = std::to_string(projections.size());
      projections.push_back(
          AddLinear(input, matrix, at + "attn_projection." + part));
    }
    projections.resize(3);
    return projections;
  }

  /// Returns the RMS norm over each head of [batch, seq, heads * head_size].
  std::string AddHeadNorm(const std::string& input, const std::string& name,
                          const std::string& tensor) {
    if (!head_dims_added_) {
      graph_.AddInts("heads_apart", {4}, {0, 0, -1, shape_.head_size});
      graph_.AddInts("heads_joined", {3}, {0, 0, -1});
      head_dims_added_ = true;
    }
    const std::string weight =
        tensors_.Vector(name + ".weight", tensor, shape_.head_size);
    const std::string apart = graph_.AddNode(
        {"Reshape", "", {input, "heads_apart"}, {name + ".apart"}, {}});
    const std::string normed = AddPlainNorm(apart, weight, name + ".normed");
    return graph_.AddNode(
        {"Reshape", "", {normed, "heads_joined"}, {name}, {}});
  }

  std::string AddAttention(std::int64_t layer, const std::string& at,
                           const std::string& from, const std::string& input) {
    const auto qkv = AddProjections(at, from, input);
    const std::string number = std::to_string(layer);
    std::vector<std::string> past, present;
    for (const char* part : {".key", ".value"}) {
      past.push_back("past_key_values." + number + part);
      present.push_back("present." + number + part);
      graph_.AddInput(past.back(), OnnxType::kFloat,
                      {"batch", shape_.kv_heads, "past", shape_.head_size});
      graph_.AddOutput(
          present.back(), OnnxType::kFloat,
          {"batch", shape_.kv_heads, "total_len", shape_.head_size});
    }
    const std::string mixed =
        graph_.AddNode({"GroupQueryAttention",
                        kMicrosoft,
                        {qkv[0], qkv[1], qkv[2], past[0], past[1], "seqlens_k",
                         "total_sequence_length", "cos_cache", "sin_cache"},
                        {at + "attn_mixed", present[0], present[1]},
                        {{"num_heads", shape_.heads},
                         {"kv_num_heads", shape_.kv_heads},
                         {"do_rotary", std::int64_t{1}},
                         {"rotary_interleaved", std::int64_t{0}}}});
    const StoredMatrix output = tensors_.Matrix(
        at + "attn_output",
        {from + "attn_output", shape_.width, shape_.heads * shape_.head_size});
    return AddLinear(mixed, output, at + "attn_out");
  }

  std::string AddFeedForward(const std::string& at, const std::string& from,
                             const std::string& input) {
    const auto linear = [&](const std::string& x, const char* name,
                            std::int64_t rows, std::int64_t columns) {
      const StoredMatrix matrix =
          tensors_.Matrix(at + name, {from + name, rows, columns});
      return AddLinear(x, matrix, at + name);
    };
    const std::string gate =
        linear(input, "ffn_gate", shape_.ffn_width, shape_.width);
    const std::string up =
        linear(input, "ffn_up", shape_.ffn_width, shape_.width);
    const std::string sigmoid =
        graph_.AddNode({"Sigmoid", "", {gate}, {at + "ffn_sigmoid"}, {}});
    const std::string silu =
        graph_.AddNode({"Mul", "", {gate, sigmoid}, {at + "ffn_silu"}, {}});
    const std::string gated =
        graph_.AddNode({"Mul", "", {silu, up}, {at + "ffn_gated"}, {}});
    return linear(gated, "ffn_down", shape_.width, shape_.ffn_width);
  }

  void AddHead(Residual stream) {
    const std::string normed =
        AddNorm("output_norm", "output_norm.weight", stream);
    const std::string rows = graph_.AddInts(kLogitRows, {1}, {-1});
    const std::string chosen = graph_.AddNode({"Gather",
                                               "",
                                               {normed, rows},
                                               {"head_in"},
                                               {{"axis", std::int64_t{1}}}});
    const bool tied = !tensors_.Has("output.weight");
    AddLinear(
        chosen,
        tied ? embedding_
             : tensors_.Matrix("head", {"output", shape_.vocab, shape_.width}),
        "logits");
  }

  const Architecture& arch_;
  const DecoderConfig& config_;
  const ModelShape& shape_;
  TensorImporter& tensors_;
  OnnxGraph& graph_;
  StoredMatrix embedding_;
  bool head_dims_added_ = false;
};

}  // namespace

void BuildDecoder(const DecoderConfig& config, TensorImporter& tensors,
                  OnnxGraph& graph) {
  DecoderBuilder(config, tensors, graph).Build();
}

}  // namespace dobby
