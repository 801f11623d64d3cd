#include "models/logit_rows.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "models/decoder_graph.h"

namespace dobby {
namespace {

/// Operators that make each row of their outputs of the same row of their
/// inputs.
constexpr std::string_view kByRow[] = {
    "Linear",   "GatedLinear", "AddRmsNorm", "SimplifiedLayerNormalization",
    "Add",      "Div",         "Identity",   "Mul",
    "Neg",      "Sigmoid",     "Sub",        "Tanh",
    "Attention"};

bool WorksByRow(const onnx::NodeProto& node) {
  return std::find(std::begin(kByRow), std::end(kByRow), node.op_type()) !=
         std::end(kByRow);
}

bool IsChoice(const onnx::NodeProto& node) {
  return node.op_type() == "Gather" && node.input_size() == 2 &&
         node.input(1) == kLogitRows;
}

/// The one choice of rows of a graph, moved.
class RowChoice {
 public:
  RowChoice(std::vector<onnx::NodeProto>& nodes, std::size_t at)
      : nodes_(nodes),
        at_(at),
        all_(nodes.begin(), nodes.begin() + Offset(at)) {}

  void Move() {
    const std::string chosen = nodes_[at_].input(0);
    FindDemands(chosen);
    if (!IsOfRows(chosen)) return;
    std::vector<onnx::NodeProto> moved;
    for (const onnx::NodeProto& node : all_) {
      onnx::NodeProto taken = node;
      if (IsByRow(node) && node.op_type() == "Attention") {
        taken.add_input(kLogitRows);
      } else if (IsByRow(node)) {
        for (int i = 0; i < node.input_size(); ++i) TakeRows(taken, i, moved);
      }
      moved.push_back(std::move(taken));
    }
    for (std::size_t i = at_ + 1; i < nodes_.size(); ++i) {
      for (std::string& input : *nodes_[i].mutable_input()) {
        if (input == nodes_[at_].output(0)) input = chosen;
      }
      moved.push_back(nodes_[i]);
    }
    nodes_ = std::move(moved);
  }

 private:
  static std::ptrdiff_t Offset(std::size_t at) {
    return static_cast<std::ptrdiff_t>(at);
  }

  /// A node works on rows if nothing needs its outputs whole.
  bool IsByRow(const onnx::NodeProto& node) const {
    const auto& outputs = node.output();
    return WorksByRow(node) &&
           std::any_of(outputs.begin(), outputs.end(),
                       [&](const auto& o) { return by_row_.contains(o); }) &&
           std::none_of(outputs.begin(), outputs.end(),
                        [&](const auto& o) { return whole_.contains(o); });
  }

  /// Finds, from the choice back, which values are needed whole and which in
  /// the chosen rows.
  void FindDemands(const std::string& chosen) {
    for (std::size_t i = at_ + 1; i < nodes_.size(); ++i) {
      whole_.insert(nodes_[i].input().begin(), nodes_[i].input().end());
    }
    by_row_.insert(chosen);
    for (auto node = all_.rbegin(); node != all_.rend(); ++node) {
      // Attention reads the keys and values of every token.
      const bool by_row = IsByRow(*node) && node->op_type() != "Attention";
      for (const std::string& input : node->input()) {
        (by_row ? by_row_ : whole_).insert(input);
      }
      for (const std::string& output : node->output()) {
        makers_[output] = &*node;
      }
    }
  }

  /// Whether a value has the chosen rows alone.
  bool IsOfRows(const std::string& value) const {
    const auto maker = makers_.find(value);
    return maker != makers_.end() && IsByRow(*maker->second);
  }

  /// Gives a node that works on rows those of its input, if that is of all
  /// tokens.
  void TakeRows(onnx::NodeProto& node, int input,
                std::vector<onnx::NodeProto>& moved) {
    const std::string value = node.input(input);
    if (!makers_.contains(value) || IsOfRows(value)) return;
    auto [rows, is_new] = rows_of_.try_emplace(value, value + ".rows");
    node.set_input(input, rows->second);
    if (!is_new) return;
    onnx::NodeProto gather = nodes_[at_];
    gather.set_name(rows->second + ":Gather");
    gather.set_input(0, value);
    gather.set_output(0, rows->second);
    moved.push_back(std::move(gather));
  }

  std::vector<onnx::NodeProto>& nodes_;
  std::size_t at_;
  std::vector<onnx::NodeProto> all_;      ///< What comes before the choice.
  std::set<std::string> whole_, by_row_;  ///< Needed so.
  std::map<std::string, const onnx::NodeProto*> makers_;  ///< In all_.
  std::map<std::string, std::string> rows_of_;
};

}  // namespace

void ComputeOnlyLogitRows(std::vector<onnx::NodeProto>& nodes) {
  const auto choice = std::find_if(nodes.begin(), nodes.end(), IsChoice);
  if (choice == nodes.end() ||
      std::count_if(nodes.begin(), nodes.end(), IsChoice) != 1) {
    return;
  }
  RowChoice(nodes, static_cast<std::size_t>(choice - nodes.begin())).Move();
}

}  // namespace dobby
