#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/cpus.h"
#include "base/files.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/confinement.h"
#include "cli/engine_setup.h"
#include "cli/index_plan.h"
#include "cli/index_reader.h"
#include "cli/progress.h"
#include "cli/trace_file.h"
#include "dobby/output.h"
#include "dobby/store.h"

namespace dobby::cli {
namespace {

/// How many errors are printed without -v.
constexpr std::size_t kErrorsShown = 10;

/// Where the index of a run is to be. Errors: kUsage for a single file without
/// --db: its index would take the place of the one of its folder.
Result<IndexPlace> PlaceToWrite(const Settings& settings,
                                const std::string& path,
                                const std::string& root, Io& io) {
  if (settings.IsSet(FlagId::kDb)) {
    return PlaceOfFile(settings.Text(FlagId::kDb), /*make=*/true);
  }
  if (!std::filesystem::is_directory(path)) {
    return Error{ErrorCode::kUsage,
                 "is a single file; index its folder, or say with --db where "
                 "its index is to be",
                 path};
  }
  std::vector<std::string> strangers;
  auto place = MakePlace(root, settings.On(FlagId::kHere), &strangers);
  if (place) WarnOfStrangers(strangers, io);
  if (!place && place.error().code == ErrorCode::kIo) {
    place.error().message += "; --db FILE puts the index elsewhere";
  }
  return place;
}

/// Returns the place of an index that is there, without making one.
Result<std::optional<IndexPlace>> PlaceThatIs(const Settings& settings,
                                              const std::string& path,
                                              const std::string& root, Io& io) {
  if (settings.IsSet(FlagId::kDb)) {
    auto file = PlaceOfFile(settings.Text(FlagId::kDb), /*make=*/false);
    if (file) return std::optional(*std::move(file));
    if (file.error().code != ErrorCode::kNotFound) return file.error();
  } else if (std::filesystem::is_directory(path)) {
    std::vector<std::string> strangers;
    auto place = FindPlace(root, &strangers);
    WarnOfStrangers(strangers, io);
    return place;
  }
  return std::optional<IndexPlace>();
}

/// Returns the place of the index: one that is there for a dry run, else one
/// that is made.
Result<std::optional<IndexPlace>> PlaceOf(const Settings& settings,
                                          const std::string& path,
                                          const std::string& root, Io& io) {
  if (settings.On(FlagId::kDryRun))
    return PlaceThatIs(settings, path, root, io);
  auto place = PlaceToWrite(settings, path, root, io);
  if (!place) return place.error();
  return std::optional(*std::move(place));
}

/// Returns what the index holds now; nothing where there is none.
Result<IndexSnapshot> LoadWhatIs(const std::optional<IndexPlace>& place) {
  if (!place) return IndexSnapshot();
  auto store = Store::OpenForReading(*place);
  if (store) return (*store)->Load("");
  if (store.error().code == ErrorCode::kNotFound) return IndexSnapshot();
  return store.error();
}

/// Enters the sandbox: from here on the tree, the index and the model may be a
/// stranger's. Without a place, there is no index yet.
Result<void> ConfineIndex(const Settings& settings, const std::string& path,
                          const std::optional<IndexPlace>& place, Io& io) {
  SandboxRules rules;
  AllowTree(path, &rules);
  AllowModels(settings, &rules);
  if (place) AllowIndex(*place, &rules);
  AllowOutput(settings.Text(FlagId::kTrace), &rules);
  AllowOutput(settings.Text(FlagId::kOrtProfile), &rules);
  return Confine(rules, settings, io);
}

/// Returns the folder that `path` is, or is in. Errors: as OpenRepo.
Result<std::string> RootOf(const std::string& path) {
  std::error_code code;
  std::filesystem::path root = std::filesystem::canonical(path, code);
  if (code) {
    errno = code.value();
    return SystemError(path, "cannot open");
  }
  if (!std::filesystem::is_directory(root, code)) root = root.parent_path();
  return root.string();
}

void PrintErrors(const std::vector<Error>& errors, bool all, Io& io) {
  const std::size_t shown =
      all ? errors.size() : std::min(errors.size(), kErrorsShown);
  for (std::size_t i = 0; i < shown; ++i) {
    io.err << "dobby: " << ForTerminal(errors[i].ToString()) << "\n";
  }
  if (shown < errors.size()) {
    io.err << "dobby: and " << errors.size() - shown
           << " more errors; `dobby export --format jsonl` has all of them, "
              "-v shows them here\n";
  }
}

void PrintPlan(const IndexPlan& plan, bool verbose, Io& io) {
  for (const IndexPlan::File& file : plan.files) {
    if (file.known && !verbose) continue;
    io.out << (file.known ? "unchanged  " : "summarise  ")
           << ForTerminal(file.path) << "  (" << file.chunks
           << (file.chunks == 1 ? " chunk)\n" : " chunks)\n");
  }
  io.out << plan.FilesToDo() << " of " << plan.files.size()
         << " files to summarise, " << plan.ChunksToDo() << " chunks\n";
  for (const auto& [reason, count] : plan.skipped) {
    io.out << "skipped: " << count << " " << reason << "\n";
  }
}

void PrintPlanJson(const IndexPlan& plan, Io& io) {
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  for (const IndexPlan::File& file : plan.files) {
    files.push_back({{"path", ReplaceInvalidUtf8(file.path)},
                     {"chunks", file.chunks},
                     {"unchanged", file.known}});
  }
  const nlohmann::ordered_json object = {
      {"schema_version", kOutputSchemaVersion},
      {"dry_run", true},
      {"files_to_summarise", plan.FilesToDo()},
      {"chunks_to_summarise", plan.ChunksToDo()},
      {"files", files},
      {"skipped", plan.skipped},
      {"errors", plan.errors.size()}};
  io.out << EscapeInvisible(object.dump()) << "\n";
}

int DryRun(const Repo& repo, const std::optional<IndexPlace>& place,
           const Settings& settings, Io& io) {
  const auto index = LoadWhatIs(place);
  if (!index) return Fail(io, index.error());
  const auto origin =
      OriginOf(settings.Text(FlagId::kModel), SummariserOptionsOf(settings));
  if (!origin) return Fail(io, origin.error());
  if (!origin->model) Warn(io, "the model is not there: any is counted as it");
  const IndexPlan plan =
      PlanIndex(repo, settings.RepositoryOptions(), *index, *origin);
  const bool verbose = settings.On(FlagId::kVerbose);
  PrintErrors(plan.errors, verbose, io);
  if (io.json) {
    PrintPlanJson(plan, io);
  } else {
    PrintPlan(plan, verbose, io);
  }
  return plan.errors.empty() ? kOk : kPartial;
}

void PrintReport(const RunReport& report, const std::string& db, Io& io) {
  char rate[64];
  const double made = static_cast<double>(report.chunks.summarised);
  std::snprintf(rate, sizeof rate, "%.1f",
                report.wall_s > 0 ? made * 60 / report.wall_s : 0.0);
  io.out << "files:   " << report.files.total << " (" << report.files.summarised
         << " summarised, " << report.files.skipped << " skipped, "
         << report.files.failed << " failed)\n"
         << "chunks:  " << report.chunks.total << " ("
         << report.chunks.summarised << " summarised, " << report.chunks.reused
         << " reused, " << report.chunks.failed << " failed)\n"
         << "time:    " << DurationText(report.wall_s) << ", " << rate
         << " chunks a minute\n"
         << "index:   " << ForTerminal(db) << "\n";
  if (report.interrupted) {
    io.out << "stopped early; the next `dobby index` goes on from here\n";
  }
}

void PrintProfile(const RunReport& report, Io& io) {
  io.err << "where the time went (seconds; stages overlap):\n";
  for (const auto& [stage, seconds] : report.stage_s) {
    char line[64];
    std::snprintf(line, sizeof line, "  %-10s %10.3f\n", stage.c_str(),
                  seconds);
    io.err << line;
  }
  char peak[64];
  std::snprintf(peak, sizeof peak, "  %-10s %10.1f MB\n", "memory",
                static_cast<double>(PeakRssBytes()) / 1e6);
  io.err << peak;
}

int ExitOf(const RunReport& report, const Io& io) {
  if (report.interrupted && io.stop.stop_requested()) return kInterrupted;
  return report.complete() ? kOk : kPartial;
}

/// What a run needs; destroyed from the last to the first, so that the engine
/// ends before the trace that it writes to.
struct Workshop {
  std::unique_ptr<Store> store;
  std::unique_ptr<TraceFile> trace;
  std::unique_ptr<Engine> engine;  ///< Null where no model is to be asked.
  std::unique_ptr<Summariser> summariser;
};

/// Loads the model if it is to write something. The default one need not be
/// there if it is not asked.
Result<void> SetUpEngine(const Settings& settings, Io& io, Workshop* shop) {
  const bool only_model = settings.On(FlagId::kOnlyModel);
  const auto model = OpenModel(settings.Text(FlagId::kModel));
  if (!model && !only_model && !settings.IsSet(FlagId::kModel)) return {};
  if (!model) return model.error();
  if (!only_model && model->writes.empty()) {
    if (settings.IsSet(FlagId::kModel)) {
      Warn(io,
           "the model is not asked: `dobby model import --writes` says "
           "which lines it may write, --only-model has it write all");
    }
    return {};
  }
  auto engine = OpenEngine(settings, io);
  if (!engine) return engine.error();
  shop->engine = *std::move(engine);
  auto trace = TraceFile::Attach(settings.Text(FlagId::kTrace), *shop->engine);
  if (!trace) return trace.error();
  shop->trace = *std::move(trace);
  return {};
}

Result<void> SetUp(const Settings& settings, const IndexPlace& place, Io& io,
                   Workshop* shop) {
  auto store = Store::OpenForWriting(place);
  if (!store) return store.error();
  shop->store = *std::move(store);
  if (auto ready = SetUpEngine(settings, io, shop); !ready) return ready;
  const ModelFolder* model = shop->engine ? &shop->engine->model() : nullptr;
  auto summariser =
      MakeSummariser(shop->engine.get(), SummariserOptionsOf(settings, model));
  if (!summariser) return summariser.error();
  shop->summariser = *std::move(summariser);
  return {};
}

std::string NameOfModel(const Engine* engine) {
  return engine ? engine->model().name : "";
}

Result<RunReport> RunOn(const Repo& repo, Workshop& shop,
                        ProgressDisplay& display, const Io& io) {
  auto begun =
      shop.store->Begin(repo.root, repo.name, NameOfModel(shop.engine.get()),
                        shop.summariser->prompt_version());
  if (!begun) return begun.error();
  return shop.summariser->Run(
      repo, *shop.store,
      [&display](const Progress& progress) { display.Update(progress); },
      io.stop);
}

void PrintOutcome(const RunReport& report, const Settings& settings,
                  const Engine* engine, const std::string& db, Io& io) {
  PrintErrors(report.errors, settings.On(FlagId::kVerbose), io);
  if (settings.On(FlagId::kProfile)) PrintProfile(report, io);
  if (io.json) {
    io.out << WriteRunReport(report, NameOfModel(engine),
                             engine ? NameOf(engine->options().executor) : "",
                             engine ? engine->options().agents : 0,
                             PeakRssBytes())
           << "\n";
  } else if (!io.quiet) {
    PrintReport(report, db, io);
  }
}

}  // namespace

int RunIndex(const Invocation& invocation, Io& io) {
  const Settings& settings = invocation.settings;
  const std::string path = invocation.Path(".");
  const bool dry_run = settings.On(FlagId::kDryRun);
  const auto root = RootOf(path);
  if (!root) return Fail(io, root.error());
  auto place = PlaceOf(settings, path, *root, io);
  if (!place) return Fail(io, place.error());
  if (auto confined = ConfineIndex(settings, path, *place, io); !confined) {
    return Fail(io, confined.error());
  }
  auto repo = OpenRepo(path, settings.RepositoryOptions(), io.stop);
  if (!repo) return Fail(io, repo.error());
  if (dry_run) return DryRun(*repo, *place, settings, io);

  ProgressDisplay display(io, ProgressStyleOf(settings, io));
  display.Note("reading");
  Workshop shop;
  auto ready = SetUp(settings, **place, io, &shop);
  Result<RunReport> report =
      ready ? RunOn(*repo, shop, display, io) : ready.error();
  display.End();
  if (!report) return Fail(io, report.error());
  PrintOutcome(*report, settings, shop.engine.get(), (*place)->db(), io);
  return ExitOf(*report, io);
}

}  // namespace dobby::cli
