// dobby's operators refuse what does not fit instead of reading outside.
#include "engine/ort_fast_operators.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "engine/ort_session.h"
#include "models/onnx_graph.h"

namespace dobby {
namespace {

constexpr auto kFloat = ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
constexpr auto kHalf = ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16;
constexpr auto kByte = ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8;
constexpr auto kInt32 = ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32;
constexpr auto kInt64 = ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64;

/// An input of a node, with room for its elements, and values of integers.
struct Operand {
  const char* name;
  ONNXTensorElementDataType type;
  std::vector<std::int64_t> dims;
  std::vector<std::int64_t> values = {};  ///< Empty: zeros.
};

/// One node and what it is given.
struct Call {
  const char* op;
  std::vector<std::pair<std::string, std::int64_t>> numbers;
  std::vector<Operand> operands;
  std::vector<std::int64_t> result;  ///< Dimensions that it should have.

  Operand& operand(const std::string& name) {
    for (Operand& one : operands) {
      if (name == one.name) return one;
    }
    throw std::runtime_error("no operand " + name);
  }
  std::int64_t& number(const std::string& name) {
    for (auto& [key, value] : numbers) {
      if (key == name) return value;
    }
    throw std::runtime_error("no attribute " + name);
  }
};

Result<std::string> GraphOf(const Call& call) {
  OnnxGraph graph("one", "");
  graph.UseDomain("dobby");
  OnnxNode node = {call.op, "dobby", {}, {"out"}, {}};
  if (std::string(call.op) == "AddRmsNorm") {
    node.outputs.emplace_back("sum");
    node.attributes.emplace_back("epsilon", 1e-5f);
  }
  for (const auto& [name, value] : call.numbers) {
    node.attributes.emplace_back(name, value);
  }
  for (const Operand& operand : call.operands) {
    const std::vector<OnnxDim> dims(operand.dims.begin(), operand.dims.end());
    graph.AddInput(operand.name, static_cast<OnnxType>(operand.type), dims);
    node.inputs.emplace_back(operand.name);
  }
  graph.AddNode(node);
  const std::vector<OnnxDim> free(call.result.size(), std::string());
  graph.AddOutput("out", OnnxType::kFloat, free);
  return graph.Serialise();
}

/// The bytes of an operand, of exactly its size, so that a sanitizer sees
/// every step beyond.
std::vector<std::uint8_t> BytesOf(const Operand& operand) {
  std::size_t count = 1;
  for (const std::int64_t dim : operand.dims) {
    count *= static_cast<std::size_t>(dim);
  }
  const std::size_t width = operand.type == kInt64  ? 8
                            : operand.type == kByte ? 1
                            : operand.type == kHalf ? 2
                                                    : 4;
  std::vector<std::uint8_t> bytes(count * width);
  // An operand may have fewer elements than the values it was given.
  for (std::size_t i = 0; i < std::min(count, operand.values.size()); ++i) {
    std::memcpy(bytes.data() + i * width, &operand.values[i], width);
  }
  return bytes;
}

/// Makes a session of one node and runs it.
Result<void> RunCall(const Call& call) {
  const auto graph = GraphOf(call);
  if (!graph) return graph.error();
  EngineOptions options;
  options.threads = 1;
  auto session = OrtSession::Make(*graph, "", Operators::kAndFast, options);
  if (!session) return session.error();
  std::vector<std::vector<std::uint8_t>> memory;
  std::vector<TensorView> inputs;
  for (const Operand& operand : call.operands) {
    memory.push_back(BytesOf(operand));
    inputs.push_back(
        {operand.name, operand.type, memory.back().data(), operand.dims});
  }
  auto result = (*session)->Run(inputs, {}, "out", call.result);
  if (!result) return result.error();
  return {};
}

/// 16 rows of 64 columns, for two tokens.
Call EmbeddingCall() {
  return {"Embedding",
          {{"bits", 8}, {"rows", 16}, {"columns", 64}},
          {{"ids", kInt64, {1, 2}, {0, 15}},
           {"codes", kByte, {1, 2, 512}},
           {"scales", kHalf, {1, 2, 16}}},
          {1, 2, 64}};
}

Call LinearCallOf(const char* op) {
  const bool gated = std::string(op) == "GatedLinear";
  Call call = {op,
               {{"bits", 4}, {"rows", 32}, {"columns", 64}},
               {{"x", kFloat, {1, 3, 64}},
                {"codes", kByte, {2, 2, 256}},
                {"scales", kHalf, {2, 2, 16}}},
               {1, 3, gated ? 16 : 32}};
  if (!gated) {
    call.numbers.emplace_back("roundings", 1);
    call.operands.push_back({"bias", kFloat, {32}});
  }
  return call;
}

/// Two heads of 16 on one KV head; one token and two; a context of eight.
Call AttentionCall() {
  return {"Attention",
          {{"layer", 1}, {"heads", 2}, {"kv_heads", 1}, {"head_size", 16}},
          {{"q", kFloat, {1, 3, 32}},
           {"k", kFloat, {1, 3, 16}},
           {"v", kFloat, {1, 3, 16}},
           {"cos", kFloat, {8, 8}},
           {"sin", kFloat, {8, 8}},
           {"begins", kInt32, {3}, {0, 1, 3}},
           {"past", kInt32, {2}, {7, 6}},
           {"slots", kInt32, {2}, {1, 0}},
           {"kv", kByte, {2, 2, 64 * (2 * 16 + 16)}},
           {"rows", kInt64, {2}, {0, 2}}},
          {1, 2, 32}};
}

Call NormCall() {
  return {"AddRmsNorm",
          {},
          {{"x", kFloat, {1, 3, 32}},
           {"delta", kFloat, {1, 3, 32}},
           {"weight", kFloat, {32}}},
          {1, 3, 32}};
}

TEST(FastOperators, ComputeWhatFits) {
  for (const Call& call :
       {EmbeddingCall(), LinearCallOf("Linear"), LinearCallOf("GatedLinear"),
        AttentionCall(), NormCall()}) {
    const auto done = RunCall(call);
    EXPECT_TRUE(done) << call.op << ": " << done.error().ToString();
  }
}

struct Misfit {
  const char* name;
  std::function<void(Call&)> make;
};

void ExpectRefused(const Call& good, const std::vector<Misfit>& misfits) {
  for (const Misfit& misfit : misfits) {
    Call call = good;
    misfit.make(call);
    const auto done = RunCall(call);
    ASSERT_FALSE(done) << call.op << ": " << misfit.name;
    EXPECT_EQ(done.error().code, ErrorCode::kModel) << misfit.name;
  }
}

Misfit Values(const char* name, const char* operand,
              std::vector<std::int64_t> values) {
  return {name, [=](Call& call) { call.operand(operand).values = values; }};
}

Misfit Dims(const char* name, const char* operand,
            std::vector<std::int64_t> dims) {
  return {name, [=](Call& call) { call.operand(operand).dims = dims; }};
}

Misfit Number(const char* name, const char* attribute, std::int64_t value) {
  return {name, [=](Call& call) { call.number(attribute) = value; }};
}

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

TEST(FastOperators, AnEmbeddingHasRowsAndCodes) {
  ExpectRefused(
      EmbeddingCall(),
      {Values("id after the last", "ids", {0, 16}),
       Values("id below 0", "ids", {-1, 0}),
       Values("id far outside", "ids", {0, std::int64_t{1} << 40}),
       Dims("few codes", "codes", {1, 2, 511}),
       Dims("few scales", "scales", {1, 2, 15}),
       Number("many rows", "rows", 17),
       Number("rows beyond all", "rows", kLargest),
       Number("no rows", "rows", 0), Number("rows below 0", "rows", -16),
       Number("half a group", "columns", 48), Number("5 bits", "bits", 5)});
}

TEST(FastOperators, AProductFitsItsActivationsAndBias) {
  for (const char* op : {"Linear", "GatedLinear"}) {
    ExpectRefused(
        LinearCallOf(op),
        {Dims("narrow", "x", {1, 3, 63}), Dims("wide", "x", {1, 3, 65}),
         Dims("a scalar", "x", {}), Dims("few codes", "codes", {2, 2, 255}),
         Dims("few scales", "scales", {2, 2, 15}),
         Number("more columns", "columns", 96),
         Number("more rows", "rows", 64)});
  }
  ExpectRefused(LinearCallOf("Linear"),
                {Dims("short bias", "bias", {31}),
                 Number("3 roundings", "roundings", 3)});
  ExpectRefused(LinearCallOf("GatedLinear"),
                {Number("gate without up", "rows", 16)});
}

TEST(FastOperators, AttentionStaysInItsCacheAndTables) {
  ExpectRefused(AttentionCall(),
                {Values("slot after the last", "slots", {1, 2}),
                 Values("slot far outside", "slots", {1 << 30, 0}),
                 Values("slot below 0", "slots", {-1, 0}),
                 Values("beyond the context", "past", {8, 6}),
                 Values("past below 0", "past", {-1, 6}),
                 Values("past without end", "past", {0x7fffffff, 6}),
                 Values("begins late", "begins", {1, 1, 3}),
                 Values("goes back", "begins", {0, 4, 3}),
                 Values("too many tokens", "begins", {0, 1, 4}),
                 Values("too few tokens", "begins", {0, 1, 2}),
                 Dims("a segment without slot", "slots", {1}),
                 Dims("a segment without end", "begins", {2}),
                 Dims("few keys", "k", {1, 2, 16}),
                 Dims("few values", "v", {1, 3, 15}),
                 Dims("queries of two batches", "q", {2, 3, 32}),
                 Dims("queries of another width", "q", {1, 3, 48}),
                 Dims("few cosines", "cos", {7, 8}),
                 Dims("few sines", "sin", {7, 8}),
                 Dims("tables of other heads", "cos", {16, 4}),
                 Dims("a small slot", "kv", {2, 2, 64 * (2 * 16 + 16) - 1}),
                 Dims("one layer", "kv", {1, 2, 64 * (2 * 16 + 16)}),
                 Dims("no slots", "kv", {2, 0, 64 * (2 * 16 + 16)}),
                 Number("layer after the last", "layer", 2),
                 Number("layer below 0", "layer", -1),
                 Number("more KV heads", "kv_heads", 2),
                 Number("no KV heads", "kv_heads", 0),
                 Number("heads of 8", "head_size", 8),
                 Number("heads without end", "head_size", kLargest)});
}

TEST(FastOperators, LogitRowsAreTheLastOfTheirSegments) {
  ExpectRefused(
      AttentionCall(),
      {Values("not the last", "rows", {0, 1}), Values("twice", "rows", {2, 2}),
       Values("descending", "rows", {2, 0}),
       Values("after the last", "rows", {0, 3}),
       Values("below 0", "rows", {-1, 2}),
       Values("far outside", "rows", {0, kLargest})});
}

TEST(FastOperators, ANormsInputsAreOfOneSize) {
  ExpectRefused(NormCall(), {Dims("short delta", "delta", {1, 2, 32}),
                             Dims("short weight", "weight", {31}),
                             Dims("a scalar", "x", {})});
}

TEST(FastOperators, AreUnknownToStockSessions) {
  const auto graph = GraphOf(EmbeddingCall());
  ASSERT_TRUE(graph);
  EngineOptions options;
  options.threads = 1;
  const auto session = OrtSession::Make(*graph, "", Operators::kStock, options);
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, ErrorCode::kModel);
}

TEST(OrtSession, RefusesAResultOfAnotherShapeThanExpected) {
  Call call = NormCall();
  call.result = {1, 3, 33};
  const auto done = RunCall(call);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kModel);
}

TEST(OrtSession, TelemetryIsOffBeforeMain) {
  const char* refused = std::getenv("ORT_DISABLE_TELEMETRY");
  ASSERT_NE(refused, nullptr);
  EXPECT_STREQ(refused, "1");
}

}  // namespace
}  // namespace dobby
