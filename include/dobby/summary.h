// Summaries, the index that keeps them, and the run that makes them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/chunk.h"
#include "dobby/engine.h"
#include "dobby/hash.h"
#include "dobby/prompt.h"
#include "dobby/repo.h"
#include "dobby/result.h"

namespace dobby {

/// What a summary is about, from small to large.
enum class Level { kChunk, kFile, kDir, kRepo };
std::string_view NameOf(Level level);  ///< "chunk", "file", "dir", "repo".

/// Whose words a line is, or what it was made from.
enum class Voice {
  kManifest,     ///< The description in a manifest, as in Cargo.toml.
  kReadme,       ///< A README, or another document: its own sentence.
  kHeader,       ///< The comment at the head of a file, or a package's.
  kDefinition,   ///< The comment on a definition, which the line names.
  kCounterpart,  ///< The author's sentence on the code that it implements or
                 ///< tests, which the line names.
  kStructure,    ///< dobby: what is defined, set or contained, by name.
  kQuote,        ///< A piece of the text, which says what follows it.
  kModel,        ///< A language model.
  kFallback,     ///< dobby, with nothing better to say.
};
std::string_view NameOf(Voice voice);  ///< "manifest", "readme", ...

/// Whether the whole line is in the words of the repository's authors.
bool IsAuthors(Voice voice);

/// Two lines about a text, and how they were made.
struct SummaryText {
  std::array<std::string, 2> lines;  ///< Neither empty, neither with a newline.
  std::array<Voice, 2> voices = {Voice::kFallback, Voice::kFallback};
  bool truncated = false;  ///< The model did not see the whole text.
  bool grounded = true;    ///< Every identifier in it occurs in the text.
  std::size_t prompt_tokens = 0;
  std::size_t generated_tokens = 0;
  double ms = 0;
  std::int64_t created_unix_s = 0;
  std::string model;  ///< Name of the model that was asked; empty: none was.
  std::string prompt_version;
};

/// Identity of a summary: hash(text, path, model, prompt, tokenizer, decoding).
/// The path counts because the prompt has it, so equal keys mean equal prompts.
/// If no model is needed, the lines take the place of text and path.
using SummaryKey = ContentHash;

/// Whether a stored summary still describes what is on disk.
enum class Freshness { kCurrent, kStale, kMissing };
std::string_view NameOf(Freshness freshness);

/// A summary in its place.
struct SummaryNode {
  Level level = Level::kChunk;
  std::string path;  ///< Of the file or folder; "." for the repository.
  std::uint32_t start_line = 0, end_line = 0;  ///< 1-based, inclusive; 0: dirs.
  ContentHash hash;  ///< Of the text, or of the parts' hashes.
  SummaryKey key;
  SummaryText text;
  Freshness freshness = Freshness::kCurrent;
};

/// The outcome of one file or ignored folder. Each has exactly one row.
struct LedgerRow {
  enum class State { kSummarised, kSkipped, kFailed };
  State state = State::kSummarised;
  std::string path;
  std::uint64_t size_bytes = 0;
  std::string language;
  ContentHash hash;     ///< Of the text; zero if it was not read.
  std::string reason;   ///< kSkipped: NameOf(SkipReason).
  std::string code;     ///< kFailed: CodeInfo::name.
  std::string message;  ///< kFailed.
};

/// What a search reads of a chunk besides its summary.
struct ChunkText {
  std::string names;  ///< Of its definitions, separated by blanks.
  std::string text;   ///< As it stands in the file.
};

/// A file with everything that the index holds about it; replaced as a whole.
struct FileRecord {
  LedgerRow row;
  std::vector<SummaryNode> nodes;  ///< Chunks in order, then the file's own.
  /// Of the chunks among `nodes`, in their order; a chunk without one is found
  /// by its summary alone. The index keeps their words, not the texts.
  std::vector<ChunkText> texts = {};
};

/// Keeps summaries between runs: `store` in SQLite, tests in memory. All calls
/// come from one thread.
class SummaryIndex {
 public:
  virtual ~SummaryIndex() = default;

  /// Returns the summary kept under `key`, if any.
  virtual Result<std::optional<SummaryText>> Find(const SummaryKey& key) = 0;

  /// Saves a summary. It is durable at the latest when the next Replace*
  /// returns.
  virtual Result<void> Save(const SummaryKey& key, const SummaryText& text) = 0;

  /// Replaces everything about one file.
  virtual Result<void> ReplaceFile(const FileRecord& record) = 0;

  /// Replaces the summary of one folder (or of the repository, path ".").
  virtual Result<void> ReplaceDir(const SummaryNode& node) = 0;

