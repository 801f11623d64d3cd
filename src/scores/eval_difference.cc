// Two evaluations of the same rows side by side.
#include <array>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/json_depth.h"
#include "dobby/evaluation.h"

namespace dobby {
namespace {

using Json = nlohmann::ordered_json;
using RowScores = std::array<double, kMetrics>;

/// Whether the scores of a report are those of this build, in their order.
bool HasOurMetrics(const Json& report) {
  const auto names = report.at("metrics").get<std::vector<std::string>>();
  if (names.size() != kMetrics) return false;
  for (std::size_t m = 0; m < kMetrics; ++m) {
    if (names[m] != NameOf(static_cast<Metric>(m))) return false;
  }
  return true;
}

/// Returns the scores of a report's last system by row; none for scores of
/// other measures. Throws what the JSON library throws.
std::map<std::string, RowScores> LastScores(std::string_view json) {
  std::map<std::string, RowScores> rows;
  const Json report = Json::parse(json);
  if (!HasOurMetrics(report)) return rows;
  const Json& systems = report.at("systems");
  if (!systems.is_array() || systems.empty()) return rows;
  for (const Json& answer : systems.back().at("answers")) {
    rows[answer.at("id").get<std::string>()] =
        answer.at("scores").get<RowScores>();
  }
  return rows;
}

double MeanOf(const std::vector<double>& values) {
  return BootstrapMean(values).mean;
}

std::string TableRow(std::string_view name, const std::vector<double>& theirs,
                     const std::vector<double>& ours) {
  std::vector<double> more(ours.size());
  for (std::size_t i = 0; i < ours.size(); ++i) more[i] = ours[i] - theirs[i];
  const MeanInterval difference = BootstrapMean(more);
  const double base = MeanOf(theirs);
  char text[160];
  std::snprintf(text, sizeof text, "| %.1f | %.1f | %+.1f (%+.1f to %+.1f) | ",
                base, MeanOf(ours), difference.mean, difference.low,
                difference.high);
  std::string row = "| " + std::string(name) + " " + text;
  if (base > 0) {
    std::snprintf(text, sizeof text, "%+.0f %%", 100 * difference.mean / base);
    row += text;
  }
  return row + " |\n";
}

}  // namespace

Result<std::string> DifferenceText(const EvalReport& report,
                                   std::string_view json) {
  std::map<std::string, RowScores> theirs;
  if (auto flat = CheckJsonDepth(json); !flat) return flat.error();
  try {
    theirs = LastScores(json);
  } catch (const std::exception&) {
    return Error{ErrorCode::kUsage, "is no report.json of `dobby eval`", ""};
  }
  if (theirs.empty() || report.systems.empty()) {
    return Error{ErrorCode::kUsage, "has no scores of these measures", ""};
  }
  const EvalScores& scores = report.systems.back().scores;
  std::string table;
  std::size_t rows = 0;
  for (std::size_t m = 0; m < kMetrics; ++m) {
    std::vector<double> before, now;
    for (std::size_t i = 0; i < report.rows.size(); ++i) {
      const auto found = theirs.find(report.rows[i].id);
      if (found == theirs.end()) continue;
      before.push_back(found->second[m]);
      now.push_back(scores.values[m][i]);
    }
    rows = now.size();
    table += TableRow(NameOf(static_cast<Metric>(m)), before, now);
  }
  if (rows == 0) {
    return Error{ErrorCode::kUsage, "has no row of this data", ""};
  }
  return std::to_string(rows) +
         " rows of both, row by row.\n\n| measure | before | now | difference "
         "| relative |\n| --- | --- | --- | --- | --- |\n" +
         table;
}

}  // namespace dobby
