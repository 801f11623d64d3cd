#include "dobby/index_place.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <utility>

#include "base/files.h"
#include "base/folder.h"
#include "dobby/hash.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;

constexpr char kDb[] = "index.db";
constexpr char kTreeFolder[] = ".dobby";
constexpr mode_t kPrivate = 0700;
/// Digits of a hash in a name: 128 bits, so that nobody finds two alike.
constexpr std::size_t kHashDigits = 32;
constexpr std::size_t kNameBytes = 40;
/// dobby makes two; a tree could hold any number.
constexpr std::size_t kNamesInDobby = 1000;
constexpr std::uint64_t kRecordBytes = 64;

using MaybeFolder = std::optional<Folder>;

bool IsMissing(const Error& error) {
  return error.code == ErrorCode::kNotFound;
}

/// Returns `name` in `folder`, checked, or nothing where it is missing.
Result<MaybeFolder> EnterPrivate(const Folder& folder,
                                 const std::string& name) {
  auto entered = folder.Enter(name);
  if (!entered && IsMissing(entered.error())) return MaybeFolder();
  if (!entered) return entered.error();
  if (auto checked = entered->CheckPrivate(/*secret=*/true); !checked) {
    return checked.error();
  }
  return MaybeFolder(*std::move(entered));
}

/// Returns `name` in `folder`, made where it is missing. Two processes may do
/// so at once.
Result<Folder> MakePrivate(const Folder& folder, const std::string& name) {
  auto there = EnterPrivate(folder, name);
  if (!there) return there.error();
  if (*there) return **std::move(there);
  const auto made = folder.Make(name, kPrivate);
  there = EnterPrivate(folder, name);
  if (!there) return there.error();
  if (!*there) return made.error();
  return **std::move(there);
}

/// Returns the user's state folder, or nothing where it is missing. The way to
/// it is the user's own and may have links.
Result<MaybeFolder> StateFolder(bool make) {
  const std::string path = XdgDir("STATE");
  if (make) {
    if (auto made = MakeDirsOfMode(path, kPrivate); !made) return made.error();
  }
  auto state = Folder::Open(path);
  if (!state && IsMissing(state.error())) return MaybeFolder();
  if (!state) return state.error();
  if (auto checked = state->CheckPrivate(/*secret=*/false); !checked) {
    return checked.error();
  }
  return MaybeFolder(*std::move(state));
}

/// Returns `name` of the state folder, or nothing where it is missing.
Result<MaybeFolder> PartOfState(const std::string& name, bool make) {
  auto state = StateFolder(make);
  if (!state) return state.error();
  if (!*state) return MaybeFolder();
  if (!make) return EnterPrivate(**state, name);
  auto part = MakePrivate(**state, name);
  if (!part) return part.error();
  return MaybeFolder(*std::move(part));
}

/// Returns "<name of the folder>-<hash of its path>".
std::string NameOfRoot(const std::string& root) {
  std::string name = fs::path(root).filename().string().substr(0, kNameBytes);
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!plain) c = '_';
  }
  if (name.empty()) name = "root";
  return name + "-" + HashOf(root).ToHex().substr(0, kHashDigits);
}

IndexPlace PlaceIn(Folder folder, const std::string& root,
                   IndexPlace::Kind kind) {
  return {kind, root, kDb, std::make_shared<const Folder>(std::move(folder))};
}

/// What the state folder remembers of a folder in a tree: its inode.
Result<std::string> RecordOf(const Folder& folder) {
  struct stat status{};
  if (::fstat(folder.fd(), &status) != 0) {
    return SystemError(folder.path(), "cannot open the folder");
  }
  return std::to_string(status.st_ino) + "\n";
}

/// Returns the folder of an index in a `.dobby`, or nothing when dobby did not
/// make it for this user. The state folder has a record of its random name: a
/// tree cannot bring a folder whose name it does not know, and one that learnt
/// it from a copy cannot bring the inode too.
Result<MaybeFolder> InnerFolder(const Folder& dobby) {
  if (!dobby.CheckPrivate(/*secret=*/true)) return MaybeFolder();
  const auto records = PartOfState("here", /*make=*/false);
  if (!records) return records.error();
  if (!*records) return MaybeFolder();
  for (const std::string& name : dobby.Names(kNamesInDobby)) {
    const auto record = (*records)->ReadFile(name, kRecordBytes);
    if (!record) continue;
    auto inner = EnterPrivate(dobby, name);
    if (!inner || !*inner) continue;
    const auto own = RecordOf(**inner);
    if (own && *own == *record) return inner;
  }
  return MaybeFolder();
}

