#include "models/staged_folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <utility>

#include "base/files.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPart = ".part";
/// Far more than a parent holds of other models and leftovers.
constexpr std::size_t kMostNames = 100'000;

void RemoveAll(const std::string& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

/// Whether a name is that of a folder that was being filled for `prefix`:
/// ".<name>.<random>.part", or without the random part.
bool IsStaging(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix) || !name.ends_with(kPart)) return false;
  name.remove_prefix(prefix.size());
  if (name == kPart) return true;
  name.remove_suffix(kPart.size());
  return name.size() == 33 && name.front() == '.' &&
         name.find_first_not_of("0123456789abcdef", 1) ==
             std::string_view::npos;
}

}  // namespace

StagedFolder::StagedFolder(Folder parent, std::string name)
    : parent_(std::move(parent)), name_(std::move(name)) {}

Result<StagedFolder> StagedFolder::Begin(const std::string& final_path,
                                         mode_t mode) {
  const fs::path whole(final_path);
  if (whole.has_parent_path()) {
    auto made = MakeDirsOfMode(whole.parent_path().string(), mode);
    if (!made) return made.error();
  }
  auto parent = Folder::OpenParentOf(final_path);
  if (!parent) return parent.error();
  StagedFolder folder(*std::move(parent), whole.filename().string());
  const std::string lock_name = "." + folder.name_ + ".lock";
  auto lock = folder.parent_.OpenFile(lock_name, O_RDWR | O_CREAT, 0644);
  if (!lock) return lock.error();
  folder.lock_ = *std::move(lock);
  while (::flock(folder.lock_.get(), LOCK_EX) != 0) {
    if (errno != EINTR) {
      return SystemError(folder.parent_.PathOf(lock_name), "cannot lock");
    }
  }
  folder.CleanUp();
  const std::string staging =
      "." + folder.name_ + "." + RandomName() + std::string(kPart);
  const auto made = folder.parent_.Make(staging, mode);
  if (!made) return made.error();
  folder.staging_ = staging;
  folder.path_ = made->path();
  return folder;
}

void StagedFolder::CleanUp() {
  const std::string prefix = "." + name_, old = prefix + ".old";
  if (!parent_.StatusOf(name_)) {
    ::renameat(parent_.fd(), old.c_str(), parent_.fd(), name_.c_str());
  }
  RemoveAll(parent_.PathOf(old));
  for (const std::string& name : parent_.Names(kMostNames)) {
    if (IsStaging(name, prefix)) RemoveAll(parent_.PathOf(name));
  }
}

StagedFolder::~StagedFolder() {
  if (!staging_.empty()) RemoveAll(path_);
}

Result<void> StagedFolder::Commit() {
  const int parent = parent_.fd();
  if (::renameat2(parent, staging_.c_str(), parent, name_.c_str(),
                  RENAME_EXCHANGE) == 0) {
    RemoveAll(path_);  // The old one.
    staging_.clear();
    return {};
  }
  return CommitInTwoSteps();
}

Result<void> StagedFolder::CommitInTwoSteps() {
  const int parent = parent_.fd();
  const std::string old = "." + name_ + ".old";
  const bool replaces =
      ::renameat(parent, name_.c_str(), parent, old.c_str()) == 0;
  if (::renameat(parent, staging_.c_str(), parent, name_.c_str()) != 0) {
    Error error = SystemError(parent_.PathOf(name_), "cannot make the folder");
    const auto there = parent_.StatusOf(name_);
    if (there && !S_ISDIR(there->st_mode)) {
      error.message = "is in the way, but is no folder: remove it";
    }
    if (replaces) ::renameat(parent, old.c_str(), parent, name_.c_str());
    return error;
  }
  staging_.clear();
  if (replaces) RemoveAll(parent_.PathOf(old));
  return {};
}

}  // namespace dobby
