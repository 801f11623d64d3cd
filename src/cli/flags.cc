#include "cli/flags.h"

#include <array>
#include <cctype>

namespace dobby::cli {
namespace {

constexpr std::string_view kEngineUsers =
    "index,worker,logits,eval,bench,doctor";
constexpr std::string_view kModelUsers =
    "index,worker,tokens,logits,eval,bench,doctor";
constexpr std::string_view kIndexUsers =
    "index,show,tree,search,status,export,verify,doctor";
constexpr std::string_view kWalkers = "index,status";
constexpr std::string_view kJsonUsers =
    "index,show,search,status,verify,model list,model import,model verify,"
    "eval,rate,bench,doctor,config";

using enum FlagId;
using enum ValueKind;
using enum Scope;

constexpr Flag kFlags[] = {
    {kModel, "model", 'm', kPatterns, "NAME", "", kUser, kModelUsers,
     "The model: a name, a model folder or a GGUF file. A GGUF file is "
     "imported once, into the cache. Without it: the default model. `eval` "
     "takes several."},
    {kDb, "db", 0, kPath, "FILE", "", kUser, kIndexUsers,
     "The index. Without it: .dobby/index.db in the folder that is indexed; "
     "for reading, the nearest one at or above the current folder."},
    {kThreads, "threads", 'j', kCount, "N", "0", kAnyone, kEngineUsers,
     "Threads of the model; 0: every CPU this process may use. Limits of "
     "cgroups and CPU affinity count.",
     "", 0, 1024},
    {kAgents, "agents", 0, kCount, "N", "10", kAnyone,
     "index,worker,eval,bench",
     "Most requests in flight at once. Fewer run while more would gain "
     "nothing.",
     "", 1, 256},
    {kMemoryBudget, "memory-budget", 0, kBytes, "SIZE", "0", kAnyone,
     "index,worker,eval,bench",
     "Memory for the attention state of all requests, like 800M; 0: half of "
     "what is free."},
    {kTimeBudget, "time-budget", 0, kDuration, "TIME", "0", kAnyone, "index",
     "Stop after this time, like 10m; 0: no limit. Finished work is kept and "
     "the next run goes on from there."},
    {kTimeout, "timeout", 0, kDuration, "TIME", "30s", kAnyone,
     "index,worker,eval",
     "Most time one request may take of the engine; 0: no limit. Longer "
     "prompts get more, in proportion."},
    {kMaxTokens, "max-tokens", 0, kCount, "N", "6000", kAnyone,
     "index,worker,eval",
     "Longest prompt, in tokens. A longer text is cut after a line, and its "
     "summary says so.",
     "", 128, 1 << 20},
    {kCompress, "compress", 0, kChoice, "LEVEL", "outline", kAnyone,
     "index,worker,eval",
     "What the model reads of a chunk: all of it (none); all but licences, "
     "blank lines, long literals and tables (light); or what it defines with "
     "the comments on it (outline), which is quicker and with a small model "
     "better.",
     "none|light|outline"},
    {kEngine, "engine", 0, kChoice, "KIND", "auto", kAnyone, kEngineUsers,
     "What computes the model: dobby's operators (fast), ONNX Runtime's own "
     "(stock), or the first where model and CPU allow it (auto).",
     "auto|fast|stock"},
    {kInclude, "include", 0, kPatterns, "GLOB", "", kAnyone, kWalkers,
     "Only files that match, as in .gitignore; may be repeated."},
    {kExclude, "exclude", 0, kPatterns, "GLOB", "", kAnyone, kWalkers,
     "No files that match, as in .gitignore; may be repeated. Wins over "
     "--include."},
    {kNoIgnore, "no-ignore", 0, kSwitch, "", "false", kAnyone, kWalkers,
     "Do not heed .gitignore, .ignore and .dobbyignore."},
    {kHidden, "hidden", 0, kSwitch, "", "false", kAnyone, kWalkers,
     "Also files and folders whose names begin with a dot."},
    {kMaxFileSize, "max-file-size", 0, kBytes, "SIZE", "4M", kAnyone, kWalkers,
     "Skip larger files, as too large."},
    {kDryRun, "dry-run", 'n', kSwitch, "", "false", kCommandLine, "index",
     "Say what would be summarised, without a model and without a change."},
    {kProgress, "progress", 0, kChoice, "HOW", "auto", kUser, "index",
     "Progress on stderr: a bar, a line now and then, JSON lines for "
     "programs, or none. auto: a bar on a terminal, else lines.",
     "auto|bar|lines|jsonl|none"},
    {kProfile, "profile", 0, kSwitch, "", "false", kCommandLine, "index",
     "Say on stderr where the time went, stage by stage."},
    {kTrace, "trace", 0, kPath, "FILE", "", kCommandLine, "index,bench",
     "Write a trace of the engine, for chrome://tracing or Perfetto."},
    {kOrtProfile, "ort-profile", 0, kPath, "PREFIX", "", kCommandLine,
     "index,bench", "Let ONNX Runtime write its own profile, PREFIX_*.json."},
    {kFormat, "format", 'f', kChoice, "NAME", "markdown", kCommandLine,
     "export", "The format.", "text|markdown|json|jsonl|llms.txt"},
    {kDepth, "depth", 'L', kCount, "N", "0", kCommandLine, "tree",
     "Folders below the start; 0: no limit.", "", 0, 1000},
    {kChunks, "chunks", 0, kSwitch, "", "false", kCommandLine, "tree",
     "Also the chunks of files that have several."},
    {kLimit, "limit", 0, kCount, "N", "20", kCommandLine, "search",
     "Most results.", "", 1, 10000},
    {kLevel, "level", 0, kChoice, "LEVEL", "any", kCommandLine, "search",
     "Only summaries of this kind.", "any|chunk|file|dir|repo"},
    {kExitCode, "exit-code", 0, kSwitch, "", "false", kCommandLine, "status",
     "Exit with 1 when anything is stale, missing or new."},
    {kName, "name", 0, kText, "NAME", "", kCommandLine, "model import",
     "Name of the model; without it, from the file's name."},
    {kOutDir, "out-dir", 0, kPath, "DIR", "", kCommandLine, "model import",
     "Where the model's folder is made; without it, where models are "
     "installed."},
    {kBits, "bits", 0, kChoice, "N", "8", kCommandLine, "model import",
     "Bits of weights that cannot be carried over exactly.", "4|8"},
    {kReplace, "replace", 0, kSwitch, "", "false", kCommandLine, "model import",
     "Overwrite a model of that name."},
    {kTrusted, "trusted", 0, kSwitch, "", "false", kCommandLine, "tokens",
     "Names of control tokens in the text become those tokens. Only for text "
     "in the model's own chat frame; without it, no text ever gives one."},
    {kIds, "ids", 0, kPath, "FILE", "", kCommandLine, "logits",
     "Token ids: a JSON array, or numbers with white space between; -: "
     "stdin."},
    {kOut, "out", 'o', kPath, "FILE", "", kCommandLine, "logits",
     "The .npy file to write: float32 [tokens, vocabulary]."},
    {kLast, "last", 0, kSwitch, "", "false", kCommandLine, "logits",
     "Only the logits after the last token."},
    {kAccuracyLevel, "accuracy-level", 0, kChoice, "N", "model", kCommandLine,
     "logits,bench,eval",
     "Activations of the quantised operators: int8 (4), fp32 (0), or as the "
     "model's file says.",
     "model|0|4"},
    {kPrompts, "prompts", 0, kPath, "FILE", "", kCommandLine, "bench",
     "JSON lines of {\"id\", \"prompt\"}, each prompt in the model's chat "
     "frame."},
    {kMaxNewTokens, "max-new-tokens", 0, kCount, "N", "50", kCommandLine,
     "bench", "Most tokens to generate for each prompt.", "", 1, 1 << 16},
    {kIgnoreEos, "ignore-eos", 0, kSwitch, "", "false", kCommandLine, "bench",
     "Go on after an end token, so that every prompt gets all its tokens."},
    {kFixedAgents, "fixed-agents", 0, kSwitch, "", "false", kCommandLine,
     "bench", "Run --agents requests at once even where more gain nothing."},
    {kNoDrafts, "no-drafts", 0, kSwitch, "", "false", kCommandLine, "bench",
     "One token a step: no guesses from earlier text. The tokens are the "
     "same."},
    {kOutTokens, "out-tokens", 0, kPath, "FILE", "", kCommandLine, "bench",
     "Write the generated token ids: for each prompt, in order, a line with a "
     "JSON array. End tokens are left out."},
    {kData, "data", 0, kPath, "FILE", "", kCommandLine, "eval,rate",
     "The evaluation set: JSON lines of {\"id\", \"code\", \"references\", "
     "\"lang\"?, \"path\"?}."},
    {kRows, "rows", 0, kCount, "N", "0", kCommandLine, "eval,rate",
     "Only so many rows, from all over the set; 0: all.", "", 0, 1 << 24},
    {kStyle, "style", 0, kChoice, "STYLE", "lines", kCommandLine, "eval",
     "What is asked for: two lines, or one sentence about a function.",
     "lines|sentence"},
    {kPromptText, "prompt-text", 0, kPath, "FILE", "", kCommandLine, "eval",
     "Other words for the prompts, in the form of dobby's own "
     "(src/prompts/text)."},
    {kOnlyModel, "only-model", 0, kSwitch, "", "false", kCommandLine,
     "index,worker,eval",
     "Every line by the model, also those that dobby takes from the author's "
     "comment or the outline."},
    {kAnyWords, "any-words", 0, kSwitch, "", "false", kCommandLine, "eval",
     "Let the model use words that neither the code nor plain English has."},
    {kAgainst, "against", 0, kPath, "FILE", "", kCommandLine, "eval",
     "Another report.json of the same rows: also print the differences to its "
     "last system, row by row."},
    {kPerturb, "perturb", 0, kSwitch, "", "false", kCommandLine, "eval",
     "Also change the code (another name, a comparison turned round) and say "
     "how often the summaries follow."},
    {kReport, "report", 0, kPath, "DIR", "", kCommandLine, "eval",
     "Where answers and reports are kept. Without it: the data's name with "
     "\".eval\" behind it."},
    {kAnswers, "answers", 0, kPatterns, "PATH", "", kCommandLine, "eval,rate",
     "A system's answers: JSON lines of {\"id\", \"lines\"}, as `eval` keeps "
     "them; may be repeated. `eval` scores them and asks no model but those "
     "that "
     "are named; `rate` also takes a folder of such files, and without it the "
     "data's name with \".eval\" behind it."},
    {kRatings, "ratings", 0, kPath, "FILE", "", kCommandLine, "rate",
     "Where ratings are kept, as JSON lines. Without it: the data's name with "
     "\".ratings\" behind it."},
    {kPort, "port", 0, kCount, "N", "8760", kCommandLine, "rate",
     "The port of 127.0.0.1; 0: any that is free.", "", 0, 65535},
    {kResults, "results", 0, kSwitch, "", "false", kCommandLine, "rate",
     "Print what was rated so far, and end. So does --json."},
    {kJson, "json", 0, kSwitch, "", "false", kCommandLine, kJsonUsers,
     "JSON on stdout. An error is an object there too."},
    {kColor, "color", 0, kChoice, "WHEN", "auto", kUser, "*",
     "Whether to use colours. auto: on a terminal, unless NO_COLOR is set.",
     "auto|always|never"},
    {kQuiet, "quiet", 'q', kSwitch, "", "false", kCommandLine, "*",
     "No progress and no warnings; errors only."},
    {kVerbose, "verbose", 'v', kSwitch, "", "false", kCommandLine,
     "index,status,model import", "Say more."},
    {kHelp, "help", 'h', kSwitch, "", "false", kCommandLine, "*",
     "Help; -h is shorter."},
    {kVersion, "version", 'V', kSwitch, "", "false", kCommandLine, "",
     "The version."},
    {kMan, "man", 0, kSwitch, "", "false", kCommandLine, "",
     "The manual page, as roff."},
};

Error BadValue(const Flag& flag, std::string_view text, std::string_view want) {
  return {ErrorCode::kUsage,
          "\"" + std::string(text) + "\" is not " + std::string(want),
          "--" + std::string(flag.name)};
}

/// A unit after a number, and how much it multiplies.
struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr Unit kByteUnits[] = {
    {"", 1},          {"b", 1},        {"k", 1 << 10},  {"kb", 1 << 10},
    {"kib", 1 << 10}, {"m", 1 << 20},  {"mb", 1 << 20}, {"mib", 1 << 20},
    {"g", 1 << 30},   {"gb", 1 << 30}, {"gib", 1 << 30}};
constexpr Unit kTimeUnits[] = {
    {"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
constexpr Unit kNoUnits[] = {{"", 1}};

/// Digits and a unit; false for anything else or an overflow. The limit keeps
/// every product far inside 64 bits.
bool ParseAmount(std::string_view text, std::span<const Unit> units,
                 std::uint64_t* amount) {
  std::size_t digits = 0;
  std::uint64_t number = 0;
  while (digits < text.size() &&
         std::isdigit(static_cast<unsigned char>(text[digits]))) {
    number = number * 10 + static_cast<std::uint64_t>(text[digits++] - '0');
    if (number > 1ull << 44) return false;
  }
  if (digits == 0) return false;
  std::string unit;
  for (const char c : text.substr(digits)) {
    unit += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  for (const Unit& known : units) {
    if (unit != known.name) continue;
    if (number > (1ull << 53) / known.factor) return false;
    *amount = number * known.factor;
    return true;
  }
  return false;
}

Result<std::uint64_t> ParseChoice(const Flag& flag, std::string_view text) {
  std::string all;
  for (const std::string& choice : ChoicesOf(flag)) {
    if (choice == text) return std::uint64_t{0};
    all += (all.empty() ? "" : ", ") + choice;
  }
  return BadValue(flag, text, "one of " + all);
}

Result<std::uint64_t> ParseSwitch(const Flag& flag, std::string_view text) {
  for (const char* yes : {"true", "1", "yes", "on"}) {
    if (text == yes) return std::uint64_t{1};
  }
  for (const char* no : {"false", "0", "no", "off", ""}) {
    if (text == no) return std::uint64_t{0};
  }
  return BadValue(flag, text, "true or false");
}

Result<std::uint64_t> ParseCount(const Flag& flag, std::string_view text) {
  std::uint64_t count = 0;
  if (ParseAmount(text, kNoUnits, &count) && count >= flag.low &&
      count <= flag.high) {
    return count;
  }
  return BadValue(flag, text,
                  "a number from " + std::to_string(flag.low) + " to " +
                      std::to_string(flag.high));
}

std::vector<std::string> SplitAt(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

}  // namespace

std::span<const Flag> AllFlags() { return kFlags; }

const Flag& FlagOf(FlagId id) { return kFlags[static_cast<std::size_t>(id)]; }

const Flag* FindFlag(std::string_view name) {
  for (const Flag& flag : kFlags) {
    if (flag.name == name) return &flag;
  }
  return nullptr;
}

bool Takes(std::string_view command, const Flag& flag) {
  if (flag.commands == "*") return true;
  if (command.empty()) return flag.commands.empty();
  for (const std::string& name : SplitAt(flag.commands, ',')) {
    if (name == command) return true;
  }
  return false;
}

std::vector<const Flag*> FlagsOf(std::string_view command) {
  std::vector<const Flag*> flags;
  for (const Flag& flag : kFlags) {
    if (Takes(command, flag)) flags.push_back(&flag);
  }
  return flags;
}

std::vector<std::string> ChoicesOf(const Flag& flag) {
  return SplitAt(flag.choices, '|');
}

std::string EnvironmentName(const Flag& flag) {
  std::string name = "DOBBY_";
  for (const char c : flag.name) {
    name +=
        c == '-'
            ? '_'
            : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

Result<std::uint64_t> ParseValue(const Flag& flag, std::string_view text) {
  std::uint64_t amount = 0;
  switch (flag.kind) {
    case kSwitch:
      return ParseSwitch(flag, text);
    case kCount:
      return ParseCount(flag, text);
    case kChoice:
      return ParseChoice(flag, text);
    case kBytes:
      if (ParseAmount(text, kByteUnits, &amount)) return amount;
      return BadValue(flag, text, "a size, like 512K, 800M or 1G");
    case kDuration:
      if (ParseAmount(text, kTimeUnits, &amount)) return amount;
      return BadValue(flag, text, "a time, like 500ms, 30s, 5m or 1h");
    case kText:
    case kPath:
    case kPatterns:
      break;
  }
  return std::uint64_t{0};
}

}  // namespace dobby::cli
