#include "models/staged_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "base/files.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;

void RemoveAll(const std::string& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

/// Returns "<parent>/.<name><suffix>".
std::string Beside(const std::string& path, const char* suffix) {
  const fs::path whole(path);
  std::string beside = whole.parent_path().string();
  return beside.append("/.").append(whole.filename().string()).append(suffix);
}

}  // namespace

Result<StagedFolder> StagedFolder::Begin(const std::string& final_path) {
  StagedFolder folder;
  folder.final_ = final_path;
  auto made = MakeDirs(fs::path(final_path).parent_path().string());
  if (!made) return made.error();
  const std::string lock_path = Beside(final_path, ".lock");
  folder.lock_ = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (folder.lock_ < 0) return SystemError(lock_path, "cannot write");
  while (::flock(folder.lock_, LOCK_EX) != 0) {
    if (errno != EINTR) return SystemError(lock_path, "cannot lock");
  }
  folder.staging_ = Beside(final_path, ".part");
  RemoveAll(folder.staging_);
  made = MakeDirs(folder.staging_);
  if (!made) return made.error();
  return folder;
}

StagedFolder::StagedFolder(StagedFolder&& other) noexcept
    : final_(std::move(other.final_)),
      staging_(std::exchange(other.staging_, "")),
      lock_(std::exchange(other.lock_, -1)) {}

StagedFolder::~StagedFolder() {
  if (!staging_.empty()) RemoveAll(staging_);
  if (lock_ >= 0) ::close(lock_);
}

Result<void> StagedFolder::Commit() {
  const std::string old = Beside(final_, ".old");
  RemoveAll(old);
  const bool replaces = ::rename(final_.c_str(), old.c_str()) == 0;
  if (::rename(staging_.c_str(), final_.c_str()) != 0) {
    const Error error = SystemError(final_, "cannot make the folder");
    if (replaces) ::rename(old.c_str(), final_.c_str());
    return error;
  }
  staging_.clear();
  RemoveAll(old);
  return {};
}

}  // namespace dobby
