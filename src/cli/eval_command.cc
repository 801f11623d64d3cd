// `dobby eval`: answers evaluation rows with one model or several, and scores
// them.
#include <cctype>
#include <chrono>
#include <filesystem>
#include <ostream>

#include "base/files.h"
#include "cli/commands.h"
#include "cli/confinement.h"
#include "cli/engine_setup.h"
#include "cli/progress.h"
#include "dobby/evaluation.h"

namespace dobby::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// What all models of one evaluation share.
struct Evaluation {
  const Settings& settings;
  Io& io;
  std::string folder;  ///< Of answers and reports.
  bool sentence = false;
  EvalReport report;
};

/// Returns `count` of the rows, evenly over the set; all for 0.
std::vector<EvalRow> Thinned(std::vector<EvalRow> rows, std::size_t count) {
  if (count == 0 || count >= rows.size()) return rows;
  std::vector<EvalRow> some;
  some.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    some.push_back(std::move(rows[i * rows.size() / count]));
  }
  return some;
}

/// Returns a name fit for a file.
std::string FileNameOf(std::string name) {
  for (char& c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (!std::isalnum(byte) && c != '-' && c != '.') c = '_';
  }
  return name;
}

/// Asks one model for answers, with progress on stderr.
Result<std::vector<EvalAnswer>> Ask(Summariser& summariser, const Engine& model,
                                    std::span<const EvalRow> rows,
                                    const std::string& kind,
                                    const Evaluation& evaluation) {
  const std::string style = evaluation.sentence ? "sentence" : "lines";
  EvalRun run;
  run.sentence = evaluation.sentence;
  run.in_flight = 2 * evaluation.settings.Amount(FlagId::kAgents);
  run.answers_path = evaluation.folder + "/" +
                     FileNameOf(model.model().name + "-" + style + kind) +
                     ".jsonl";
  run.key = model.model().id.ToHex() + " " + summariser.prompt_version() + " " +
            style + " " + NameOf(model.options().executor) + " " +
            std::to_string(model.options().accuracy_level) +
            (evaluation.settings.On(FlagId::kOnlyModel) ? " only" : "") +
            (evaluation.settings.On(FlagId::kAnyWords) ? " any" : "");
  run.stop = evaluation.io.stop;
  ProgressDisplay display(evaluation.io,
                          ProgressStyleOf(evaluation.settings, evaluation.io));
  run.progress = [&](std::size_t done, std::size_t all) {
    Progress progress;
    progress.chunks_done = done;
    progress.chunks_known = all;
    progress.all_known = true;
    display.Update(progress);
  };
  auto answers = AnswerRows(summariser, rows, run);
  display.End();
  return answers;
}

std::vector<EvalRow> RowsOf(const std::vector<PerturbedRow>& perturbed) {
  std::vector<EvalRow> rows;
  rows.reserve(perturbed.size());
  for (const PerturbedRow& changed : perturbed) rows.push_back(changed.row);
  return rows;
}

/// The answers to changed rows, beside those to the rows as they were.
Result<void> Perturb(Summariser& summariser, const Engine& engine,
                     const EvalSystem& system, Evaluation& evaluation) {
  for (const auto& [kind, rows] :
       {std::pair{"renamed", RenamedRows(evaluation.report.rows)},
        {"flipped", FlippedRows(evaluation.report.rows)}}) {
    auto answers = Ask(summariser, engine, RowsOf(rows),
                       std::string("-") + kind, evaluation);
    if (!answers) return answers.error();
    evaluation.io.out << FollowedText(kind, evaluation.report.rows,
                                      system.answers, rows, *answers)
                      << "\n";
  }
  return {};
}

/// Adds the answers that a file has.
Result<void> TakeAnswers(const std::string& path, Evaluation& evaluation) {
  EvalReport& report = evaluation.report;
  const auto read = ReadAnswers(path);
  if (!read) return read.error();
  auto answers = AnswersTo(report.rows, *read);
  EvalScores scores = ScoreAnswers(report.rows, answers, evaluation.sentence);
  report.systems.push_back({std::filesystem::path(path).stem().string(),
                            std::move(answers), std::move(scores), 0});
  return {};
}

Result<SummariserOptions> OptionsOf(const Settings& settings) {
  SummariserOptions options = SummariserOptionsOf(settings);
  // What a model is worth shows where it writes.
  options.model_writes = {Level::kChunk, Level::kFile, Level::kDir,
                          Level::kRepo};
  const std::string words = settings.Text(FlagId::kPromptText);
  if (!words.empty()) {
    auto text = ReadWholeFile(words);
    if (!text) return text.error();
    options.prompts.words = *std::move(text);
  }
  options.limit_words = !settings.On(FlagId::kAnyWords);
  return options;
}

