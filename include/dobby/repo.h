// Finds and reads the source files of a folder: walk, ignore rules, languages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/hash.h"
#include "dobby/result.h"

namespace dobby {

/// Why a file is left out. Each skipped file is a row of the ledger.
enum class SkipReason {
  kIgnored,     ///< By .gitignore, .ignore, .dobbyignore, excludes or flags.
  kGenerated,   ///< linguist-generated, or a generated-file marker on top.
  kVendored,    ///< linguist-vendored.
  kLockFile,    ///< Cargo.lock, package-lock.json and the like.
  kBinary,      ///< Bytes that are text in no encoding, or marked so for git.
  kTooLarge,    ///< Over `RepoOptions::max_file_bytes`.
  kEmpty,       ///< Only white space.
  kSymlink,     ///< Links are never followed.
  kSpecial,     ///< A fifo, socket or device: never opened.
  kMinified,    ///< Lines too long to be written by hand.
  kTooDeep,     ///< Over kMostFolders or kMostPathBytes below the root.
  kLfsPointer,  ///< Stands for a file that Git LFS keeps elsewhere.
  kOwnExport,   ///< Written by `dobby export`.
};

/// Folders on the way from the root to a file, and bytes of its path: those of
/// PATH_MAX without its end. A folder that lies deeper is one skipped row.
inline constexpr std::size_t kMostFolders = 256;
inline constexpr std::size_t kMostPathBytes = 4095;

/// Returns the name used in every output: "ignored", "lock_file", ...
std::string_view NameOf(SkipReason reason);

/// A language that dobby can name; `id` is stable ("cpp"), `display` is for
/// people and prompts ("C++").
struct Language {
  std::string_view id = "text";
  std::string_view display = "text";
};

/// Returns the language of a file by its name, then by the "#!" line, Emacs's
/// "-*- C++ -*-" or vim's "vim: ft=cpp" in `head` (the file's first bytes; may
/// be empty). Where several languages share an ending, `head` decides.
Language DetectLanguage(std::string_view path, std::string_view head);

/// Returns the language that people call `name`: its id, its display, a name or
/// alias of GitHub's linguist, or a file ending, in any case: "C++", "py",
/// "golang".
std::optional<Language> FindLanguage(std::string_view name);

/// Returns at most `most` names that FindLanguage knows, those most like `name`
/// first.
std::vector<std::string> NearLanguageNames(std::string_view name,
                                           std::size_t most);

/// Which files to take.
struct RepoOptions {
  bool use_ignore_files = true;      ///< --no-ignore turns it off.
  bool include_hidden = false;       ///< --hidden: names that start with '.'.
  std::vector<std::string> include;  ///< gitignore-style; empty: everything.
  std::vector<std::string> exclude;  ///< gitignore-style; wins over include.
  std::uint64_t max_file_bytes = 4u << 20;
};

/// One result of the walk: a file to summarise, or one that is left out.
struct FileEntry {
  std::string path;  ///< Relative to the root, with '/' between parts, raw
                     ///< bytes. An ignored or unreadable folder is one entry
                     ///< and ends in '/'.
  std::uint64_t size_bytes = 0;
  Language language;  ///< By name alone; that of SourceFile is by content too.
  std::optional<SkipReason> skip;
  std::optional<Error> error;  ///< For example an unreadable folder.
  std::optional<Language> declared_language;  ///< By linguist-language.
  bool is_handwritten = false;                ///< By -linguist-generated.

  bool selected() const { return !skip && !error; }
};

/// A repository on disk.
struct Repo {
  std::string root;  ///< Absolute, symlinks of the root itself resolved.
  std::string name;  ///< The last part of `root`.
  std::vector<FileEntry> entries;  ///< Sorted by path, bytewise; no path twice.
};

/// Returns the repository under `path`. Unreadable parts become entries with an
/// error. Folders named .git or .dobby are left out. If `path` is a file, it is
/// the only entry, whatever the ignore rules say. Rule files (.gitignore and
/// the like) over the limits of repo/ignore_rules.h are not used, and an entry
/// with an error says so. Errors: kNotFound, kIo for the root itself,
/// kCancelled after a stop.
Result<Repo> OpenRepo(const std::string& path, const RepoOptions& options,
                      const std::stop_token& stop = {});

/// Returns the files outside of the absolute path `folder` that may tell
/// OpenRepo what to leave out of it: those of git and of the folders above it,
/// and the folder of git's submodules. Not all of them exist.
std::vector<std::string> OuterRuleFiles(const std::string& folder);

/// The text of one file.
struct SourceFile {
  std::string path;  ///< As in FileEntry.
  Language language;
  std::string text;  ///< Valid UTF-8, never empty. Has as many lines as the
                     ///< file; of a notebook or a component only the code.
  ContentHash hash;  ///< Of `text`.
};

/// The result of reading a selected file: its text, or a reason to skip it that
/// only the content shows (binary, empty, generated, minified).
struct FileContent {
  std::optional<SourceFile> file;
  std::optional<SkipReason> skip;  ///< Set exactly when `file` is not.
};

/// Reads a selected entry. Opens with O_NOFOLLOW and never blocks on a fifo. If
/// the file has become a link, a fifo or too large since the walk, that is a
/// reason to skip it. Errors: kIo, kNotFound (removed since the walk).
Result<FileContent> ReadFile(const Repo& repo, const FileEntry& entry,
                             const RepoOptions& options);

}  // namespace dobby
