#include "cli/flags.h"

#include <cctype>

namespace dobby::cli {
namespace {

using enum FlagId;
using enum ValueKind;
using enum Scope;

constexpr Flag kFlags[] = {
    {kModel, "model", 'm', kPatterns, "NAME", "", kUser,
     "The model: a name, a model folder or a GGUF file. A GGUF file is "
     "imported once, into the cache. Without it: the default model. `eval` "
     "takes several."},
    {kDb, "db", 0, kPath, "FILE", "", kUser,
     "The index, a file of your own choice. Without it: the index of the "
     "folder, kept in your state folder; for reading, that of the nearest "
     "folder at or above the current one. `dobby status` says where it is."},
    {kHere, "here", 0, kSwitch, "", "false", kCommandLine,
     "Keep the index in .dobby of the folder, which dobby makes. Later runs go "
     "on there by themselves."},
    {kThreads, "threads", 'j', kCount, "N", "0", kUser,
     "Threads of the model; 0: every CPU this process may use. Limits of "
     "cgroups and CPU affinity count.",
     "", 0, 1024},
    {kAgents, "agents", 0, kCount, "N", "10", kUser,
     "Most requests in flight at once. Fewer run while more would gain "
     "nothing.",
     "", 1, 256},
    {kMemoryBudget, "memory-budget", 0, kBytes, "SIZE", "0", kUser,
     "Memory for the attention state of all requests, like 800M; 0: half of "
     "what is free."},
    {kTimeBudget, "time-budget", 0, kDuration, "TIME", "0", kUser,
     "Stop after this time, like 10m; 0: no limit. Finished work is kept and "
     "the next run goes on from there."},
    {kTimeout, "timeout", 0, kDuration, "TIME", "30s", kUser,
     "Most time one request may take of the engine; 0: no limit. Longer "
     "prompts get more, in proportion."},
    {kMaxTokens, "max-tokens", 0, kCount, "N", "6000", kUser,
     "Longest prompt, in tokens. A longer text is cut after a line, and its "
     "summary says so.",
     "", 128, 1 << 20},
    {kCompress, "compress", 0, kChoice, "LEVEL", "outline", kUser,
     "What the model reads of a chunk: all of it (none); all but licences, "
     "blank lines, long literals and tables (light); or what it defines with "
     "the comments on it (outline), which is quicker and with a small model "
     "better.",
     "none|light|outline"},
    {kEngine, "engine", 0, kChoice, "KIND", "auto", kUser,
     "What computes the model: dobby's operators (fast), ONNX Runtime's own "
     "(stock), or the first where model and CPU allow it (auto).",
     "auto|fast|stock"},
    {kInclude, "include", 0, kPatterns, "GLOB", "", kAnyone,
     "Only files that match, as in .gitignore; may be repeated."},
    {kExclude, "exclude", 0, kPatterns, "GLOB", "", kAnyone,
     "No files that match, as in .gitignore; may be repeated. Wins over "
     "--include."},
    {kNoIgnore, "no-ignore", 0, kSwitch, "", "false", kUser,
     "Do not heed .gitignore, .ignore and .dobbyignore."},
    {kHidden, "hidden", 0, kSwitch, "", "false", kUser,
     "Also files and folders whose names begin with a dot."},
    {kMaxFileSize, "max-file-size", 0, kBytes, "SIZE", "4M", kUser,
     "Skip larger files, as too large."},
    {kDryRun, "dry-run", 'n', kSwitch, "", "false", kCommandLine,
     "Say what would be summarised, without a model and without a change."},
    {kProgress, "progress", 0, kChoice, "HOW", "auto", kUser,
     "Progress on stderr: a bar, a line now and then, JSON lines for "
     "programs, or none. auto: a bar on a terminal, else lines.",
     "auto|bar|lines|jsonl|none"},
    {kProfile, "profile", 0, kSwitch, "", "false", kCommandLine,
     "Say on stderr where the time went, stage by stage."},
    {kTrace, "trace", 0, kPath, "FILE", "", kCommandLine,
     "Write a trace of the engine, for chrome://tracing or Perfetto."},
    {kOrtProfile, "ort-profile", 0, kPath, "PREFIX", "", kCommandLine,
     "Let ONNX Runtime write its own profile, PREFIX_*.json."},
    {kFormat, "format", 'f', kChoice, "NAME", "markdown", kCommandLine,
     "The format.", "text|markdown|json|jsonl|llms.txt"},
    {kDepth, "depth", 'L', kCount, "N", "0", kCommandLine,
     "Folders below the start; 0: no limit.", "", 0, 1000},
    {kSignatures, "signatures", 0, kSwitch, "", "false", kCommandLine,
     "Also the heads of what a file defines, with their lines."},
    {kChunks, "chunks", 0, kSwitch, "", "false", kCommandLine,
     "Also the chunks of files that have several."},
    {kLimit, "limit", 0, kCount, "N", "20", kCommandLine, "Most results.", "",
     1, 10000},
    {kLevel, "level", 0, kChoice, "LEVEL", "any", kCommandLine,
     "Only summaries of this kind.", "any|chunk|file|dir|repo"},
    {kBelow, "path", 0, kText, "PATH", "", kCommandLine,
     "Only this file, what is below this folder, or what a pattern such as "
     "'*_test.go' fits."},
    {kLanguage, "lang", 0, kText, "ID", "", kCommandLine,
     "Only files of this language, as `dobby export --format json` names it."},
    {kExitCode, "exit-code", 0, kSwitch, "", "false", kCommandLine,
     "Exit with 1 when anything is stale, missing or new."},
    {kName, "name", 0, kText, "NAME", "", kCommandLine,
     "Name of the model; without it, from the file's name."},
    {kOutDir, "out-dir", 0, kPath, "DIR", "", kCommandLine,
     "Where the model's folder is made; without it, where models are "
     "installed."},
    {kBits, "bits", 0, kChoice, "N", "8", kCommandLine,
     "Bits of weights that cannot be carried over exactly.", "4|8"},
    {kWrites, "writes", 0, kText, "LEVELS", "", kCommandLine,
     "The first lines that the model writes better than dobby does without it, "
     "by your own judgement: any of chunk, file, dir and repo, with commas "
     "between. Without it, a model writes only under --only-model."},
    {kReplace, "replace", 0, kSwitch, "", "false", kCommandLine,
     "Overwrite a model of that name."},
    {kTrusted, "trusted", 0, kSwitch, "", "false", kCommandLine,
     "Names of control tokens in the text become those tokens. Only for text "
     "in the model's own chat frame; without it, no text ever gives one."},
    {kIds, "ids", 0, kPath, "FILE", "", kCommandLine,
     "Token ids: a JSON array, or numbers with white space between; -: "
     "stdin."},
    {kOut, "out", 'o', kPath, "FILE", "", kCommandLine,
     "The .npy file to write: float32 [tokens, vocabulary]."},
    {kLast, "last", 0, kSwitch, "", "false", kCommandLine,
     "Only the logits after the last token."},
    {kAccuracyLevel, "accuracy-level", 0, kChoice, "N", "model", kCommandLine,
     "Activations of the quantised operators: int8 (4), fp32 (0), or as the "
     "model's file says.",
     "model|0|4"},
    {kPrompts, "prompts", 0, kPath, "FILE", "", kCommandLine,
     "JSON lines of {\"id\", \"prompt\"}, each prompt in the model's chat "
     "frame."},
    {kMaxNewTokens, "max-new-tokens", 0, kCount, "N", "50", kCommandLine,
     "Most tokens to generate for each prompt.", "", 1, 1 << 16},
    {kIgnoreEos, "ignore-eos", 0, kSwitch, "", "false", kCommandLine,
     "Go on after an end token, so that every prompt gets all its tokens."},
    {kFixedAgents, "fixed-agents", 0, kSwitch, "", "false", kCommandLine,
     "Run --agents requests at once even where more gain nothing."},
    {kNoDrafts, "no-drafts", 0, kSwitch, "", "false", kCommandLine,
     "One token a step: no guesses from earlier text. The tokens are the "
     "same."},
    {kOutTokens, "out-tokens", 0, kPath, "FILE", "", kCommandLine,
     "Write the generated token ids: for each prompt, in order, a line with a "
     "JSON array. End tokens are left out."},
    {kData, "data", 0, kPath, "FILE", "", kCommandLine,
     "The evaluation set: JSON lines of {\"id\", \"code\", \"references\", "
     "\"lang\"?, \"path\"?}."},
    {kRows, "rows", 0, kCount, "N", "0", kCommandLine,
     "Only so many rows, from all over the set; 0: all.", "", 0, 1 << 24},
    {kStyle, "style", 0, kChoice, "STYLE", "lines", kCommandLine,
     "What is asked for: two lines, or one sentence about a function.",
     "lines|sentence"},
    {kPromptText, "prompt-text", 0, kPath, "FILE", "", kCommandLine,
     "Other words for the prompts, in the form of dobby's own "
     "(src/prompts/text)."},
    {kOnlyModel, "only-model", 0, kSwitch, "", "false", kCommandLine,
     "Every line by the model, also those that dobby takes from the author's "
     "comment or the outline."},
    {kAnyWords, "any-words", 0, kSwitch, "", "false", kCommandLine,
     "Let the model use words that neither the code nor plain English has."},
    {kAgainst, "against", 0, kPath, "FILE", "", kCommandLine,
     "Another report.json of the same rows: also print the differences to its "
     "last system, row by row."},
    {kPerturb, "perturb", 0, kSwitch, "", "false", kCommandLine,
     "Also change the code (another name, a comparison turned round) and say "
     "how often the summaries follow."},
    {kReport, "report", 0, kPath, "DIR", "", kCommandLine,
     "Where answers and reports are kept. Without it: the data's name with "
     "\".eval\" behind it."},
    {kAnswers, "answers", 0, kPatterns, "PATH", "", kCommandLine,
     "A system's answers: JSON lines of {\"id\", \"lines\"}, as `eval` keeps "
     "them; may be repeated. `eval` scores them and asks no model but those "
     "that "
     "are named; `rate` also takes a folder of such files, and without it the "
     "data's name with \".eval\" behind it."},
    {kRatings, "ratings", 0, kPath, "FILE", "", kCommandLine,
     "Where ratings are kept, as JSON lines. Without it: the data's name with "
     "\".ratings\" behind it."},
    {kPort, "port", 0, kCount, "N", "8760", kCommandLine,
     "The port of 127.0.0.1; 0: any that is free.", "", 0, 65535},
    {kResults, "results", 0, kSwitch, "", "false", kCommandLine,
     "Print what was rated so far, and end. So does --json."},
    {kJson, "json", 0, kSwitch, "", "false", kCommandLine,
     "JSON on stdout. An error is an object there too."},
    {kNoSandbox, "no-sandbox", 0, kSwitch, "", "false", kUser,
     "Do not enter the sandbox. By default the kernel refuses a command "
     "sockets, other programs, and files that it does not need."},
    {kColor, "color", 0, kChoice, "WHEN", "auto", kUser,
     "Whether to use colours. auto: on a terminal, unless NO_COLOR is set.",
     "auto|always|never"},
    {kQuiet, "quiet", 'q', kSwitch, "", "false", kCommandLine,
     "No progress and no warnings; errors only."},
    {kVerbose, "verbose", 'v', kSwitch, "", "false", kCommandLine, "Say more."},
    {kHelp, "help", 'h', kSwitch, "", "false", kCommandLine,
     "Help; -h is shorter."},
    {kVersion, "version", 'V', kSwitch, "", "false", kCommandLine,
     "The version."},
    {kMan, "man", 0, kSwitch, "", "false", kCommandLine,
     "The manual page, as roff."},
};

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

}  // namespace dobby::cli
