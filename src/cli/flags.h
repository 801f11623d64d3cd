// The table of all flags of `dobby`. Parsing, configuration, help, the man page
// and the completions are made from it. commands.cc says which command takes
// which flags.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/result.h"

namespace dobby::cli {

/// In the order of help, which is also the order of the table.
enum class FlagId {
  kModel,
  kDb,
  kHere,
  kThreads,
  kAgents,
  kMemoryBudget,
  kTimeBudget,
  kTimeout,
  kMaxTokens,
  kCompress,
  kEngine,
  kInclude,
  kExclude,
  kNoIgnore,
  kHidden,
  kMaxFileSize,
  kDryRun,
  kProgress,
  kProfile,
  kTrace,
  kOrtProfile,
  kFormat,
  kDepth,
  kSignatures,
  kChunks,
  kLimit,
  kLevel,
  kBelow,
  kLanguage,
  kExitCode,
  kName,
  kOutDir,
  kBits,
  kWrites,
  kReplace,
  kTrusted,
  kIds,
  kOut,
  kLast,
  kAccuracyLevel,
  kPrompts,
  kMaxNewTokens,
  kIgnoreEos,
  kFixedAgents,
  kNoDrafts,
  kOutTokens,
  kData,
  kRows,
  kStyle,
  kPromptText,
  kOnlyModel,
  kAnyWords,
  kAgainst,
  kPerturb,
  kReport,
  kAnswers,
  kRatings,
  kPort,
  kResults,
  kJson,
  kNoSandbox,
  kColor,
  kQuiet,
  kVerbose,
  kHelp,
  kVersion,
  kMan,
};

enum class ValueKind {
  kSwitch,    ///< No value; "true" or "false" in configuration.
  kText,      ///< Anything.
  kPath,      ///< A file or folder.
  kPatterns,  ///< Any text; may be repeated.
  kCount,     ///< A number in [low, high].
  kBytes,     ///< A size: 1048576, 512K, 800M, 1G (powers of 1,024).
  kDuration,  ///< A time: 30 (seconds), 500ms, 30s, 5m, 1h. In milliseconds.
  kChoice,    ///< One of `choices`.
};

/// Who may set a flag besides the command line.
enum class Scope {
  kCommandLine,  ///< Nobody.
  kUser,         ///< DOBBY_* and the user's own configuration file.
  kAnyone,       ///< Also the `.dobby.toml` of a repository, to narrow.
};

struct Flag {
  FlagId id;
  std::string_view name;  ///< Long form without "--".
  char letter = 0;        ///< Short form; 0: none.
  ValueKind kind = ValueKind::kSwitch;
  std::string_view value;    ///< Name of the value in help: "N".
  std::string_view initial;  ///< Default, as a user would write it.
  Scope scope = Scope::kCommandLine;
  std::string_view help;     ///< The first sentence stands alone in `-h`.
  std::string_view choices;  ///< kChoice: '|' between them.
  std::uint64_t low = 0, high = 0;  ///< kCount: smallest and largest.
};

std::span<const Flag> AllFlags();
const Flag& FlagOf(FlagId id);

/// Returns the flag with this long name, or null.
const Flag* FindFlag(std::string_view name);

/// Returns the choices of a flag, or nothing.
std::vector<std::string> ChoicesOf(const Flag& flag);

/// Returns "DOBBY_MEMORY_BUDGET" for --memory-budget.
std::string EnvironmentName(const Flag& flag);

/// Returns the number that `text` means for this flag: 0 or 1 for switches,
/// milliseconds for durations, bytes for sizes, 0 for texts. Errors: kUsage,
/// which says what is allowed.
Result<std::uint64_t> ParseValue(const Flag& flag, std::string_view text);

}  // namespace dobby::cli