/// Returns the place in `.dobby` of `root`, or nothing.
Result<std::optional<IndexPlace>> FindHere(
    const std::string& root, std::vector<std::string>* strangers) {
  const auto tree = Folder::Open(root);
  if (!tree) return std::optional<IndexPlace>();
  const auto there = tree->StatusOf(kTreeFolder);
  if (!there) return std::optional<IndexPlace>();
  const auto dobby = tree->Enter(kTreeFolder);
  auto inner = dobby ? InnerFolder(*dobby) : MaybeFolder();
  if (!inner) return inner.error();
  if (*inner) {
    return std::optional(
        PlaceIn(**std::move(inner), root, IndexPlace::Kind::kHere));
  }
  strangers->push_back(tree->PathOf(kTreeFolder));
  return std::optional<IndexPlace>();
}

Result<std::optional<IndexPlace>> FindInState(const std::string& root) {
  auto indexes = PartOfState("indexes", /*make=*/false);
  if (!indexes) return indexes.error();
  if (!*indexes) return std::optional<IndexPlace>();
  auto folder = EnterPrivate(**indexes, NameOfRoot(root));
  if (!folder) return folder.error();
  if (!*folder || !(*folder)->StatusOf(kDb)) return std::optional<IndexPlace>();
  return std::optional(
      PlaceIn(**std::move(folder), root, IndexPlace::Kind::kState));
}

/// Makes `.dobby` with the folder of an index in it, and remembers both.
Result<Folder> MakeInnerFolder(const Folder& tree) {
  const auto records = PartOfState("here", /*make=*/true);
  if (!records) return records.error();
  const auto dobby = tree.Make(kTreeFolder, kPrivate);
  if (!dobby) return dobby.error();
  if (auto written = dobby->WriteFile(".gitignore", "*\n"); !written) {
    return written.error();
  }
  const std::string name = RandomName();
  auto inner = dobby->Make(name, kPrivate);
  if (!inner) return inner.error();
  const auto record = RecordOf(*inner);
  if (!record) return record.error();
  if (auto kept = (*records)->WriteFile(name, *record, 0600); !kept) {
    return kept.error();
  }
  return inner;
}

Result<IndexPlace> MakeHere(const std::string& root) {
  const auto tree = Folder::Open(root);
  if (!tree) return tree.error();
  if (tree->StatusOf(kTreeFolder)) {
    return Error{ErrorCode::kUsage,
                 "was not made by dobby here: remove it, or leave out --here",
                 tree->PathOf(kTreeFolder)};
  }
  auto inner = MakeInnerFolder(*tree);
  if (!inner) return inner.error();
  return PlaceIn(*std::move(inner), root, IndexPlace::Kind::kHere);
}

Result<IndexPlace> MakeInState(const std::string& root) {
  const auto indexes = PartOfState("indexes", /*make=*/true);
  if (!indexes) return indexes.error();
  auto folder = MakePrivate(**indexes, NameOfRoot(root));
  if (!folder) return folder.error();
  return PlaceIn(*std::move(folder), root, IndexPlace::Kind::kState);
}

std::string Canonical(const std::string& path) {
  std::error_code code;
  fs::path canonical = fs::canonical(path.empty() ? "." : path, code);
  if (code) canonical = fs::canonical(".", code);
  return canonical.string();
}

}  // namespace

std::string IndexPlace::db() const { return folder->PathOf(name); }

Result<IndexPlace> PlaceOfFile(const std::string& path, bool make) {
  std::error_code code;
  const fs::path absolute = fs::absolute(path, code);
  fs::path parent = fs::weakly_canonical(absolute.parent_path(), code);
  if (code) parent = absolute.parent_path();
  if (make) {
    if (auto made = MakeDirs(parent.string()); !made) return made.error();
  }
  auto folder = Folder::Open(parent.string());
  if (!folder) return folder.error();
  IndexPlace place = PlaceIn(*std::move(folder), "", IndexPlace::Kind::kFile);
  place.name = absolute.filename().string();
  const auto status = place.folder->StatusOf(place.name);
  const bool is_folder = status && S_ISDIR(status->st_mode);
  if (is_folder || (!status && !IsMissing(status.error()))) {
    return Error{ErrorCode::kUsage,
                 "is a folder: give the path of a file with --db", path};
  }
  return place;
}

Result<std::optional<IndexPlace>> FindPlace(
    const std::string& root, std::vector<std::string>* strangers) {
  auto here = FindHere(root, strangers);
  if (!here || *here) return here;
  return FindInState(root);
}

Result<std::optional<IndexPlace>> FindNearestPlace(
    const std::string& path, std::vector<std::string>* strangers) {
  fs::path at = Canonical(path);
  while (true) {
    auto place = FindPlace(at.string(), strangers);
    if (!place || *place || at == at.parent_path()) return place;
    at = at.parent_path();
  }
}

Result<IndexPlace> MakePlace(const std::string& root, bool here,
                             std::vector<std::string>* strangers) {
  auto there = FindHere(root, strangers);
  if (!there) return there.error();
  if (*there) return **std::move(there);
  return here ? MakeHere(root) : MakeInState(root);
}

}  // namespace dobby
