#include "cli/settings.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/files.h"
#include "base/folder.h"
#include "cli/toml_file.h"

namespace dobby::cli {
namespace {

namespace fs = std::filesystem;

constexpr char kRepositoryFile[] = ".dobby.toml";
/// Patterns of include and exclude take a few hundred bytes.
constexpr std::uint64_t kMaxRepositoryFileBytes = 64 << 10;
constexpr std::size_t kMostWarnings = 8;

FlagTexts EnvironmentTexts() {
  FlagTexts texts;
  for (const Flag& flag : AllFlags()) {
    if (flag.scope == Scope::kCommandLine) continue;
    const char* value = std::getenv(EnvironmentName(flag).c_str());
    if (value && *value) texts[flag.id] = {value};
  }
  return texts;
}

/// A `.dobby.toml`, in the folder where it was found.
struct RepositoryFile {
  std::string path;
  std::string text;
};

/// Returns why a file in the folder `at`, which is `asked` or above it, is not
/// to be read; empty: nothing is wrong with it.
std::string ObjectionTo(const struct stat& file, const fs::path& at,
                        const fs::path& asked) {
  if (!S_ISREG(file.st_mode)) return "is not a regular file";
  struct stat tree{};
  if (at == asked || ::stat(asked.c_str(), &tree) != 0) return "";
  // Above what was asked for, somebody else may own the folder.
  for (const uid_t owner : {::geteuid(), uid_t{0}, tree.st_uid}) {
    if (file.st_uid == owner) return "";
  }
  return "belongs to another user";
}

/// Returns the `.dobby.toml` at or above `folder`, if any. The search ends at
/// the top of a git work tree. A link, a fifo or the like is left alone with a
/// warning: what it leads to is not the repository's; so is the file of another
/// user above the folder. Errors: kTooLarge, kIo.
Result<std::optional<RepositoryFile>> FindRepositoryFile(
    const std::string& folder, std::vector<std::string>* warnings) {
  std::error_code code;
  const fs::path asked = fs::absolute(folder, code).lexically_normal();
  fs::path at = asked;
  while (!code) {
    const auto opened = Folder::Open(at.string());
    const auto status = opened ? opened->StatusOf(kRepositoryFile)
                               : Result<struct stat>(opened.error());
    if (status) {
      const std::string objection = ObjectionTo(*status, at, asked);
      if (!objection.empty()) {
        warnings->push_back(opened->PathOf(kRepositoryFile) + ": " + objection +
                            " and is left alone");
        break;
      }
      auto text = opened->ReadFile(kRepositoryFile, kMaxRepositoryFileBytes);
      if (!text) return text.error();
      return std::optional(
          RepositoryFile{opened->PathOf(kRepositoryFile), *std::move(text)});
    }
    code.clear();
    if (fs::exists(at / ".git", code) || at == at.parent_path()) break;
    at = at.parent_path();
  }
  return std::optional<RepositoryFile>();
}

/// Returns a key of a file as a warning shows it.
std::string Quoted(const std::string& key) {
  return "\"" + (key.size() > 40 ? key.substr(0, 40) + "..." : key) + "\"";
}

/// Returns what a file may set; the rest becomes warnings, few of them.
FlagTexts AllowedTexts(TomlTexts entries, const std::string& path, Scope needed,
                       std::vector<std::string>* warnings) {
  FlagTexts texts;
  std::size_t refused = 0;
  const auto refuse = [&](const std::string& why) {
    if (++refused <= kMostWarnings) warnings->push_back(path + ": " + why);
  };
  for (auto& [key, values] : entries) {
    const Flag* flag = FindFlag(key);
    if (!flag || flag->scope == Scope::kCommandLine) {
      refuse("there is no setting " + Quoted(key) +
             "; `dobby config` lists them");
    } else if (flag->scope < needed) {
      refuse("a repository may not set " + Quoted(key) + "; use --" + key +
             " or " + UserConfigPath());
    } else {
      texts[flag->id] = std::move(values);
    }
  }
  if (refused > kMostWarnings) {
    warnings->push_back(path + ": and " +
                        std::to_string(refused - kMostWarnings) +
                        " more settings that are left alone");
  }
  return texts;
}

}  // namespace

Settings::Settings() {
  for (const Flag& flag : AllFlags()) {
    if (flag.initial.empty()) continue;
    Setting& setting = settings_[static_cast<std::size_t>(flag.id)];
    setting.texts = {std::string(flag.initial)};
    // Every default in the table is valid: FlagTable.DefaultsAreValid.
    if (auto amount = ParseValue(flag, flag.initial)) setting.amount = *amount;
  }
}

Result<void> Settings::Set(const Flag& flag,
                           const std::vector<std::string>& texts,
                           const std::string& origin) {
  Setting setting{texts, 0, origin, false};
  if (flag.kind != ValueKind::kPatterns && texts.size() > 1) {
    setting.texts = {texts.back()};
  }
  for (const std::string& text : setting.texts) {
    auto amount = ParseValue(flag, text);
    if (!amount) {
      return Error{ErrorCode::kUsage, amount.error().message, origin};
    }
    setting.amount = *amount;
  }
  settings_[static_cast<std::size_t>(flag.id)] = std::move(setting);
  return {};
}

Result<void> Settings::Fill(const FlagTexts& texts, const std::string& file) {
  for (const auto& [id, values] : texts) {
    if (IsSet(id)) continue;
    const Flag& flag = FlagOf(id);
    std::string origin = file;
    if (file == "--") origin += flag.name;
    if (file == "DOBBY_") origin = EnvironmentName(flag);
    auto set = Set(flag, values, origin);
    if (!set) return set;
    settings_[static_cast<std::size_t>(id)].in_file =
        file != "--" && file != "DOBBY_";
  }
  return {};
}

Result<void> Settings::Narrow(const FlagTexts& texts, const std::string& file) {
  for (const auto& [id, values] : texts) {
    const Setting& now = Of(id);
    std::vector<std::string> all = values;
    std::string origin = file;
    if (IsSet(id)) {
      // Fewer files are left only when more are excluded.
      if (id != FlagId::kExclude || !now.in_file) continue;
      all.insert(all.end(), now.texts.begin(), now.texts.end());
      origin = now.origin + ", " + file;
    }
    auto set = Set(FlagOf(id), all, origin);
    if (!set) return set;
  }
  return {};
}

std::string Settings::Text(FlagId id) const {
  return Texts(id).empty() ? "" : Texts(id).front();
}

RepoOptions Settings::RepositoryOptions() const {
  RepoOptions options;
  options.use_ignore_files = !On(FlagId::kNoIgnore);
  options.include_hidden = On(FlagId::kHidden);
  options.include = Texts(FlagId::kInclude);
  options.exclude = Texts(FlagId::kExclude);
  options.max_file_bytes = Amount(FlagId::kMaxFileSize);
  return options;
}

namespace {

Result<void> FillFromUser(Settings* settings,
                          std::vector<std::string>* warnings) {
  const std::string path = UserConfigPath();
  std::error_code code;
  if (!fs::exists(path, code)) return {};
  auto entries = ReadTomlFile(path);
  if (!entries) return entries.error();
  return settings->Fill(
      AllowedTexts(*std::move(entries), path, Scope::kUser, warnings), path);
}

Result<void> NarrowByRepository(Settings* settings, const std::string& folder,
                                std::vector<std::string>* warnings) {
  const auto file = FindRepositoryFile(folder, warnings);
  if (!file) return file.error();
  if (!*file) return {};
  const std::string& path = (*file)->path;
  auto entries = ParseToml((*file)->text, path, TomlAuthor::kStranger);
  if (!entries) return entries.error();
  return settings->Narrow(
      AllowedTexts(*std::move(entries), path, Scope::kAnyone, warnings), path);
}

}  // namespace

Result<Settings> ResolveSettings(const FlagTexts& flags,
                                 const std::string& folder,
                                 std::vector<std::string>* warnings) {
  Settings settings;
  auto filled = settings.Fill(flags, "--");
  if (filled) filled = settings.Fill(EnvironmentTexts(), "DOBBY_");
  if (filled) filled = FillFromUser(&settings, warnings);
  if (filled) filled = NarrowByRepository(&settings, folder, warnings);
  if (!filled) return filled.error();
  return settings;
}

std::string UserConfigPath() { return XdgDir("CONFIG") + "/config.toml"; }

}  // namespace dobby::cli
