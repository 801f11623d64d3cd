// Evaluation: rows of code with references, the answers of systems, and scores.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/result.h"
#include "dobby/scores.h"
#include "dobby/summary.h"

namespace dobby {

/// A text to summarise, and what people wrote about it.
struct EvalRow {
  std::string id;
  std::string language;  ///< Id or display name; may be empty.
  std::string path;      ///< May be empty.
  std::string code;
  std::vector<std::string> references;  ///< At least one.
};

/// Reads JSON lines {"id", "code", "references" or "reference", "lang"?,
/// "path"?}. Errors: kNotFound, kIo; kUsage for a bad line (the message has its
/// number), an id that occurs twice, or a file without rows.
Result<std::vector<EvalRow>> ReadEvalRows(const std::string& path);

/// A system's answer to a row.
struct EvalAnswer {
  std::string id;
  std::vector<std::string> lines;  ///< Empty if it failed.
  std::size_t prompt_tokens = 0, generated_tokens = 0;
  std::string error;  ///< Why it failed; empty if it did not.

  /// Returns the lines, joined by blanks.
  std::string Text() const;
};

/// Reads answers as an EvalRun keeps them. Lines that are no answers, such as
/// one that was cut short, are left out. Errors: kNotFound, kIo; kUsage if the
/// file has no answer.
Result<std::vector<EvalAnswer>> ReadAnswers(const std::string& path);

/// Returns the answers in the order of `rows`. A row without an answer gets one
/// that failed.
std::vector<EvalAnswer> AnswersTo(std::span<const EvalRow> rows,
                                  std::span<const EvalAnswer> answers);

/// How rows are answered.
struct EvalRun {
  bool sentence = false;  ///< One sentence about a function instead of two
                          ///< lines.
  std::size_t in_flight = 20;
  /// Where answers are kept as they come, one JSON line each. Answers of an
  /// earlier run with the same `key` are reused.
  std::string answers_path;
  std::string key;  ///< Everything that an answer depends on: model, prompt,
                    ///< style.
  std::function<void(std::size_t done, std::size_t all)> progress;
  std::stop_token stop;
};

/// Returns an answer to each row, in their order. Errors: kIo, kCancelled
/// (what was answered is kept); a row that fails is an answer with an error.
Result<std::vector<EvalAnswer>> AnswerRows(Summariser& summariser,
                                           std::span<const EvalRow> rows,
                                           const EvalRun& run);

/// Returns the answers of the trivial systems: a constant, and the first
/// defined name in words.
std::vector<EvalAnswer> ConstantAnswers(std::span<const EvalRow> rows);
std::vector<EvalAnswer> NameAnswers(std::span<const EvalRow> rows);

enum class Metric {
  kBleu,
  kRouge1,
  kRouge2,
  kRougeL,
  kChrf,
  kCoverage,
  kSyntax,
  kTechnical,
};
inline constexpr std::size_t kMetrics = 8;
std::string_view NameOf(Metric metric);  ///< "CodeXGLUE BLEU", ...

/// Scores of the answers to some rows: [metric][row], all 0 to 100. If a row
/// has several references, the best score counts. ROUGE is the F measure,
/// stemmed.
struct EvalScores {
  std::array<std::vector<double>, kMetrics> values;

  const std::vector<double>& Of(Metric metric) const {
    return values[static_cast<std::size_t>(metric)];
  }
};

/// Scores `answers`, one for each row in the same order. A failed answer gets
/// zeros. `sentence` as in EvalRun.
EvalScores ScoreAnswers(std::span<const EvalRow> rows,
                        std::span<const EvalAnswer> answers, bool sentence);

/// A system in a report.
struct EvalSystem {
  std::string name;
  std::vector<EvalAnswer> answers;
  EvalScores scores;
  double seconds = 0;  ///< Time to answer what was not kept; 0 if everything
                       ///< was.
};

struct EvalReport {
  std::string data;  ///< Name of the evaluation set.
  std::vector<EvalRow> rows;
  std::vector<EvalSystem> systems;
};

/// The report as JSON (means with intervals, and every answer with its
/// scores), as Markdown (a table) and as a page of HTML (bars, and answers
/// beside references).
std::string EvalJson(const EvalReport& report);
std::string EvalMarkdown(const EvalReport& report);
std::string EvalHtml(const EvalReport& report);

/// Returns a Markdown table of the differences between the report's last system
/// and the last system of another report (`json`, as from EvalJson): row by
/// row, over the rows that both have, with 95 % bootstrap intervals. Errors:
/// kUsage if `json` is no report or shares no row.
Result<std::string> DifferenceText(const EvalReport& report,
                                   std::string_view json);

/// A row whose code was changed so that a true summary must change too.
struct PerturbedRow {
  EvalRow row;
  std::string was, is;  ///< The text before and after the change.
};

/// Replaces the first name that each row defines by the first name that the
/// next row defines. Rows that define no name are left out.
std::vector<PerturbedRow> RenamedRows(std::span<const EvalRow> rows);

/// Reverses the first comparison of each row. Rows without one are left out.
std::vector<PerturbedRow> FlippedRows(std::span<const EvalRow> rows);

/// Returns a text about how answers follow changed rows: how often the answer
/// changed at all, and, if the old answer named what `was` there, how often the
/// new one names what `is` there instead. `answers` belong to `rows`,
/// `changed_answers` to `changed`.
std::string FollowedText(std::string_view kind, std::span<const EvalRow> rows,
                         std::span<const EvalAnswer> answers,
                         std::span<const PerturbedRow> changed,
                         std::span<const EvalAnswer> changed_answers);

/// Returns how often (0 to 1) an answer scores higher with its own row's
/// references than with the next row's. Equal scores count half; 0.5 is chance.
double ShuffledPairs(std::span<const EvalRow> rows,
                     std::span<const EvalAnswer> answers);

}  // namespace dobby
