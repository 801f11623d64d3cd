#include "summaries/file_reader.h"

#include <utility>

#include "base/clock.h"

namespace dobby {
namespace {

/// Returns the chunks of a file as one.
Chunk JoinChunks(const std::vector<Chunk>& chunks, SourceFile file) {
  Chunk whole;
  whole.hash = file.hash;
  whole.bytes = {0, file.text.size()};
  whole.first_line = chunks.front().first_line;
  whole.last_line = chunks.back().last_line;
  whole.kind = chunks.front().kind;
  whole.text = std::move(file.text);
  for (const Chunk& chunk : chunks) {
    whole.outline.insert(whole.outline.end(), chunk.outline.begin(),
                         chunk.outline.end());
  }
  return whole;
}

}  // namespace

bool FileReader::ReadAll(const std::function<bool(FileWork, std::size_t)>& take,
                         const std::stop_token& stop) {
  if (!options_.only_model) {
    const ScopedTimer timer(read_s_);
    facts_ = RepoFacts(repo_, options_.repo, stop);
  }
  for (const FileEntry& entry : repo_.entries) {
    FileWork work;
    work.entry = &entry;
    work.language = entry.language;
    work.skip = entry.skip;
    work.error = entry.error;
    if (entry.selected()) Read(work, stop);
    // What a stop has cut short is no result.
    if (stop.stop_requested()) return false;
    const std::size_t bytes = entry.selected() ? entry.size_bytes : 0;
    if (!take(std::move(work), bytes)) return false;
  }
  return true;
}

void FileReader::Read(FileWork& work, const std::stop_token& stop) {
  auto content = [&] {
    const ScopedTimer timer(read_s_);
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
  const ScopedTimer timer(chunk_s_);
  work.language = content->file->language;
  work.hash = content->file->hash;
  auto chunks = SplitFile(*content->file, options_.chunks, stop);
  if (!chunks) {
    work.error = chunks.error();
    return;
  }
  work.chunks = std::move(*chunks);
  work.facts = std::make_shared<const FileFacts>(ReadFileFacts(
      *content->file, work.chunks.front().outline,
      {facts_, options_.only_model ? nullptr : &counterparts_}, stop));
  if (work.chunks.size() > 1) {
    work.whole = JoinChunks(work.chunks, *std::move(content->file));
  }
}

}  // namespace dobby
