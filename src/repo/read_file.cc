#include <cerrno>
#include <string_view>
#include <utility>

#include "dobby/repo.h"
#include "repo/content.h"
#include "repo/folder_cursor.h"

namespace dobby {
namespace {

constexpr std::size_t kHeadBytes = 8 << 10;

/// Goes down from the root part by part, so that no part can be a link and no
/// path is too long.
Result<FolderCursor> EnterFolderOf(const Repo& repo, std::string_view path) {
  auto cursor = FolderCursor::Open(repo.root);
  while (cursor) {
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) break;
    auto entered = cursor->Enter(std::string(path.substr(0, slash)));
    if (!entered) return std::move(entered.error());
    path.remove_prefix(slash + 1);
  }
  return cursor;
}

Result<FileContent> ReadFrom(const FolderCursor& folder, const FileEntry& entry,
                             const RepoOptions& options) {
  const std::string name = entry.path.substr(entry.path.rfind('/') + 1);
  const auto item = folder.Look(name);
  if (!item) return item.error();
  // The file may have become something else since the walk.
  if (item->kind == ItemKind::kSymlink)
    return FileContent{{}, SkipReason::kSymlink};
  if (item->kind != ItemKind::kFile)
    return FileContent{{}, SkipReason::kSpecial};
  const auto file = folder.OpenFile(name);
  if (!file) return file.error();
  auto text = ReadUpTo(*file, options.max_file_bytes, name);
  if (!text) return text.error();
  if (text->size() > options.max_file_bytes) {
    return FileContent{{}, SkipReason::kTooLarge};
  }
  const auto head = std::string_view(*text).substr(0, kHeadBytes);
  const Language language = DetectLanguage(entry.path, head);
  if (const auto skip = SkipByContent(*text, language)) {
    return FileContent{{}, skip};
  }
  const ContentHash hash = HashOf(*text);
  return FileContent{SourceFile{entry.path, language, *std::move(text), hash},
                     {}};
}

}  // namespace

Result<FileContent> ReadFile(const Repo& repo, const FileEntry& entry,
                             const RepoOptions& options) {
  const auto folder = EnterFolderOf(repo, entry.path);
  auto content = folder ? ReadFrom(*folder, entry, options)
                        : Result<FileContent>(folder.error());
  if (!content) content.error().context = entry.path;
  return content;
}

}  // namespace dobby
