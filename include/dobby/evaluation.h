// Evaluation: rows of code with references, what systems say of them, and how
// good that is.
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

/// A text to summarise and what people said of it.
struct EvalRow {
  std::string id;
  std::string language;  ///< Id or display name; may be empty.
  std::string path;      ///< May be empty.
  std::string code;
  std::vector<std::string> references;  ///< At least one.
};

/// Reads JSON lines {"id", "code", "references" or "reference", "lang"?,
/// "path"?}. Errors: kNotFound, kIo; kUsage with the number of a bad line, and
/// for an id that occurs twice or a file without rows.
Result<std::vector<EvalRow>> ReadEvalRows(const std::string& path);

/// What a system said of a row.
struct EvalAnswer {
  std::string id;
  std::vector<std::string> lines;  ///< None where it failed.
  std::size_t prompt_tokens = 0, generated_tokens = 0;
  std::string error;  ///< Why it failed; else empty.

  /// The lines, with blanks between.
  std::string Text() const;
};

/// Reads answers as an EvalRun keeps them; lines that are none, such as one
/// that was cut short, are left out. Errors: kNotFound, kIo; kUsage where there
/// is no answer at all.
Result<std::vector<EvalAnswer>> ReadAnswers(const std::string& path);

/// Returns the answers in the order of `rows`; a row without one has an answer
/// that failed.
std::vector<EvalAnswer> AnswersTo(std::span<const EvalRow> rows,
                                  std::span<const EvalAnswer> answers);

/// How rows are answered.
struct EvalRun {
  bool sentence = false;  ///< One sentence about a function, else two lines.
  std::size_t in_flight = 20;
  /// Where answers are kept as they come, one JSON line each. Those of an
  /// earlier run with the same `key` are not asked for again.
  std::string answers_path;
  std::string key;  ///< Model, prompt, style: all that an answer depends on.
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

/// Scores of the answers to some rows: [metric][row], all 0 to 100. Several
/// references: the best one counts. ROUGE is the F measure, stemmed.
struct EvalScores {
  std::array<std::vector<double>, kMetrics> values;

  const std::vector<double>& Of(Metric metric) const {
    return values[static_cast<std::size_t>(metric)];
  }
};

/// Scores `answers`, one to a row in the same order; a failed one gets zeros.
/// `sentence` as in EvalRun.
EvalScores ScoreAnswers(std::span<const EvalRow> rows,
                        std::span<const EvalAnswer> answers, bool sentence);

/// A system in a report.
struct EvalSystem {
  std::string name;
  std::vector<EvalAnswer> answers;
  EvalScores scores;
  double seconds = 0;  ///< It took to answer what was not kept; 0: nothing.
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

/// Returns, as a table in Markdown, how much more the report's last system
/// scores than the last one of another report (`json`, as EvalJson), over the
/// rows that both have, row by row, with 95 % bootstrap intervals. Errors:
/// kUsage where `json` is no report or has no row of these.
Result<std::string> DifferenceText(const EvalReport& report,
                                   std::string_view json);

/// A row whose code was changed so that a true summary must change too.
struct PerturbedRow {
  EvalRow row;
  std::string was, is;  ///< What stood there, and what stands there now.
};

/// Gives the first defined name of each row the name that the next row's code
/// defines first. Rows that define none are left out.
std::vector<PerturbedRow> RenamedRows(std::span<const EvalRow> rows);

/// Turns the first comparison of each row into its contrary. Rows without one
/// are left out.
std::vector<PerturbedRow> FlippedRows(std::span<const EvalRow> rows);

/// Returns what came of changing rows, in words: how often the answer changed
/// at all, and of those rows whose answer named what `was` there, how often
/// the new one names what `is` and not what `was`. `answers` are those to
/// `rows`, `changed_answers` those to `changed`.
std::string FollowedText(std::string_view kind, std::span<const EvalRow> rows,
                         std::span<const EvalAnswer> answers,
                         std::span<const PerturbedRow> changed,
                         std::span<const EvalAnswer> changed_answers);

/// Returns how often (0 to 1) an answer scores more with its own row's
/// references than with the next row's; equal scores count half. 0.5 is
/// chance.
double ShuffledPairs(std::span<const EvalRow> rows,
                     std::span<const EvalAnswer> answers);

}  // namespace dobby
