#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/files.h"
#include "dobby/repo.h"
#include "repo/attributes.h"
#include "repo/content.h"
#include "repo/folder_cursor.h"
#include "repo/git_files.h"
#include "repo/ignore_rules.h"

namespace dobby {
namespace {

struct RuleFile {
  const char* name;
  IgnoreSource source;
};

constexpr RuleFile kRuleFiles[] = {
    {".gitignore", IgnoreSource::kGitignore},
    {".ignore", IgnoreSource::kIgnore},
    {".dobbyignore", IgnoreSource::kDobbyignore},
};

/// Read above the root too, up to the top of its work tree.
constexpr const char* kOuterRuleFiles[] = {".gitattributes", ".gitignore",
                                           ".ignore", ".dobbyignore"};

std::string JoinLines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// The state of git and of dobby itself: no part of the code base, so not in
/// the ledger either.
bool IsOwnState(std::string_view name) {
  return name == ".git" || name == ".dobby";
}

/// Calls `visit(base)` for the folders from the top of a work tree down to the
/// parent of its part `prefix`: "", "a/", "a/b/".
template <class Visit>
void ForFoldersAbove(const std::string& prefix, const Visit& visit) {
  std::size_t begin = 0;
  while (begin < prefix.size()) {
    visit(prefix.substr(0, begin));
    begin = prefix.find('/', begin) + 1;
  }
}

/// Walks one tree, depth first, with its own stack.
///
/// Paths inside are relative to `prefix`'s start: the top of the git work tree
/// when the root lies in one, since patterns of parents count from there.
class Walker {
 public:
  /// `top` is the absolute path from which paths count, "" for "/".
  Walker(FolderCursor cursor, std::string top, std::string prefix,
         const RepoOptions& options)
      : cursor_(std::move(cursor)),
        top_(std::move(top)),
        root_length_(prefix.size()),
        folder_(std::move(prefix)),
        options_(options),
        include_("", JoinLines(options.include)) {}

  /// Adds the rules that lie outside of the root.
  void AddOuterRules(const std::optional<GitWorkTree>& tree);

  /// Errors: kCancelled after a stop.
  Result<std::vector<FileEntry>> Run(const std::stop_token& stop);

 private:
  struct Frame {
    std::vector<FolderItem> items;
    std::size_t next = 0;
    std::size_t name_length = 0;  ///< Of the folder itself, with its '/'.
    bool included = false;
    bool only_tracked = false;  ///< git ignores what it does not track.
  };
  /// What rules say of an item that the walk takes.
  struct Findings {
    bool only_tracked = false;  ///< Of what a folder holds, as in Frame.
    FileMarks marks;            ///< Of a file.
  };
  /// A git work tree that holds where the walk is.
  struct Repository {
    std::string base;  ///< Of its top: "" or "a/b/".
    GitIndex index;
  };

  void BeginFolder(std::size_t name_length, bool included, bool only_tracked);
  bool BeginRepository(const std::vector<FolderItem>& items);
  bool EndFolder();
  void AddRulesOf(const std::vector<FolderItem>& items);
  void AddRules(const std::string& base, const std::string& name,
                const std::string& text);
  void AddRulesOutside(IgnoreSource source, const std::string& name,
                       const std::string& text);
  void AddTooManyRules(const std::string& path);
  void Visit(const FolderItem& item, bool parent_included);
  void VisitFolder(const FolderItem& item, bool included, bool only_tracked);
  FileEntry MakeEntry(const std::string& path, const FolderItem& item,
                      const FileMarks& marks) const;
  std::optional<SkipReason> SkipByName(const std::string& path,
                                       const FolderItem& item, bool included,
                                       Findings& findings) const;
  std::optional<SkipReason> SkipFile(const FolderItem& item,
                                     const FileMarks& marks) const;
  bool IsTracked(const std::string& path, bool is_folder) const;
  bool IsIgnored(const std::string& path, bool is_folder,
                 Findings& findings) const;
  void AddError(std::string path, Error error);
  std::string InRoot(const std::string& path) const {
    return path.substr(root_length_);
  }

