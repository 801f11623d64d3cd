#include "models/logit_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dobby {
namespace {

using testing::ElementsAre;

onnx::NodeProto Node(const char* op, const std::vector<std::string>& inputs,
                     const std::vector<std::string>& outputs) {
  onnx::NodeProto node;
  node.set_op_type(op);
  for (const std::string& input : inputs) node.add_input(input);
  for (const std::string& output : outputs) node.add_output(output);
  return node;
}

/// Each node as "output, ... = Operator(input, ...)".
std::vector<std::string> Rewritten(std::vector<onnx::NodeProto> nodes) {
  ComputeOnlyLogitRows(nodes);
  const auto joined = [](const auto& names) {
    std::string text;
    for (const std::string& name : names) {
      text += (text.empty() ? "" : ", ") + name;
    }
    return text;
  };
  std::vector<std::string> lines;
  for (const auto& node : nodes) {
    lines.push_back(joined(node.output()) + " = " + node.op_type() + "(" +
                    joined(node.input()) + ")");
  }
  return lines;
}

TEST(LogitRows, TheLastLayerIsComputedForThemAlone) {
  EXPECT_THAT(
      Rewritten({Node("Embedding", {"ids", "e"}, {"x"}),
                 Node("SimplifiedLayerNormalization", {"x", "w"}, {"n"}),
                 Node("Linear", {"n", "q"}, {"qkv"}),
                 Node("Attention", {"qkv", "cache"}, {"mixed"}),
                 Node("Linear", {"mixed", "o"}, {"delta"}),
                 Node("AddRmsNorm", {"x", "delta", "w2"}, {"n2", "x2"}),
                 Node("GatedLinear", {"n2", "g"}, {"gated"}),
                 Node("Linear", {"gated", "d"}, {"delta2"}),
                 Node("AddRmsNorm", {"x2", "delta2", "w3"}, {"n3", "x3"}),
                 Node("Gather", {"n3", "logit_rows"}, {"chosen"}),
                 Node("Linear", {"chosen", "e"}, {"logits"})}),
      ElementsAre(
          "x = Embedding(ids, e)", "n = SimplifiedLayerNormalization(x, w)",
          "qkv = Linear(n, q)", "mixed = Attention(qkv, cache, logit_rows)",
          "delta = Linear(mixed, o)", "x.rows = Gather(x, logit_rows)",
          "n2, x2 = AddRmsNorm(x.rows, delta, w2)",
          "gated = GatedLinear(n2, g)", "delta2 = Linear(gated, d)",
          "n3, x3 = AddRmsNorm(x2, delta2, w3)", "logits = Linear(n3, e)"));
}

TEST(LogitRows, ResidualsThatComeWithAWholeNormAreChosen) {
  // x is read by the choice's side alone, but made together with n.
  EXPECT_THAT(
      Rewritten({Node("AddRmsNorm", {"a", "b", "w"}, {"n", "x"}),
                 Node("Linear", {"n", "q"}, {"qkv"}),
                 Node("Attention", {"qkv", "cache"}, {"mixed"}),
                 Node("Add", {"x", "mixed"}, {"sum"}),
                 Node("Gather", {"sum", "logit_rows"}, {"chosen"}),
                 Node("Linear", {"chosen", "e"}, {"logits"})}),
      ElementsAre("n, x = AddRmsNorm(a, b, w)", "qkv = Linear(n, q)",
                  "mixed = Attention(qkv, cache, logit_rows)",
                  "x.rows = Gather(x, logit_rows)", "sum = Add(x.rows, mixed)",
                  "logits = Linear(sum, e)"));
}

TEST(LogitRows, WhatMayMixRowsStays) {
  const std::vector<onnx::NodeProto> nodes = {
      Node("Linear", {"x", "w"}, {"y"}), Node("Reshape", {"y", "shape"}, {"z"}),
      Node("Gather", {"z", "logit_rows"}, {"chosen"}),
      Node("Linear", {"chosen", "e"}, {"logits"})};
  EXPECT_THAT(Rewritten(nodes),
              ElementsAre("y = Linear(x, w)", "z = Reshape(y, shape)",
                          "chosen = Gather(z, logit_rows)",
                          "logits = Linear(chosen, e)"));
}

}  // namespace
}  // namespace dobby