Result<void> Evaluate(const std::string& model, Evaluation& evaluation) {
  auto engine = OpenEngine(evaluation.settings, model, evaluation.io);
  if (!engine) return engine.error();
  auto options = OptionsOf(evaluation.settings);
  if (!options) return options.error();
  auto summariser = MakeSummariser(engine->get(), *options);
  if (!summariser) return summariser.error();
  EvalReport& report = evaluation.report;
  EvalSystem system;
  system.name = (*engine)->model().name;
  const auto start = Clock::now();
  auto answers = Ask(**summariser, **engine, report.rows, "", evaluation);
  if (!answers) return answers.error();
  system.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  system.answers = *std::move(answers);
  system.scores =
      ScoreAnswers(report.rows, system.answers, evaluation.sentence);
  if (evaluation.settings.On(FlagId::kPerturb)) {
    auto done = Perturb(**summariser, **engine, system, evaluation);
    if (!done) return done;
  }
  report.systems.push_back(std::move(system));
  return {};
}

void AddBaselines(Evaluation& evaluation) {
  EvalReport& report = evaluation.report;
  for (auto& [name, answers] :
       {std::pair{"constant sentence", ConstantAnswers(report.rows)},
        {"first name, in words", NameAnswers(report.rows)}}) {
    report.systems.push_back(
        {name, answers, ScoreAnswers(report.rows, answers, evaluation.sentence),
         0});
  }
}

/// Writes the reports, and one of them to stdout.
Result<void> Report(const Evaluation& evaluation) {
  const std::string json = EvalJson(evaluation.report);
  const std::string markdown = EvalMarkdown(evaluation.report);
  for (const auto& [name, text] :
       {std::pair{"report.json", json},
        {"report.md", markdown},
        {"report.html", EvalHtml(evaluation.report)}}) {
    auto written = WriteFileAtomically(evaluation.folder + "/" + name, text);
    if (!written) return written;
  }
  Io& io = evaluation.io;
  io.out << (io.json ? json : markdown);
  if (io.json) return {};
  const std::string other = evaluation.settings.Text(FlagId::kAgainst);
  if (!other.empty()) {
    auto theirs = ReadWholeFile(other);
    if (!theirs) return theirs.error();
    auto difference = DifferenceText(evaluation.report, *theirs);
    if (!difference) {
      return Error{difference.error().code, difference.error().message, other};
    }
    io.out << "\nAgainst " << other << ": " << *difference;
  }
  io.out << "\nreport: " << evaluation.folder << "/report.html\n";
  return {};
}

std::size_t Failed(const EvalReport& report) {
  std::size_t failed = 0;
  for (const EvalSystem& system : report.systems) {
    for (const EvalAnswer& answer : system.answers) {
      failed += answer.lines.empty() ? 1 : 0;
    }
  }
  return failed;
}

}  // namespace

namespace {

Result<void> ConfineEval(const Settings& settings, const std::string& data,
                         const std::string& folder, Io& io) {
  SandboxRules rules;
  AllowModels(settings, &rules);
  AllowReading(data, &rules);
  AllowReading(settings.Text(FlagId::kPromptText), &rules);
  AllowReading(settings.Text(FlagId::kAgainst), &rules);
  for (const std::string& answers : settings.Texts(FlagId::kAnswers)) {
    AllowReading(answers, &rules);
  }
  std::error_code code;
  // No folder for a set that is not there.
  if (std::filesystem::exists(data, code)) AllowFolder(folder, &rules);
  return Confine(rules, settings, io);
}

}  // namespace

int RunEval(const Invocation& invocation, Io& io) {
  const Settings& settings = invocation.settings;
  const std::string data = settings.Text(FlagId::kData);
  if (data.empty()) {
    return Fail(
        io, {ErrorCode::kUsage, "is needed: a file of JSON lines", "--data"});
  }
  Evaluation evaluation{settings,
                        io,
                        settings.Text(FlagId::kReport),
                        settings.Text(FlagId::kStyle) == "sentence",
                        {}};
  if (evaluation.folder.empty()) evaluation.folder = data + ".eval";
  if (auto confined = ConfineEval(settings, data, evaluation.folder, io);
      !confined) {
    return Fail(io, confined.error());
  }
  auto rows = ReadEvalRows(data);
  if (!rows) return Fail(io, rows.error());
  if (auto made = MakeDirs(evaluation.folder); !made) {
    return Fail(io, made.error());
  }
  evaluation.report.data = std::filesystem::path(data).stem().string();
  evaluation.report.rows =
      Thinned(*std::move(rows), settings.Amount(FlagId::kRows));
  AddBaselines(evaluation);
  const std::vector<std::string> answers = settings.Texts(FlagId::kAnswers);
  std::vector<std::string> models = settings.Texts(FlagId::kModel);
  if (models.empty() && answers.empty()) models.emplace_back();
  for (const std::string& path : answers) {
    if (auto taken = TakeAnswers(path, evaluation); !taken) {
      return Fail(io, taken.error());
    }
  }
  for (const std::string& model : models) {
    if (auto done = Evaluate(model, evaluation); !done) {
      return io.stop.stop_requested() ? kInterrupted : Fail(io, done.error());
    }
  }
  if (auto written = Report(evaluation); !written) {
    return Fail(io, written.error());
  }
  return Failed(evaluation.report) == 0 ? kOk : kPartial;
}

}  // namespace dobby::cli
