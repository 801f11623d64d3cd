#include "summaries/index_run.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/text.h"
#include "chunks/author_words.h"
#include "summaries/folder_author.h"
#include "summaries/holds_line.h"

namespace dobby {
namespace {

// Files that may wait, read and cut, for the coordinator.
constexpr std::size_t kFilesAhead = 32;

double SteadySeconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

/// Adds the time from construction to destruction to a number of seconds.
class Timed {
 public:
  explicit Timed(double& total) : total_(total), start_(SteadySeconds()) {}
  ~Timed() { total_ += SteadySeconds() - start_; }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  double& total_;
  double start_;
};

/// Returns the folder of a path; "." at the top.
std::string ParentOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string LinesName(const SummaryNode& node) {
  return "lines " + std::to_string(node.start_line) + "-" +
         std::to_string(node.end_line);
}

/// Adds a part to a roll-up. Lines that may hold invented names are shown to
/// the model but are no evidence.
void AddPart(const std::string& name, const SummaryText& text,
             std::vector<RollUpPart>& parts, std::string& evidence) {
  parts.push_back({name, text.lines[0], text.lines[1]});
  evidence += name + "\n";
  if (text.grounded) evidence += text.lines[0] + "\n" + text.lines[1] + "\n";
}

/// Returns the chunks of a file as one.
Chunk Whole(const std::vector<Chunk>& chunks) {
  Chunk whole = chunks.front();
  for (std::size_t i = 1; i < chunks.size(); ++i) {
    whole.text += chunks[i].text;
    whole.last_line = chunks[i].last_line;
    whole.outline.insert(whole.outline.end(), chunks[i].outline.begin(),
                         chunks[i].outline.end());
  }
  return whole;
}

std::vector<std::string> NamesOf(const std::vector<RollUpPart>& parts) {
  std::vector<std::string> names;
  names.reserve(parts.size());
  for (const RollUpPart& part : parts) names.push_back(part.name);
  return names;
}

}  // namespace

IndexRun::IndexRun(Engine& engine, const SummaryWriter& writer,
                   const SummariserOptions& options, const Repo& repo,
                   SummaryIndex& index)
    : engine_(engine),
      writer_(writer),
      options_(options),
      repo_(repo),
      counterparts_(repo),
      index_(index),
      most_asked_(2 * engine.options().agents),
      queue_(kFilesAhead) {}

Result<RunReport> IndexRun::Run(const Summariser::ProgressFn& progress,
                                const std::stop_token& stop) {
  progress_fn_ = progress;
  start_s_ = SteadySeconds();
  const std::stop_callback forward(stop, [this] { stop_.request_stop(); });
  const EngineStats before = engine_.stats();
  PlanDirs();
  std::thread reader([this] { ReadFiles(); });
  Coordinate();
  queue_.Close();
  reader.join();
  report_.interrupted = stop_.stop_requested();
  if (!index_error_ && !report_.interrupted) {
    Check(index_.Finish(files_seen_, dirs_seen_));
  }
  report_.stage_s["read"] = read_s_;
  report_.stage_s["chunk"] = chunk_s_;
  AddEngineStats(before);
  report_.wall_s = Seconds();
  if (index_error_) return *index_error_;
  return std::move(report_);
}

/// Counts what each folder waits for: its selected files, and the folders in
/// it that have some.
void IndexRun::PlanDirs() {
  for (const FileEntry& entry : repo_.entries) {
    if (!entry.selected()) continue;
    std::string dir = ParentOf(entry.path);
    bool fresh = dirs_.count(dir) == 0;
    ++dirs_[dir].pending;
    while (fresh && dir != ".") {
      dir = ParentOf(dir);
      fresh = dirs_.count(dir) == 0;
      ++dirs_[dir].pending;
    }
  }
}

void IndexRun::ReadFiles() {
  for (const FileEntry& entry : repo_.entries) {
    FileWork work;
    work.entry = &entry;
    work.language = entry.language;
    work.skip = entry.skip;
    work.error = entry.error;
    if (entry.selected()) ReadSelected(work);
    if (!queue_.PushFile(std::move(work))) return;
  }
  queue_.EndFiles();
}

void IndexRun::ReadSelected(FileWork& work) {
  const auto content = [&] {
    const Timed timed(read_s_);
    return ReadFile(repo_, *work.entry, options_.repo);
  }();
  if (!content) {
    work.error = content.error();
    return;
  }
  if (!content->file) {
    work.skip = content->skip;
    return;
  }
  const Timed timed(chunk_s_);
  work.language = content->file->language;
  work.hash = content->file->hash;
  auto chunks = SplitFile(*content->file, options_.chunks);
  if (!chunks) {
    work.error = chunks.error();
    return;
  }
  work.chunks = std::move(*chunks);
  work.author = AuthorOf(work);
}

/// Returns what the author says of a file, in it or in its counterpart.
std::string IndexRun::AuthorOf(const FileWork& work) {
  std::string sentence =
      AuthorsSentence(work.chunks.front().text, work.language);
  if (!sentence.empty() || options_.only_model) return sentence;
  const auto found = counterparts_.Find(work.entry->path);
  if (!found) return "";
  const auto content = ReadFile(repo_, *found->entry, options_.repo);
  if (!content || !content->file) return "";
  return SentenceByCounterpart(*content->file, found->is_tested);
}

/// Takes files while the engine wants more, and answers as they come. Ends
/// when all is done, or soon after a stop, with nothing left at the engine.
void IndexRun::Coordinate() {
  while (true) {
    while (auto answer = queue_.PopAnswer()) TakeAnswer(std::move(*answer));
    const double budget =
        static_cast<double>(options_.time_budget.count()) / 1000;
    if (index_error_ || (budget > 0 && Seconds() > budget)) {
      stop_.request_stop();
    }
    const bool stopping = stop_.stop_requested();
    if (stopping) queue_.Close();
    progress_.all_known = queue_.FilesEnded();
    if (progress_.all_known && asked_.empty()) return;
    const bool wants = !stopping && asked_.size() < most_asked_;
    if (wants) {
      if (auto work = queue_.PopFile()) {
        TakeFile(*work);
        continue;
      }
    }
    queue_.Wait(wants && !progress_.all_known, std::chrono::milliseconds(200));
    ReportProgress(progress_.path);
  }
}

void IndexRun::TakeFile(const FileWork& work) {
  const FileEntry& entry = *work.entry;
  ++report_.files.total;
  files_seen_.push_back(entry.path);
  LedgerRow row;
  row.path = entry.path;
  row.size_bytes = entry.size_bytes;
  row.language = work.language.id;
  row.hash = work.hash;
  if (work.skip || work.error) {
    row.state =
        work.skip ? LedgerRow::State::kSkipped : LedgerRow::State::kFailed;
    if (work.skip) {
      row.reason = NameOf(*work.skip);
    } else {
      row.code = CodeInfoOf(work.error->code).name;
      row.message = work.error->message;
      report_.errors.push_back(
          {work.error->code, work.error->message, entry.path});
    }
    LeaveFile(row);
    if (entry.selected()) EndChild(entry.path, std::nullopt);
    return;
  }
  auto file = std::make_shared<OpenFile>();
  file->row = std::move(row);
  file->pending = work.chunks.size();
  file->chunks.resize(work.chunks.size());
  report_.chunks.total += work.chunks.size();
  progress_.chunks_known += work.chunks.size();
  file->language = work.language;
  if (work.chunks.size() > 1) file->whole = Whole(work.chunks);
  file->author = work.author;
  for (std::size_t i = 0; i < work.chunks.size(); ++i) {
    StartChunk(file, i, work.chunks[i], work.language);
  }
}

void IndexRun::StartChunk(const std::shared_ptr<OpenFile>& file, std::size_t i,
                          const Chunk& chunk, const Language& language) {
  SummaryNode& node = file->chunks[i];
  node.path = file->row.path;
  node.start_line = chunk.first_line;
  node.end_line = chunk.last_line;
  node.hash = chunk.hash;
  KnownText source = writer_.Know(node.path, language, chunk);
  // What an author says of a file stands at its head.
  if (auto known = writer_.FromAuthor(i == 0 ? file->author : "", source)) {
    node.key = known->key;
    auto [text, reused] = Keep(*known);
    return EndChunk(file, i, std::move(text), reused);
  }
  node.key = writer_.KeyOf(source);
  const bool waits = asked_.count(node.key.ToHex()) != 0;
  if (!waits) {
    if (auto found = Find(node.key)) {
      return EndChunk(file, i, *std::move(found), true);
    }
  }
  const auto waiter = [this, file, i, waits](const Result<SummaryText>& text) {
    EndChunk(file, i, text, waits);
  };
  if (waits) {
    asked_[node.key.ToHex()].waiters.push_back(waiter);
  } else {
    const Timed timed(report_.stage_s["prompt"]);
    Ask(node.key, writer_.Assign(std::move(source)), waiter);
  }
}

void IndexRun::EndChunk(const std::shared_ptr<OpenFile>& file, std::size_t i,
                        const Result<SummaryText>& text, bool reused) {
  const bool cancelled = !text && text.error().code == ErrorCode::kCancelled;
  if (!cancelled) ++progress_.chunks_done;
  if (text) {
    file->chunks[i].text = *text;
    ++(reused ? report_.chunks.reused : report_.chunks.summarised);
    if (reused) ++progress_.chunks_reused;
  } else {
    Error error = text.error();
    error.context =
        file->row.path + ":" + std::to_string(file->chunks[i].start_line);
    if (!file->error) file->error = error;
    Fail(std::move(error), &report_.chunks.total, &report_.chunks.failed);
  }
  if (--file->pending == 0) EndFile(file);
}

void IndexRun::EndFile(const std::shared_ptr<OpenFile>& file) {
  if (file->error) return RecordFile(*file, std::nullopt);
  SummaryNode node = file->chunks.front();
  node.level = Level::kFile;
  node.hash = file->row.hash;
  node.end_line = file->chunks.back().end_line;
  if (file->chunks.size() == 1) return RecordFile(*file, node);
  const KnownText source = writer_.Know(node.path, file->language, file->whole);
  if (auto known = writer_.FromAuthor(file->author, source)) {
    node.key = known->key;
    node.text = Keep(*known).first;
    return RecordFile(*file, node);
  }
  if (writer_.ReadsOutlines() && !file->whole.outline.empty()) {
    const SummaryKey key = writer_.KeyOf(source);
    return StartRollUp(
        node.path, key, [&] { return writer_.Assign(source); },
        [this, file, node, key](const Result<SummaryText>& text) {
          RecordRolledUp(*file, node, key, text);
        });
  }
  RollUp rollup{
      RollUpLevel::kFile, node.path, {}, node.path + "\n", source.holds};
  for (const SummaryNode& chunk : file->chunks) {
    AddPart(LinesName(chunk), chunk.text, rollup.parts, rollup.evidence);
  }
  if (rollup.holds.empty()) rollup.holds = HoldsLine(NamesOf(rollup.parts));
  // What the second line names stands in the file.
  rollup.evidence += rollup.holds;
  RollUpParts(rollup, [this, file, node](const auto& key, const auto& text) {
    RecordRolledUp(*file, node, key, text);
  });
}

/// Stores a file whose own summary has come, or why there is none.
void IndexRun::RecordRolledUp(OpenFile& file, SummaryNode node,
                              const SummaryKey& key,
                              const Result<SummaryText>& text) {
  if (!text) {
    file.error = text.error();
    Fail(text.error(), nullptr, nullptr);
    return RecordFile(file, std::nullopt);
  }
  node.key = key;
  node.text = *text;
  RecordFile(file, std::move(node));
}

/// Stores a file whose chunks have all ended and tells its folder. Without
/// `node` the file failed.
void IndexRun::RecordFile(const OpenFile& file,
                          std::optional<SummaryNode> node) {
  FileRecord record{file.row, {}};
  for (const SummaryNode& chunk : file.chunks) {
    if (!chunk.text.lines[0].empty()) record.nodes.push_back(chunk);
  }
  if (node) {
    record.nodes.push_back(*node);
  } else {
    record.row.state = LedgerRow::State::kFailed;
    record.row.code = CodeInfoOf(file.error->code).name;
    record.row.message = file.error->message;
  }
  if (file.error && file.error->code == ErrorCode::kCancelled) {
    --report_.files.total;
    return;
  }
  ++(node ? report_.files.summarised : report_.files.failed);
  const Timed timed(report_.stage_s["store"]);
  if (Check(index_.ReplaceFile(record))) {
    ReportProgress(record.row.path);
    EndChild(record.row.path, std::move(node));
  }
}

void IndexRun::LeaveFile(const LedgerRow& row) {
  const bool skipped = row.state == LedgerRow::State::kSkipped;
  ++(skipped ? report_.files.skipped : report_.files.failed);
  const Timed timed(report_.stage_s["store"]);
  Check(index_.ReplaceFile({row, {}}));
}

/// Tells a folder that one of its files or folders has ended, with a summary
/// or without.
void IndexRun::EndChild(const std::string& path,
                        std::optional<SummaryNode> node) {
  const std::string parent = ParentOf(path);
  OpenDir& dir = dirs_[parent];
  if (node) {
    const bool is_dir = node->level == Level::kDir;
    dir.children[std::string(BaseNameOf(path)) + (is_dir ? "/" : "")] =
        std::move(*node);
  }
  if (--dir.pending == 0) EndDir(parent);
}

void IndexRun::EndDir(const std::string& path) {
  const bool top = path == ".";
  const auto& children = dirs_[path].children;
  if (children.empty()) return RecordDir(path, std::nullopt);
  SummaryNode node;
  node.level = top ? Level::kRepo : Level::kDir;
  node.path = path;
  FieldHasher hash;
  RollUp rollup{top ? RollUpLevel::kRepo : RollUpLevel::kDir,
                top ? repo_.name : path,
                {},
                "",
                ""};
  rollup.evidence = rollup.path + "\n";
  for (const auto& [name, child] : children) {
    hash.Add(name).Add(child.hash.ToHex());
    AddPart(name, child.text, rollup.parts, rollup.evidence);
    // What a folder is for, first lines tell.
    rollup.parts.back().second.clear();
  }
  node.hash = hash.Finish();
  if (children.size() == 1) {
    node.key = children.begin()->second.key;
    node.text = children.begin()->second.text;
    return RecordDir(path, node);
  }
  rollup.holds = HoldsLine(NamesOf(rollup.parts));
  const std::string author = FolderAuthorsSentence(children);
  if (auto known = writer_.FromAuthor(author, rollup.holds)) {
    node.key = known->key;
    node.text = Keep(*known).first;
    return RecordDir(path, node);
  }
  RollUpParts(rollup, [this, node](const auto& key, const auto& text) mutable {
    if (!text) {
      Fail(text.error(), nullptr, nullptr);
      if (text.error().code == ErrorCode::kCancelled) return;
      return RecordDir(node.path, std::nullopt);
    }
    node.key = key;
    node.text = *text;
    RecordDir(node.path, node);
  });
}

void IndexRun::RecordDir(const std::string& path,
                         std::optional<SummaryNode> node) {
  if (node) {
    dirs_seen_.push_back(path);
    const Timed timed(report_.stage_s["store"]);
    if (!Check(index_.ReplaceDir(*node))) return;
    ReportProgress(path);
  }
  dirs_[path].children.clear();
  if (path != ".") EndChild(path, std::move(node));
}

void IndexRun::RollUpParts(const RollUp& rollup, const KeyedWaiter& waiter) {
  const SummaryKey key =
      writer_.KeyOf(rollup.level, rollup.path, rollup.parts, rollup.holds);
  StartRollUp(
      rollup.path, key,
      [&] {
        return writer_.Assign(rollup.level, rollup.path, rollup.parts,
                              rollup.evidence, rollup.holds);
      },
      [waiter, key](const auto& text) { waiter(key, text); });
}

/// Answers with what is known under `key`, or asks for what `assign` makes.
void IndexRun::StartRollUp(const std::string& path, const SummaryKey& key,
                           const std::function<Result<Assignment>()>& assign,
                           const Waiter& waiter) {
  ++progress_.rollups_known;
  if (auto found = Find(key)) {
    ++report_.rollups_reused;
    ++progress_.rollups_done;
    return waiter(*std::move(found));
  }
  const auto done = [this, path, waiter](Result<SummaryText> text) {
    ++progress_.rollups_done;
    if (text) {
      ++report_.rollups_summarised;
    } else {
      text = Error{text.error().code, text.error().message, path};
    }
    waiter(text);
  };
  // Two files may have the same text, and so one key.
  const auto asked = asked_.find(key.ToHex());
  if (asked != asked_.end()) return asked->second.waiters.push_back(done);
  Ask(key, assign(), done);
}

/// Counts a failure. What was cancelled is not done rather than failed: it
/// leaves the total, and the next run goes on with it.
void IndexRun::Fail(Error error, std::size_t* total, std::size_t* failed) {
  if (error.code == ErrorCode::kCancelled) {
    if (total != nullptr) --*total;
    return;
  }
  if (failed != nullptr) ++*failed;
  report_.errors.push_back(std::move(error));
}

/// Asks the engine for a summary; a request that cannot be made is answered
/// at once.
void IndexRun::Ask(const SummaryKey& key, Result<Assignment> assignment,
                   Waiter waiter) {
  if (!assignment) return waiter(assignment.error());
  assignment->request.stop = stop_.get_token();
  Request request = assignment->request;
  OpenKey& open = asked_[key.ToHex()];
  open.assignment = std::move(*assignment);
  open.assignment.request.prompt.clear();
  open.waiters.push_back(std::move(waiter));
  progress_.in_flight = asked_.size();
  engine_.Submit(std::move(request), [this, key](Result<Completion> result) {
    queue_.PushAnswer({key, std::move(result)});
  });
}

void IndexRun::TakeAnswer(KeyAnswer answer) {
  auto asked = asked_.extract(answer.key.ToHex());
  progress_.in_flight = asked_.size();
  const OpenKey& open = asked.mapped();
  Result<SummaryText> text = Error{};
  if (answer.completion) {
    text = writer_.TextOf(*answer.completion, open.assignment);
    report_.prompt_tokens += text->prompt_tokens;
    report_.generated_tokens += text->generated_tokens;
    const Timed timed(report_.stage_s["store"]);
    if (!Check(index_.Save(answer.key, *text))) return;
  } else {
    text = answer.completion.error();
  }
  for (const Waiter& waiter : open.waiters) waiter(text);
  ReportProgress(progress_.path);
}

std::optional<SummaryText> IndexRun::Find(const SummaryKey& key) {
  const Timed timed(report_.stage_s["store"]);
  auto found = index_.Find(key);
  if (found) return std::move(*found);
  if (!index_error_) index_error_ = found.error();
  return std::nullopt;
}

/// Returns a summary that needs no model as the index has it, and whether it
/// had it before.
std::pair<SummaryText, bool> IndexRun::Keep(const KnownSummary& known) {
  if (auto found = Find(known.key)) return {*std::move(found), true};
  Check(index_.Save(known.key, known.text));
  return {known.text, false};
}

/// Keeps the first error of the index; the run then ends.
bool IndexRun::Check(Result<void> stored) {
  if (stored) return true;
  if (!index_error_) index_error_ = stored.error();
  return false;
}

void IndexRun::ReportProgress(std::string_view path) {
  if (!progress_fn_) return;
  progress_.path = path;
  progress_.elapsed_s = Seconds();
  progress_fn_(progress_);
}

void IndexRun::AddEngineStats(const EngineStats& before) {
  const EngineStats after = engine_.stats();
  report_.stage_s["prefill"] = after.prefill_s - before.prefill_s;
  report_.stage_s["decode"] = after.decode_s - before.decode_s;
  report_.stage_s["sample"] = after.sampling_s - before.sampling_s;
}

double IndexRun::Seconds() const { return SteadySeconds() - start_s_; }

}  // namespace dobby