  /// Drops files and folders that are not in `files` and `dirs`, and records
  /// the end of a run.
  virtual Result<void> Finish(const std::vector<std::string>& files,
                              const std::vector<std::string>& dirs) = 0;
};

/// The whole content of an index, for outputs.
struct IndexSnapshot {
  std::string root;  ///< Absolute folder that was indexed.
  std::string name;  ///< Of the repository.
  std::string model, prompt_version;
  std::int64_t finished_unix_s = 0;  ///< 0: no run has ended yet.
  std::vector<SummaryNode> nodes;    ///< By path, then level from large to
                                     ///< small, then line; the repo node first.
  std::vector<LedgerRow> ledger;     ///< By path.
};

/// The result of a run. `files` and `chunks` each add up to their totals.
struct RunReport {
  struct Files {
    std::size_t total = 0, summarised = 0, skipped = 0, failed = 0;
  } files;
  struct Chunks {
    std::size_t total = 0, summarised = 0, reused = 0, failed = 0;
  } chunks;
  std::size_t rollups_summarised = 0, rollups_reused = 0;
  std::uint64_t prompt_tokens = 0, generated_tokens = 0;
  double wall_s = 0;
  bool interrupted = false;   ///< Stopped early; finished work is kept.
  std::vector<Error> errors;  ///< One for each chunk or roll-up that failed.
  /// Seconds by stage: "walk", "read", "chunk", "prompt", "tokenise", "store"
  /// on their threads, "prefill", "decode", "sample" on the engine's.
  std::map<std::string, double> stage_s;

  bool complete() const {
    return files.failed == 0 && chunks.failed == 0 && !interrupted;
  }
};

/// How far a run is. Passed to the progress callback at each change.
struct Progress {
  std::size_t chunks_done = 0;   ///< Summarised, reused or failed.
  std::size_t chunks_known = 0;  ///< Found so far.
  bool all_known = false;        ///< Reading has ended: chunks_known is final.
  std::size_t chunks_reused = 0;
  std::size_t rollups_done = 0, rollups_known = 0;
  std::size_t in_flight = 0;
  std::string path;  ///< Last finished.
  double elapsed_s = 0;
};

struct SummariserOptions {
  RepoOptions repo;
  ChunkOptions chunks;
  Decoding decoding;  ///< SummariserOptions() sets dobby's own; see .cc.
  std::chrono::milliseconds timeout{30000};
  std::size_t max_prompt_tokens = 6000;
  PromptOptions prompts;
  bool only_model = false;  ///< The model writes all lines, even those known
                            ///< without it.
  std::vector<Level> model_writes;  ///< The first lines that a model writes
                                    ///< where no author speaks.
  bool limit_words = true;  ///< Allow only words of the text and of plain
                            ///< English.
  std::chrono::milliseconds time_budget{0};  ///< For the run; 0: none.

  SummariserOptions();
};

/// Summarises repositories and single texts with one engine.
class Summariser {
 public:
  using ProgressFn = std::function<void(const Progress&)>;

  virtual ~Summariser() = default;

  /// Summarises what changed in `repo` since the index was last written.
  /// Reading and tokenising run ahead of the model. Finished work is saved at
  /// once, so a killed run can be resumed. A stop request ends it soon. Errors:
  /// only those of the index (kIo); failures of files and chunks are in the
  /// report and the ledger.
  virtual Result<RunReport> Run(const Repo& repo, SummaryIndex& index,
                                ProgressFn progress, std::stop_token stop) = 0;

  /// One text outside any index, for `worker`.
  struct Snippet {
    std::string code;
    std::string path;       ///< May be empty.
    std::string language;   ///< Id or display name; empty: from the path.
    bool sentence = false;  ///< One sentence about a function, in lines[0].
    std::stop_token stop;   ///< Ends it within a second, with kCancelled.
  };
  /// A longer snippet or path is refused.
  static constexpr std::size_t kMostSnippetBytes = 4u << 20;

  /// Submits a snippet. `done` is called once, on the engine's thread, and must
  /// not block. The request is prepared on the calling thread. Errors: kUsage
  /// without code, kTooLarge over kMostSnippetBytes or, of the path,
  /// kMostPathBytes; kModel for a sentence without an engine; kCancelled after
  /// a stop; of the engine.
  virtual void Summarise(const Snippet& snippet,
                         std::function<void(Result<SummaryText>)> done) = 0;

  virtual const std::string& prompt_version() const = 0;
};

/// Returns a summariser on `engine`, which must outlive it; null where no model
/// is to be asked. Errors: kModel if the model's chat template does not render,
/// kUsage if the prompt text is malformed.
Result<std::unique_ptr<Summariser>> MakeSummariser(
    Engine* engine, const SummariserOptions& options);

/// Compares each node of `snapshot` with the files on disk, by content hash,
/// and marks it current, stale or missing. Needs no model. Returns the paths of
/// files that are on disk but not in the index.
Result<std::vector<std::string>> MarkFreshness(IndexSnapshot& snapshot,
                                               const RepoOptions& options);

/// Returns the identifier-like words of `summary`: camelCase, snake_case,
/// calls, quoted with backticks.
std::vector<std::string> IdentifiersOf(std::string_view summary);

/// Returns those identifiers of `summary` that occur nowhere in `source`.
std::vector<std::string> UngroundedIdentifiers(std::string_view summary,
                                               std::string_view source);

}  // namespace dobby
