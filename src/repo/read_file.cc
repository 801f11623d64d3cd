#include <cerrno>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "dobby/repo.h"
#include "repo/code_view.h"
#include "repo/content.h"
#include "repo/decode.h"
#include "repo/folder_cursor.h"

namespace dobby {
namespace {

constexpr std::size_t kHeadBytes = 8 << 10;
// Cyrillic or Chinese text takes up to one and a half times its bytes in UTF-8.
constexpr std::uint64_t kMostGrowth = 2;

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

std::optional<CodeView> ViewOf(std::string_view text,
                               const Language& language) {
  if (language.id == "jupyter") return ViewNotebook(text);
  if (language.id == "vue" || language.id == "svelte" ||
      language.id == "astro") {
    return ViewComponent(text, language);
  }
  return std::nullopt;
}

FileContent ContentOf(const FileEntry& entry, std::string bytes,
                      const RepoOptions& options) {
  auto text = DecodeText(std::move(bytes));
  if (!text) return {{}, SkipReason::kBinary};
  if (text->size() > kMostGrowth * options.max_file_bytes) {
    return {{}, SkipReason::kTooLarge};
  }
  const auto head = std::string_view(*text).substr(0, kHeadBytes);
  Language language =
      entry.declared_language.value_or(DetectLanguage(entry.path, head));
  const auto skip = SkipByContent(entry.path, *text, language);
  const bool is_denied = entry.is_handwritten && skip == SkipReason::kGenerated;
  if (skip && !is_denied) return {{}, skip};
  if (auto view = ViewOf(*text, language)) {
    if (IsBlank(view->text)) return {{}, SkipReason::kEmpty};
    language = view->language;
    text = std::move(view->text);
  }
  const ContentHash hash = HashOf(*text);
  return {SourceFile{entry.path, language, *std::move(text), hash}, {}};
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
  auto bytes = ReadUpTo(*file, options.max_file_bytes, name);
  if (!bytes) return bytes.error();
  if (bytes->size() > options.max_file_bytes) {
    return FileContent{{}, SkipReason::kTooLarge};
  }
  return ContentOf(entry, *std::move(bytes), options);
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