  FolderCursor cursor_;
  const std::string top_;
  const std::size_t root_length_;
  std::string folder_;  ///< Where the walk is: "" or "a/b/".
  const RepoOptions& options_;
  IgnoreRules include_;
  IgnoreStack ignores_;
  AttributeStack attributes_;
  std::vector<Repository> repositories_;  ///< The innermost last.
  std::vector<Frame> frames_;
  std::vector<FileEntry> entries_;
};

/// Of rules that cannot be used an entry says so.
void Walker::AddRules(const std::string& base, const std::string& name,
                      const std::string& text) {
  bool fits = name != ".gitattributes" || attributes_.Push(base, text);
  for (const RuleFile& file : kRuleFiles) {
    if (options_.use_ignore_files && name == file.name) {
      fits = ignores_.Push(file.source, base, text);
    }
  }
  if (!fits) AddTooManyRules(base + name);
}

void Walker::AddTooManyRules(const std::string& path) {
  // Of a folder above the root the path counts from the top of the work tree.
  const bool is_below = path.size() > root_length_ &&
                        path.starts_with(folder_.substr(0, root_length_));
  AddError(is_below ? InRoot(path) : path,
           {ErrorCode::kTooLarge,
            "is not used: with the files above it, its patterns are over 1 MiB "
            "or more than 10,000 have wildcards; shorten it",
            ""});
}

void Walker::AddRulesOutside(IgnoreSource source, const std::string& name,
                             const std::string& text) {
  if (!ignores_.Push(source, "", text)) AddTooManyRules(name);
}

void Walker::AddOuterRules(const std::optional<GitWorkTree>& tree) {
  if (!ignores_.Push(IgnoreSource::kCommandLine, folder_,
                     JoinLines(options_.exclude))) {
    AddTooManyRules("--exclude");
  }
  if (options_.use_ignore_files) {
    AddRulesOutside(IgnoreSource::kGlobalExcludes, "core.excludesFile",
                    GlobalExcludesText(tree));
  }
  if (!tree) return;
  const std::string info = tree->common_dir + "/info/";
  if (!attributes_.SetOverride(TextOrEmpty(info + "attributes"))) {
    AddTooManyRules(".git/info/attributes");
  }
  if (options_.use_ignore_files) {
    repositories_.push_back({"", ReadGitIndex(*tree)});
    AddRulesOutside(IgnoreSource::kInfoExclude, ".git/info/exclude",
                    TextOrEmpty(info + "exclude"));
  }
  ForFoldersAbove(folder_, [&](const std::string& base) {
    for (const char* name : kOuterRuleFiles) {
      AddRules(base, name, TextOrEmpty(tree->top + "/" + base + name));
    }
  });
}

void Walker::AddRulesOf(const std::vector<FolderItem>& items) {
  for (const FolderItem& item : items) {
    if (item.kind != ItemKind::kFile || item.name[0] != '.') continue;
    const bool rules = item.name == ".gitattributes" ||
                       std::any_of(std::begin(kRuleFiles), std::end(kRuleFiles),
                                   [&](const RuleFile& file) {
                                     return item.name == file.name;
                                   });
    if (!rules) continue;
    const auto file = cursor_.OpenFile(item.name);
    if (!file) continue;
    const auto text = ReadUpTo(*file, kMostRuleBytes, item.name);
    if (text) AddRules(folder_, item.name, *text);
  }
}

void Walker::AddError(std::string path, Error error) {
  FileEntry entry;
  entry.path = std::move(path);
  error.context = entry.path;
  entry.error = std::move(error);
  entries_.push_back(std::move(entry));
}

/// If the folder is the top of another repository, a submodule for example,
/// takes that one's rules and no others of git. Returns whether it is.
bool Walker::BeginRepository(const std::vector<FolderItem>& items) {
  const bool has_git =
      std::any_of(items.begin(), items.end(),
                  [](const FolderItem& item) { return item.name == ".git"; });
  if (!has_git || folder_.size() <= root_length_) return false;
  std::string path = top_ + "/" + folder_;
  path.pop_back();
  const auto tree = GitWorkTreeAt(path);
  if (!tree) return false;
  ignores_.BeginRepository(folder_);
  attributes_.BeginRepository(folder_);
  if (!options_.use_ignore_files) return true;
  repositories_.push_back({folder_, ReadGitIndex(*tree)});
  if (!ignores_.Push(IgnoreSource::kInfoExclude, folder_,
                     TextOrEmpty(tree->common_dir + "/info/exclude"))) {
    AddTooManyRules(folder_ + ".git/info/exclude");
  }
  return true;
}

void Walker::BeginFolder(std::size_t name_length, bool included,
                         bool only_tracked) {
  FolderListing listing = cursor_.List();
  if (listing.error) AddError(InRoot(folder_), *listing.error);
  if (BeginRepository(listing.items)) only_tracked = false;
  AddRulesOf(listing.items);
  frames_.push_back(
      {std::move(listing.items), 0, name_length, included, only_tracked});
}

/// Returns to the parent folder. When there is no way back, every folder that
/// is not done becomes an entry with the error, and the walk ends.
bool Walker::EndFolder() {
  const std::size_t name_length = frames_.back().name_length;
  frames_.pop_back();
  if (frames_.empty()) return false;
  ignores_.Pop(folder_);
  attributes_.Pop(folder_);
  if (!repositories_.empty() && repositories_.back().base == folder_) {
    repositories_.pop_back();
  }
  folder_.resize(folder_.size() - name_length);
  const auto left = cursor_.Leave();
  if (left) return true;
  while (!frames_.empty()) {
    const Frame& frame = frames_.back();
    if (frame.next < frame.items.size()) {
      AddError(InRoot(folder_), left.error());
    }
    folder_.resize(folder_.size() - frame.name_length);
    frames_.pop_back();
  }
  return false;
}

/// Whether git tracks a file, or something in a folder.
bool Walker::IsTracked(const std::string& path, bool is_folder) const {
  if (repositories_.empty()) return false;
  const Repository& repository = repositories_.back();
  const std::string_view below =
      std::string_view(path).substr(repository.base.size());
  return is_folder ? repository.index.HoldsIn(below)
                   : repository.index.Holds(below);
}

/// What git tracks is part of the code, unless rules that are not git's leave
/// it out.
bool Walker::IsIgnored(const std::string& path, bool is_folder,
                       Findings& findings) const {
  const auto verdict = ignores_.Decide(path, is_folder);
  findings.only_tracked =
      frames_.back().only_tracked || (verdict && verdict->is_ignored);
  if (verdict && verdict->source > IgnoreSource::kGitignore) {
    return verdict->is_ignored;
  }
  return findings.only_tracked && !IsTracked(path, is_folder);
}

std::optional<SkipReason> Walker::SkipByName(const std::string& path,
                                             const FolderItem& item,
                                             bool included,
                                             Findings& findings) const {
  const bool folder = item.kind == ItemKind::kFolder;
  if (!options_.include_hidden && item.name[0] == '.') {
    return SkipReason::kIgnored;
  }
  if (IsIgnored(path, folder, findings)) return SkipReason::kIgnored;
  // A folder's path ends in '/', and is entered where files fit behind.
  const std::size_t bytes = path.size() - root_length_ + (folder ? 1 : 0);
  const bool is_deep = folder && frames_.size() > kMostFolders;
  if (is_deep || bytes > kMostPathBytes) return SkipReason::kTooDeep;
  if (folder) return std::nullopt;
  if (!included) return SkipReason::kIgnored;
  findings.marks = attributes_.MarksOf(path);
  return SkipFile(item, findings.marks);
}

std::optional<SkipReason> Walker::SkipFile(const FolderItem& item,
                                           const FileMarks& marks) const {
  if (item.kind == ItemKind::kSymlink) return SkipReason::kSymlink;
  if (item.kind == ItemKind::kSpecial) return SkipReason::kSpecial;
  if (IsLockFile(item.name)) return SkipReason::kLockFile;
  if (marks.vendored.value_or(false)) return SkipReason::kVendored;
  if (marks.generated.value_or(false)) return SkipReason::kGenerated;
  if (marks.binary.value_or(false)) return SkipReason::kBinary;
  if (item.size_bytes > options_.max_file_bytes) return SkipReason::kTooLarge;
  if (item.size_bytes == 0) return SkipReason::kEmpty;
  return std::nullopt;
}

FileEntry Walker::MakeEntry(const std::string& path, const FolderItem& item,
                            const FileMarks& marks) const {
  FileEntry entry;
  entry.path = InRoot(path);
  if (item.kind == ItemKind::kFolder) {
    entry.path += '/';
    return entry;
  }
  entry.size_bytes = item.size_bytes;
  entry.is_handwritten = marks.generated == false;
  entry.declared_language = FindLanguage(marks.language);
  entry.language =
      entry.declared_language.value_or(DetectLanguage(entry.path, ""));
  return entry;
}

void Walker::VisitFolder(const FolderItem& item, bool included,
                         bool only_tracked) {
  folder_ += item.name + "/";
  auto entered = cursor_.Enter(item.name);
  if (entered) {
    BeginFolder(item.name.size() + 1, included, only_tracked);
    return;
  }
  AddError(InRoot(folder_), std::move(entered.error()));
  folder_.resize(folder_.size() - item.name.size() - 1);
}

void Walker::Visit(const FolderItem& item, bool parent_included) {
  if (IsOwnState(item.name)) return;
  const std::string path = folder_ + item.name;
  if (item.error) return AddError(InRoot(path), *item.error);
  const bool folder = item.kind == ItemKind::kFolder;
  // Of an included folder everything is included.
  const auto matched = include_.Decide(InRoot(path), folder);
  const bool included = matched.value_or(parent_included);
  Findings findings;
  const auto skip = SkipByName(path, item, included, findings);
  if (folder && !skip) {
    return VisitFolder(item, included, findings.only_tracked);
  }
  entries_.push_back(MakeEntry(path, item, findings.marks));
  entries_.back().skip = skip;
}

Result<std::vector<FileEntry>> Walker::Run(const std::stop_token& stop) {
  BeginFolder(0, options_.include.empty(), false);
  while (!frames_.empty()) {
    if (stop.stop_requested()) {
      return Error{ErrorCode::kCancelled, "was not walked: a stop came", ""};
    }
    Frame& frame = frames_.back();
    if (frame.next == frame.items.size()) {
      if (!EndFolder()) break;
      continue;
    }
    const FolderItem item = std::move(frame.items[frame.next++]);
    Visit(item, frame.included);
  }
  // Already in order, but for the errors of a walk that was cut short.
  std::stable_sort(
      entries_.begin(), entries_.end(),
      [](const FileEntry& a, const FileEntry& b) { return a.path < b.path; });
  // The root is no row: where it cannot be listed, nothing is known.
  if (!entries_.empty() && entries_.front().path.empty()) {
    return *entries_.front().error;
  }
  const auto same = std::unique(
      entries_.begin(), entries_.end(),
      [](const FileEntry& a, const FileEntry& b) { return a.path == b.path; });
  entries_.erase(same, entries_.end());
  return std::move(entries_);
}

/// Returns what `root` + '/' has below `top` + '/'; `top` is "" for "/".
std::string PrefixBelow(const std::string& top, const std::string& root) {
  if (root.size() <= top.size() + 1) return "";
  return root.substr(top.size() + 1) + "/";
}

/// Returns the entry of a file that the caller named: no rule speaks against
/// it, only what it is.
Result<std::vector<FileEntry>> NamedFile(const FolderCursor& folder,
                                         const std::string& name,
                                         const RepoOptions& options) {
  const auto item = folder.Look(name);
  if (!item) return item.error();
  FileEntry entry;
  entry.path = name;
  entry.size_bytes = item->size_bytes;
  entry.language = DetectLanguage(name, "");
  if (item->kind != ItemKind::kFile) {
    entry.skip = SkipReason::kSpecial;
  } else if (item->size_bytes > options.max_file_bytes) {
    entry.skip = SkipReason::kTooLarge;
  } else if (item->size_bytes == 0) {
    entry.skip = SkipReason::kEmpty;
  }
  return std::vector<FileEntry>{std::move(entry)};
}

Result<std::string> RealPath(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(
      ::realpath(path.c_str(), nullptr), std::free);
  if (!real) return SystemError(path, "cannot open");
  return std::string(real.get());
}

}  // namespace

std::vector<std::string> OuterRuleFiles(const std::string& folder) {
  const auto tree = FindGitWorkTree(folder);
  std::vector<std::string> files = GitFilesOf(tree);
  if (!tree) return files;
  ForFoldersAbove(PrefixBelow(tree->top, folder), [&](const std::string& base) {
    for (const char* name : kOuterRuleFiles) {
      files.push_back(tree->top + "/" + base + name);
    }
  });
  return files;
}

Result<Repo> OpenRepo(const std::string& path, const RepoOptions& options,
                      const std::stop_token& stop) {
  auto real = RealPath(path);
  if (!real) return real.error();
  Repo repo{*std::move(real), "", {}};
  struct stat status{};
  if (::stat(repo.root.c_str(), &status) != 0) {
    return SystemError(repo.root, "cannot open");
  }
  std::string file;
  if (!S_ISDIR(status.st_mode)) {
    const std::size_t slash = repo.root.rfind('/');
    file = repo.root.substr(slash + 1);
    repo.root.resize(std::max<std::size_t>(slash, 1));
  }
  repo.name =
      repo.root == "/" ? "/" : repo.root.substr(repo.root.rfind('/') + 1);
  auto cursor = FolderCursor::Open(repo.root);
  if (!cursor) return cursor.error();
  if (!file.empty()) {
    auto entries = NamedFile(*cursor, file, options);
    if (!entries) return entries.error();
    repo.entries = *std::move(entries);
    return repo;
  }
  const auto tree = FindGitWorkTree(repo.root);
  Walker walker(*std::move(cursor),
                tree               ? tree->top
                : repo.root == "/" ? ""
                                   : repo.root,
                tree ? PrefixBelow(tree->top, repo.root) : "", options);
  walker.AddOuterRules(tree);
  auto entries = walker.Run(stop);
  if (!entries) {
    if (entries.error().context.empty()) entries.error().context = repo.root;
    return entries.error();
  }
  repo.entries = *std::move(entries);
  return repo;
}

}  // namespace dobby
