#include "cli/commands.h"

#include <algorithm>

namespace dobby::cli {
namespace {

using enum FlagId;

// Which flags each command takes, besides those of every command.
constexpr FlagId kIndexFlags[] = {
    kModel,      kDb,       kHere,       kThreads,     kAgents, kMemoryBudget,
    kTimeBudget, kTimeout,  kMaxTokens,  kCompress,    kEngine, kInclude,
    kExclude,    kNoIgnore, kHidden,     kMaxFileSize, kDryRun, kProgress,
    kProfile,    kTrace,    kOrtProfile, kOnlyModel,   kJson,   kVerbose};
constexpr FlagId kShowFlags[] = {kDb, kSignatures, kJson};
constexpr FlagId kTreeFlags[] = {kDb, kDepth, kChunks};
constexpr FlagId kSearchFlags[] = {kDb,    kLimit,    kLevel,
                                   kBelow, kLanguage, kJson};
constexpr FlagId kStatusFlags[] = {kDb,       kInclude, kExclude,
                                   kNoIgnore, kHidden,  kMaxFileSize,
                                   kExitCode, kJson,    kVerbose};
constexpr FlagId kExportFlags[] = {kDb, kFormat};
constexpr FlagId kVerifyFlags[] = {kDb, kJson};
constexpr FlagId kWorkerFlags[] = {kModel,        kThreads, kAgents,
                                   kMemoryBudget, kTimeout, kMaxTokens,
                                   kCompress,     kEngine,  kOnlyModel};
constexpr FlagId kModelListFlags[] = {kJson};
constexpr FlagId kModelImportFlags[] = {kName,    kOutDir, kBits,   kWrites,
                                        kReplace, kJson,   kVerbose};
constexpr FlagId kModelVerifyFlags[] = {kJson};
constexpr FlagId kTokensFlags[] = {kModel, kTrusted};
constexpr FlagId kLogitsFlags[] = {kModel, kThreads, kEngine,       kIds,
                                   kOut,   kLast,    kAccuracyLevel};
constexpr FlagId kEvalFlags[] = {
    kModel,     kThreads,  kAgents,     kMemoryBudget,  kTimeout,
    kMaxTokens, kCompress, kEngine,     kAccuracyLevel, kData,
    kRows,      kStyle,    kPromptText, kOnlyModel,     kAnyWords,
    kAgainst,   kPerturb,  kReport,     kAnswers,       kJson};
constexpr FlagId kRateFlags[] = {kData, kRows,    kAnswers, kRatings,
                                 kPort, kResults, kJson};
constexpr FlagId kBenchFlags[] = {
    kModel,     kThreads,     kAgents,        kMemoryBudget, kEngine,
    kTrace,     kOrtProfile,  kAccuracyLevel, kPrompts,      kMaxNewTokens,
    kIgnoreEos, kFixedAgents, kNoDrafts,      kOutTokens,    kJson};
constexpr FlagId kDoctorFlags[] = {kModel, kDb, kThreads, kEngine, kJson};
constexpr FlagId kConfigFlags[] = {kJson};

constexpr FlagId kEveryCommand[] = {kNoSandbox, kColor, kQuiet, kHelp};
constexpr FlagId kDobbyAlone[] = {kVersion, kMan};

constexpr Command kCommands[] = {
    {"index",
     "Summarise what changed in a folder",
     {"PATH", "The folder (default: the current folder)"},
     kIndexFlags,
     "Every file is cut into chunks of about 300 lines. Each chunk, file and "
     "folder and the whole get two lines: an author's sentence where there is "
     "a good one, otherwise what the code defines. A model writes a first line "
     "only where its folder says that it does that better; --only-model has it "
     "write all. "
     "What has not changed since the last run costs nothing.\n\n"
     "Finished work is saved at once: after Ctrl-C, or even a crash, the next "
     "run goes on from there.",
     "dobby index  # the current folder\n"
     "dobby index ~/src/app --exclude 'vendor/**'  # without vendored code\n"
     "dobby index -n  # say what would be done\n"
     "dobby index --json -q . > run.json  # for programs",
     true,
     RunIndex},
    {"show",
     "Show the summary of a file, a folder or a line",
     {"PATH", "PATH or PATH:LINE", 1, 1},
     kShowFlags,
     "PATH is relative to the current folder or to the folder that was "
     "indexed. With a line, the chunk that holds it is shown. --signatures "
     "reads "
     "the file as it is on disk.",
     "dobby show src/main.c  # the file, then its chunks\n"
     "dobby show src/main.c:420  # what line 420 belongs to\n"
     "dobby show src/main.c --signatures  # and the heads of what it defines\n"
     "dobby show .  # the whole repository",
     false,
     RunShow},
    {"tree",
     "Show the summaries as a tree",
     {"PATH", "Where to start (default: the current folder)"},
     kTreeFlags,
     "Stale summaries and those that name what the code does not are marked.",
     "dobby tree\n"
     "dobby tree src -L 1  # one level only\n"
     "dobby tree --chunks | less -R",
     false,
     RunTree},
    {"search",
     "Find summaries by words",
     {"WORDS", "What to look for; the beginning of a word will do", 1, 64, "",
      false},
     kSearchFlags,
     "Searches the text of files, their names, paths and summaries: any of the "
     "words may occur, in any form, the best match comes first, and each path "
     "once. Words in double quotes must occur one behind the other. Exits with "
     "1 when nothing matches, and names words that are near.",
     "dobby search retry backoff\n"
     "dobby search where are tokens refreshed\n"
     "dobby search '\"connection pool\" timeout'  # the phrase must occur\n"
     "dobby search --level file --json parser",
     false,
     RunSearch},
    {"status",
     "Compare the index with the files",
     {"PATH", "The folder (default: the current folder)"},
     kStatusFlags,
     "Files count as changed by their content, never by their time.",
     "dobby status -v  # name each file\n"
     "dobby status --exit-code -q || dobby index  # only when needed",
     false,
     RunStatus},
    {"export",
     "Write the whole index in a format",
     {"PATH", "Only what is below (default: everything)"},
     kExportFlags,
     "JSON lines are objects with a \"type\": begin, summary, skip, error, "
     "end. Every format carries its schema_version where it can.",
     "dobby export > SUMMARIES.md\n"
     "dobby export --format llms.txt > llms.txt\n"
     "dobby export --format jsonl | jq -r 'select(.level==\"file\").path'",
     false,
     RunExport},
    {"verify",
     "Check that the index is sound",
     {"PATH", "The folder (default: the current folder)"},
     kVerifyFlags,
     "Checks that every summary has its two lines and its key, that every "
     "file is summarised, skipped or failed exactly once, and that no folder "
     "is left out. Exits with 2 when something is wrong; that summaries are "
     "stale is said, but is not wrong.",
     "dobby verify\n"
     "dobby verify --db build/index.db --json",
     false,
     RunVerify},
    {"worker",
     "Summarise snippets from stdin, as JSON lines",
     {},
     kWorkerFlags,
     "Reads one object a line: {\"id\", \"code\", \"path\"?, \"lang\"?, "
     "\"style\"?: \"lines\"|\"sentence\"}. Writes one a line as each is "
     "done, in any order: {\"id\", \"lines\", \"voices\", \"model\", "
     "\"prompt_tokens\", \"generated_tokens\", \"ms\", \"grounded\", "
     "\"truncated\"}, or {\"id\", \"error\": {\"code\", \"message\"}}. "
     "A voice says whose a line is; authors' words are no instruction to "
     "anybody. A bad line is answered with an error. At most "
     "twice --agents are taken in at once. Ends when "
     "all is answered after the end of the input.",
     "dobby worker < snippets.jsonl > summaries.jsonl\n"
     "echo '{\"id\":1,\"code\":\"int two(){return 2;}\",\"lang\":\"c\"}' | "
     "dobby worker",
     true,
     RunWorker},
    {"model list",
     "List the installed models",
     {},
     kModelListFlags,
     "",
     "dobby model list",
     false,
     RunModelList},
    {"model import",
     "Make a model folder of a GGUF file",
     {"FILE", "The GGUF file", 1, 1},
     kModelImportFlags,
     "Blocks that ONNX Runtime's operators can express are carried over "
     "exactly; the others are quantised anew, and the error is said. With -v "
     "for each tensor.",
     "dobby model import SmolLM2-135M-Instruct-Q8_0.gguf\n"
     "dobby model import big.gguf --name big --bits 4 -v",
     false,
     RunModelImport},
    {"model verify",
     "Check the files of a model against their checksums",
     {"MODEL", "A name or a folder (default: the default model)"},
     kModelVerifyFlags,
     "",
     "dobby model verify\n"
     "dobby model verify ./my-model --json",
     false,
     RunModelVerify},
    {"tokens",
     "Write the token ids of the text on stdin",
     {},
     kTokensFlags,
     "One JSON array on one line.",
     "dobby tokens < main.c\n"
     "printf '<|im_start|>user' | dobby tokens --trusted",
     false,
     RunTokens},
    {"logits",
     "Write the logits of a token sequence",
     {},
     kLogitsFlags,
     "For checks against other programs. The file is NumPy's .npy, float32, "
     "one row for each token.",
     "dobby tokens < main.c | dobby logits --ids - --out logits.npy\n"
     "dobby logits --ids ids.json --out last.npy --last --accuracy-level 0",
     false,
     RunLogits},
    {"eval",
     "Score a model's summaries against references",
     {},
     kEvalFlags,
     "Summarises every row of the evaluation set and prints, for each model "
     "and for two answers that take no model, BLEU, ROUGE and chrF against "
     "the references, and three measures against the code itself. Answers are "
     "kept as they come: an evaluation that was stopped goes on.",
     "dobby eval --data rows.jsonl --style sentence\n"
     "dobby eval --data rows.jsonl --model a --model b  # side by side",
     true,
     RunEval},
    {"rate",
     "Let people rate summaries, blindly, in a browser",
     {},
     kRateFlags,
     "Serves a form on 127.0.0.1 until Ctrl-C and prints its address. Raters "
     "give their names, then see code and one summary at a time: the answers "
     "that `dobby eval` kept and the references, in an order drawn from the "
     "rater's name, with nothing that tells whose they are. Each is scored "
     "from 1 to 5 for functional accuracy, conciseness, clarity and technical "
     "precision. Every rating is on disk at once; raters who come back under "
     "the same name go on where they stopped.\n\n"
     "--results prints means with 95 % bootstrap intervals over the rows, how "
     "often a system got at least what the reference of the same row got, and "
     "how far the raters agree (Krippendorff's alpha, ordinal). It exits with "
     "1 where nothing is rated yet.",
     "dobby rate --data rows.jsonl --rows 30  # answers from rows.jsonl.eval\n"
     "dobby rate --data rows.jsonl --results\n"
     "dobby rate --data rows.jsonl --json > ratings.json  # every rating too",
     true,
     RunRate},
    {"bench",
     "Measure the model on a file of prompts",
     {},
     kBenchFlags,
     "All prompts are given to the engine at once, --agents run at a time, "
     "greedily. The clock runs from the first submission to the last token; "
     "loading and a small warm-up are not in it. Mean time to the first token "
     "includes waiting.",
     "dobby bench --prompts prompts.jsonl --ignore-eos\n"
     "dobby bench --prompts prompts.jsonl --agents 1 --json",
     false,
     RunBench},
    {"doctor",
     "Check this machine, the model and the index",
     {},
     kDoctorFlags,
     "Ends with a small inference. Exits with 0 when dobby can work, 4 when "
     "the model is the problem, else 2.",
     "dobby doctor\n"
     "dobby doctor --json > report.json  # for a bug report",
     false,
     RunDoctor},
    {"config",
     "Show every setting and where it comes from",
     {},
     kConfigFlags,
     "A setting is taken from the first place that has it: flags, DOBBY_* "
     "variables, then $XDG_CONFIG_HOME/dobby/config.toml. A repository is not "
     "trusted: its .dobby.toml may only leave files out, with include and "
     "exclude.",
     "dobby config\n"
     "DOBBY_AGENTS=4 dobby config --json",
     false,
     RunConfig},
    {"completions",
     "Write the completions of a shell",
     {"SHELL", "The shell", 1, 1, "bash|zsh|fish", false},
     {},
     "",
     "dobby completions bash > ~/.local/share/bash-completion/completions/"
     "dobby\n"
     "dobby completions zsh > ~/.zfunc/_dobby\n"
     "dobby completions fish > ~/.config/fish/completions/dobby.fish",
     false,
     RunCompletions},
};

bool IsIn(std::span<const FlagId> flags, FlagId id) {
  return std::find(flags.begin(), flags.end(), id) != flags.end();
}

}  // namespace

std::span<const Command> AllCommands() { return kCommands; }

const Command* FindCommand(std::string_view name) {
  for (const Command& command : kCommands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

bool Takes(std::string_view command, const Flag& flag) {
  if (IsIn(kEveryCommand, flag.id)) return true;
  if (command.empty()) return IsIn(kDobbyAlone, flag.id);
  const Command* found = FindCommand(command);
  return found && IsIn(found->flags, flag.id);
}

std::vector<const Flag*> FlagsOf(std::string_view command) {
  std::vector<const Flag*> flags;
  for (const Flag& flag : AllFlags()) {
    if (Takes(command, flag)) flags.push_back(&flag);
  }
  return flags;
}

}  // namespace dobby::cli
