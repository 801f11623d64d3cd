// Scores of whole evaluation sets.
#include <algorithm>

#include "dobby/evaluation.h"
#include "scores/row_outline.h"

namespace dobby {
namespace {

constexpr std::string_view kNames[kMetrics] = {"CodeXGLUE BLEU",
                                               "ROUGE-1",
                                               "ROUGE-2",
                                               "ROUGE-L",
                                               "chrF",
                                               "functionality coverage",
                                               "syntax accuracy",
                                               "technical accuracy"};

using RowScores = std::array<double, kMetrics>;

double& At(RowScores& scores, Metric metric) {
  return scores[static_cast<std::size_t>(metric)];
}

void TakeBest(RowScores& scores, Metric metric, double score) {
  At(scores, metric) = std::max(At(scores, metric), score);
}

std::string Lines(const EvalAnswer& answer) {
  std::string text;
  for (const std::string& line : answer.lines) text += line + "\n";
  return text;
}

RowScores ScoreRow(const EvalRow& row, const EvalAnswer& answer,
                   bool sentence) {
  RowScores scores{};
  if (answer.lines.empty()) return scores;
  const std::string text = answer.Text();
  for (const std::string& reference : row.references) {
    TakeBest(scores, Metric::kBleu, CodeXGlueBleu(reference, text));
    const RougeScores rouge = Rouge(reference, text, /*stem=*/true);
    TakeBest(scores, Metric::kRouge1, 100 * rouge.rouge1.f1);
    TakeBest(scores, Metric::kRouge2, 100 * rouge.rouge2.f1);
    TakeBest(scores, Metric::kRougeL, 100 * rouge.rouge_l.f1);
    TakeBest(scores, Metric::kChrf, Chrf(reference, text));
  }
  At(scores, Metric::kCoverage) =
      100 * FunctionalityCoverage(text, OutlineOf(row));
  At(scores, Metric::kSyntax) =
      100 * SyntaxAccuracy(Lines(answer), sentence ? 1 : 2);
  At(scores, Metric::kTechnical) =
      100 * TechnicalAccuracy(text, row.path + "\n" + row.code);
  return scores;
}

double BestBleu(const EvalRow& row, const EvalAnswer& answer) {
  double best = 0;
  for (const std::string& reference : row.references) {
    best = std::max(best, CodeXGlueBleu(reference, answer.Text()));
  }
  return best;
}

}  // namespace

std::string_view NameOf(Metric metric) {
  return kNames[static_cast<std::size_t>(metric)];
}

EvalScores ScoreAnswers(std::span<const EvalRow> rows,
                        std::span<const EvalAnswer> answers, bool sentence) {
  EvalScores scores;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const RowScores of_row = ScoreRow(rows[i], answers[i], sentence);
    for (std::size_t m = 0; m < kMetrics; ++m) {
      scores.values[m].push_back(of_row[m]);
    }
  }
  return scores;
}

double ShuffledPairs(std::span<const EvalRow> rows,
                     std::span<const EvalAnswer> answers) {
  if (rows.size() < 2) return 0.5;
  double won = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double own = BestBleu(rows[i], answers[i]);
    const double other = BestBleu(rows[(i + 1) % rows.size()], answers[i]);
    won += own > other ? 1 : (own == other ? 0.5 : 0);
  }
  return won / static_cast<double>(rows.size());
}

}  // namespace dobby
