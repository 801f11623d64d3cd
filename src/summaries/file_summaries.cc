#include "summaries/file_summaries.h"

#include <utility>

#include "base/clock.h"
#include "base/utf8.h"
#include "summaries/name_phrases.h"

namespace dobby {
namespace {

std::string LinesName(const SummaryNode& node) {
  return "lines " + std::to_string(node.start_line) + "-" +
         std::to_string(node.end_line);
}

ChunkText TextOf(const Chunk& chunk) {
  ChunkText text{"", chunk.text};
  for (const Symbol& symbol : chunk.outline) text.names += symbol.name + ' ';
  return text;
}

LedgerRow RowOf(const FileWork& work) {
  LedgerRow row;
  row.path = work.entry->path;
  row.size_bytes = work.entry->size_bytes;
  row.language = work.language.id;
  row.hash = work.hash;
  return row;
}

}  // namespace

void FileSummaries::Take(FileWork work) {
  parts_.ledger.AddFile(work.entry->path);
  LedgerRow row = RowOf(work);
  if (work.skip || work.error) return RecordUnread(work, std::move(row));
  auto file = std::make_shared<OpenFile>();
  file->row = std::move(row);
  file->pending = work.chunks.size();
  file->chunks.resize(work.chunks.size());
  for (const Chunk& chunk : work.chunks) file->texts.push_back(TextOf(chunk));
  parts_.ledger.report().chunks.total += work.chunks.size();
  parts_.progress.counts().chunks_known += work.chunks.size();
  file->child.file = std::move(work.facts);
  if (work.whole) OpenWhole(*file, *std::move(work.whole));
  for (std::size_t i = 0; i < work.chunks.size(); ++i) {
    StartChunk(file, i, work.chunks[i]);
  }
}

/// Records a file that is skipped or could not be read.
void FileSummaries::RecordUnread(const FileWork& work, LedgerRow row) {
  if (work.skip) {
    row.state = LedgerRow::State::kSkipped;
    row.reason = NameOf(*work.skip);
  } else {
    row.state = LedgerRow::State::kFailed;
    row.code = CodeInfoOf(work.error->code).name;
    row.message = work.error->message;
    parts_.ledger.AddError(
        {work.error->code, work.error->message, work.entry->path});
  }
  parts_.ledger.RecordWithoutSummary(row);
  if (work.entry->selected()) folders_.EndChild(row.path, std::nullopt);
}

/// Takes what is known of the whole text, so that most of it can go.
void FileSummaries::OpenWhole(OpenFile& file, Chunk whole) {
  file.whole = std::move(whole);
  file.known.emplace(*file.child.file, file.whole);
  file.child = ChildOf(std::move(file.child.file), file.known->items);
  file.draft = parts_.writer.DraftOf(Level::kFile, *file.known);
  if (file.draft.asks_model) {
    file.key = parts_.writer.KeyOf(*file.known, file.draft);
  }
  std::string& text = file.whole.text;
  text.resize(Utf8CutAt(text, kMostEvidenceBytes));
  text.shrink_to_fit();
}

void FileSummaries::StartChunk(const OpenFilePtr& file, std::size_t i,
                               const Chunk& chunk) {
  const SummaryWriter& writer = parts_.writer;
  SummaryNode& node = file->chunks[i];
  node.path = file->row.path;
  node.start_line = chunk.first_line;
  node.end_line = chunk.last_line;
  node.hash = chunk.hash;
  const TextFacts facts(*file->child.file, chunk);
  const bool is_whole = file->chunks.size() == 1;
  if (is_whole) file->child = ChildOf(file->child.file, facts.items);
  const Level level = is_whole ? Level::kFile : Level::kChunk;
  Draft draft = writer.DraftOf(level, facts);
  if (draft.asks_model) return AskForChunk(file, i, facts, std::move(draft));
  const KnownSummary known = writer.Finish(draft);
  node.key = known.key;
  auto [text, reused] = parts_.ledger.FindOrSave(known);
  EndChunk(file, i, std::move(text), reused);
}

void FileSummaries::AskForChunk(const OpenFilePtr& file, std::size_t i,
                                const TextFacts& facts, Draft draft) {
  const SummaryWriter& writer = parts_.writer;
  SummaryNode& node = file->chunks[i];
  node.key = writer.KeyOf(facts, draft);
  const bool waits =
      parts_.requests.Join(node.key, [this, file, i](const auto& text) {
        EndChunk(file, i, text, /*reused=*/true);
      });
  if (waits) return;
  if (auto found = parts_.ledger.Find(node.key)) {
    return EndChunk(file, i, *std::move(found), true);
  }
  const ScopedTimer timer(parts_.ledger.report().stage_s["prompt"]);
  parts_.requests.Submit(node.key, writer.Assign(facts, std::move(draft)),
                         [this, file, i](const Result<SummaryText>& text) {
                           EndChunk(file, i, text, /*reused=*/false);
                         });
}

void FileSummaries::EndChunk(const OpenFilePtr& file, std::size_t i,
                             const Result<SummaryText>& text, bool reused) {
  auto& counts = parts_.ledger.report().chunks;
  Progress& progress = parts_.progress.counts();
  if (text) {
    file->chunks[i].text = *text;
    ++(reused ? counts.reused : counts.summarised);
    if (reused) ++progress.chunks_reused;
    ++progress.chunks_done;
  } else {
    FailChunk(*file, i, text.error());
  }
  if (--file->pending == 0) EndFile(file);
}

void FileSummaries::FailChunk(OpenFile& file, std::size_t i, Error error) {
  error.context =
      file.row.path + ":" + std::to_string(file.chunks[i].start_line);
  if (!file.error) file.error = error;
  auto& counts = parts_.ledger.report().chunks;
  if (error.code == ErrorCode::kCancelled) {
    // Not done rather than failed: the next run goes on with it.
    --counts.total;
    return;
  }
  ++counts.failed;
  ++parts_.progress.counts().chunks_done;
  parts_.ledger.AddError(std::move(error));
}

void FileSummaries::EndFile(const OpenFilePtr& file) {
  if (file->error) return Record(*file, std::nullopt);
  SummaryNode node = file->chunks.front();
  node.level = Level::kFile;
  node.hash = file->row.hash;
  node.end_line = file->chunks.back().end_line;
  if (file->chunks.size() == 1) return Record(*file, node);
  const SummaryWriter& writer = parts_.writer;
  if (!file->draft.asks_model) {
    const KnownSummary known = writer.Finish(file->draft);
    node.key = known.key;
    node.text = parts_.ledger.FindOrSave(known).first;
    return Record(*file, node);
  }
  if (!writer.ReadsOutlines() || file->whole.outline.empty()) {
    return RollUpChunks(file, node);
  }
  parts_.roll_ups.Start(
      node.path, file->key,
      [&] { return writer.Assign(*file->known, file->draft); },
      [this, file, node](const Result<SummaryText>& text) {
        RecordRolledUp(*file, node, file->key, text);
      });
}

/// Summarises a file of which no outline tells by its chunks' summaries.
void FileSummaries::RollUpChunks(const OpenFilePtr& file,
                                 const SummaryNode& node) {
  RollUp rollup{
      RollUpLevel::kFile, node.path, {}, node.path + "\n", file->draft};
  for (const SummaryNode& chunk : file->chunks) {
    rollup.Add(LinesName(chunk), chunk.text);
  }
  std::string& holds = rollup.draft.lines[1].text;
  if (holds.empty()) holds = Count(file->chunks.size(), "part") + ".";
  // What the second line names stands in the file.
  rollup.evidence += holds;
  parts_.roll_ups.Start(rollup,
                        [this, file, node](const auto& key, const auto& text) {
                          RecordRolledUp(*file, node, key, text);
                        });
}

/// Stores a file whose own summary has come, or why there is none.
void FileSummaries::RecordRolledUp(OpenFile& file, SummaryNode node,
                                   const SummaryKey& key,
                                   const Result<SummaryText>& text) {
  if (!text) {
    file.error = text.error();
    parts_.ledger.AddError(text.error());
    return Record(file, std::nullopt);
  }
  node.key = key;
  node.text = *text;
  Record(file, std::move(node));
}

/// Stores a file whose chunks have all ended and tells its folder. Without
/// `node` the file failed.
void FileSummaries::Record(const OpenFile& file,
                           std::optional<SummaryNode> node) {
  if (file.error && file.error->code == ErrorCode::kCancelled) {
    --parts_.ledger.report().files.total;
    return;
  }
  FileRecord record{file.row, {}, {}};
  for (std::size_t i = 0; i < file.chunks.size(); ++i) {
    if (file.chunks[i].text.lines[0].empty()) continue;
    record.nodes.push_back(file.chunks[i]);
    record.texts.push_back(file.texts[i]);
  }
  if (node) {
    record.nodes.push_back(*node);
  } else {
    record.row.state = LedgerRow::State::kFailed;
    record.row.code = CodeInfoOf(file.error->code).name;
    record.row.message = file.error->message;
  }
  if (!parts_.ledger.RecordFile(record)) return;
  parts_.progress.ShowEndOf(record.row.path);
  if (!node) return folders_.EndChild(record.row.path, std::nullopt);
  Child child = file.child;
  child.node = *std::move(node);
  folders_.EndChild(record.row.path, std::move(child));
}

}  // namespace dobby
