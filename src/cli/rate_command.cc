// `dobby rate`: people rate summaries, blindly, in a browser.
#include <algorithm>
#include <ctime>
#include <filesystem>
#include <ostream>

#include "cli/commands.h"
#include "cli/confinement.h"
#include "dobby/ratings.h"
#include "dobby/web.h"

namespace dobby::cli {
namespace {

namespace fs = std::filesystem;

std::string TimeNow() {
  const std::time_t time = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&time, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

/// Returns whether a file of `eval` holds answers to changed rows.
bool IsPerturbed(const std::string& stem) {
  const auto ends = [&](std::string_view end) { return stem.ends_with(end); };
  return ends("-renamed") || ends("-flipped");
}

/// Returns the files of answers that a path stands for, in order of name.
Result<std::vector<fs::path>> FilesOf(const std::string& path) {
  std::error_code code;
  if (!fs::is_directory(path, code)) return std::vector<fs::path>{path};
  std::vector<fs::path> files;
  for (fs::directory_iterator at(path, code), end; !code && at != end;
       at.increment(code)) {
    const fs::path& file = at->path();
    if (file.extension() == ".jsonl" && !IsPerturbed(file.stem().string())) {
      files.push_back(file);
    }
  }
  if (code) return Error{ErrorCode::kIo, code.message(), path};
  std::sort(files.begin(), files.end());
  if (!files.empty()) return files;
  return Error{ErrorCode::kUsage, "has no answers; make some with `dobby eval`",
               path};
}

/// Returns the name of the system whose answers a file holds: the file's, with
/// its folder where another one has the same.
std::string SystemOf(const fs::path& file,
                     const std::vector<NamedAnswers>& named) {
  const std::string stem = file.stem().string();
  const bool is_taken =
      std::any_of(named.begin(), named.end(),
                  [&](const NamedAnswers& of) { return of.first == stem; });
  return is_taken ? (file.parent_path() / stem).string() : stem;
}

Result<std::vector<NamedAnswers>> AnswersAt(
    const std::vector<std::string>& paths) {
  std::vector<NamedAnswers> named;
  for (const std::string& path : paths) {
    const auto files = FilesOf(path);
    if (!files) return files.error();
    for (const fs::path& file : *files) {
      auto answers = ReadAnswers(file.string());
      if (!answers) return answers.error();
      named.emplace_back(SystemOf(file, named), *std::move(answers));
    }
  }
  return named;
}

Result<RatingSet> SetOf(const Settings& settings, const std::string& data) {
  auto rows = ReadEvalRows(data);
  if (!rows) return rows.error();
  std::vector<std::string> paths = settings.Texts(FlagId::kAnswers);
  if (paths.empty()) paths = {data + ".eval"};
  const auto answers = AnswersAt(paths);
  if (!answers) return answers.error();
  return MakeRatingSet(*std::move(rows), *answers,
                       settings.Amount(FlagId::kRows));
}

int PrintResults(const RatingSet& set, const std::vector<Rating>& ratings,
                 const std::string& data, Io& io) {
  const RatingResults results =
      SumUp(set, ratings, fs::path(data).stem().string());
  io.out << (io.json ? RatingsJson(results) : RatingsMarkdown(results));
  return ratings.empty() ? kNothing : kOk;
}

int Serve(RatingSet set, const std::string& path,
          std::span<const Rating> ratings, int port, Io& io) {
  auto file = RatingsFile::Open(path);
  if (!file) return Fail(io, file.error());
  const std::string about = std::to_string(set.candidates.size()) +
                            " summaries of " + std::to_string(set.rows.size()) +
                            " pieces of code, kept in " + path;
  RatingSession session(std::move(set), *std::move(file), ratings, TimeNow);
  ServeOptions options;
  options.port = port;
  options.stop = io.stop;
  options.ready = [&](const std::string& url) {
    io.out << url << std::endl;
    if (!io.quiet) {
      io.err << "dobby: " << about << "; Ctrl-C ends it" << std::endl;
    }
  };
  if (auto served = ServeRatingForm(session, options); !served) {
    return Fail(io, served.error());
  }
  return kInterrupted;
}

/// It listens, and writes ratings; it never connects.
Result<void> ConfineRate(const Settings& settings, const std::string& data,
                         const std::string& ratings, Io& io) {
  SandboxRules rules;
  rules.serves = !io.json && !settings.On(FlagId::kResults);
  AllowReading(data, &rules);
  AllowReading(data + ".eval", &rules);
  for (const std::string& answers : settings.Texts(FlagId::kAnswers)) {
    AllowReading(answers, &rules);
  }
  AllowOutput(ratings, &rules);
  return Confine(rules, settings, io);
}

}  // namespace

int RunRate(const Invocation& invocation, Io& io) {
  const Settings& settings = invocation.settings;
  const std::string data = settings.Text(FlagId::kData);
  if (data.empty()) {
    return Fail(
        io, {ErrorCode::kUsage, "is needed: a file of JSON lines", "--data"});
  }
  std::string path = settings.Text(FlagId::kRatings);
  if (path.empty()) path = data + ".ratings";
  if (auto confined = ConfineRate(settings, data, path, io); !confined) {
    return Fail(io, confined.error());
  }
  auto set = SetOf(settings, data);
  if (!set) return Fail(io, set.error());
  std::string warning;
  auto ratings = ReadRatings(path, &warning);
  if (!ratings) return Fail(io, ratings.error());
  if (!warning.empty()) Warn(io, warning);
  if (io.json || settings.On(FlagId::kResults)) {
    return PrintResults(*set, *ratings, data, io);
  }
  return Serve(*std::move(set), path, *ratings,
               static_cast<int>(settings.Amount(FlagId::kPort)), io);
}

}  // namespace dobby::cli
