#include "repo/folder_cursor.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/files.h"

namespace dobby {
namespace {

constexpr int kOpenFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;

/// Orders names as the paths below them are ordered.
bool PathOrder(const FolderItem& a, const FolderItem& b) {
  const auto at = [](const FolderItem& item, std::size_t i) -> int {
    if (i < item.name.size()) return static_cast<unsigned char>(item.name[i]);
    return i == item.name.size() && item.kind == ItemKind::kFolder ? '/' : -1;
  };
  const auto differ =
      std::mismatch(a.name.begin(), a.name.end(), b.name.begin(), b.name.end());
  const auto i = static_cast<std::size_t>(differ.first - a.name.begin());
  return at(a, i) < at(b, i);
}

ItemKind KindOf(mode_t mode) {
  if (S_ISREG(mode)) return ItemKind::kFile;
  if (S_ISDIR(mode)) return ItemKind::kFolder;
  return S_ISLNK(mode) ? ItemKind::kSymlink : ItemKind::kSpecial;
}

}  // namespace

std::optional<FolderCursor::Identity> FolderCursor::IdentityOf(int fd) {
  struct stat status{};
  if (fd < 0 || ::fstat(fd, &status) != 0) return std::nullopt;
  return Identity{status.st_dev, status.st_ino};
}

Result<FolderCursor> FolderCursor::Open(const std::string& folder) {
  FolderCursor cursor;
  cursor.here_ = Descriptor(::open(folder.c_str(), kOpenFolder));
  if (cursor.here_.get() < 0) {
    return SystemError(folder, "cannot open the folder");
  }
  return cursor;
}

Result<void> FolderCursor::Enter(const std::string& name) {
  Descriptor below(::openat(here_.get(), name.c_str(), kOpenFolder));
  const auto here = IdentityOf(here_.get());
  struct stat status{};
  // From a folder that may be listed but not entered there is no way back.
  if (below.get() < 0 || !here ||
      ::fstatat(below.get(), ".", &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return SystemError(name, "cannot open the folder");
  }
  above_.push_back(*here);
  here_ = std::move(below);
  return {};
}

Result<void> FolderCursor::Leave() {
  Descriptor parent(::openat(here_.get(), "..", kOpenFolder));
  if (IdentityOf(parent.get()) != above_.back()) {
    return Error{ErrorCode::kIo,
                 "cannot be walked to the end: a folder in it was moved or "
                 "closed meanwhile; run again"};
  }
  above_.pop_back();
  here_ = std::move(parent);
  return {};
}

Result<FolderItem> FolderCursor::Look(const std::string& name) const {
  struct stat status{};
  if (::fstatat(here_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return SystemError(name, "cannot look at");
  }
  return FolderItem{name, KindOf(status.st_mode),
                    static_cast<std::uint64_t>(status.st_size), std::nullopt};
}

FolderListing FolderCursor::List() const {
  FolderListing listing;
  const int fd = ::openat(here_.get(), ".", kOpenFolder);
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(
      fd < 0 ? nullptr : ::fdopendir(fd), ::closedir);
  if (!folder) {
    listing.error = SystemError("", "cannot list the folder");
    return listing;
  }
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    auto item = Look(name);
    if (item) {
      listing.items.push_back(*std::move(item));
    } else if (item.error().code != ErrorCode::kNotFound) {
      listing.items.push_back(
          {name, ItemKind::kSpecial, 0, std::move(item.error())});
    }
  }
  if (errno != 0) listing.error = SystemError("", "cannot list the folder");
  std::sort(listing.items.begin(), listing.items.end(), PathOrder);
  return listing;
}

Result<Descriptor> FolderCursor::OpenFile(const std::string& name) const {
  Descriptor file(::openat(here_.get(), name.c_str(),
                           O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status{};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    return SystemError(name, "cannot open");
  }
  if (!S_ISREG(status.st_mode)) {
    return Error{ErrorCode::kIo, "is not a regular file", name};
  }
  return file;
}

Result<std::string> ReadUpTo(const Descriptor& file, std::uint64_t max_bytes,
                             const std::string& path) {
  std::string bytes;
  char buffer[1 << 16];
  while (bytes.size() <= max_bytes) {
    const auto want = static_cast<std::size_t>(
        std::min<std::uint64_t>(sizeof buffer, max_bytes + 1 - bytes.size()));
    const ssize_t n = ::read(file.get(), buffer, want);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError(path, "cannot read");
    if (n == 0) break;
    bytes.append(buffer, static_cast<std::size_t>(n));
  }
  return bytes;
}

}  // namespace dobby
