#include "cli/settings.h"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "base/files.h"
#include "cli/toml_file.h"

namespace dobby::cli {
namespace {

namespace fs = std::filesystem;

FlagTexts EnvironmentTexts() {
  FlagTexts texts;
  for (const Flag& flag : AllFlags()) {
    if (flag.scope == Scope::kCommandLine) continue;
    const char* value = std::getenv(EnvironmentName(flag).c_str());
    if (value && *value) texts[flag.id] = {value};
  }
  return texts;
}

/// Returns the `.dobby.toml` at or above `folder`, or nothing. The search
/// ends at the top of a git work tree.
std::string RepositoryConfigPath(const std::string& folder) {
  std::error_code code;
  fs::path at = fs::absolute(folder, code).lexically_normal();
  while (!code) {
    if (fs::is_regular_file(at / ".dobby.toml", code)) {
      return (at / ".dobby.toml").string();
    }
    code.clear();
    if (fs::exists(at / ".git", code) || at == at.parent_path()) break;
    at = at.parent_path();
  }
  return "";
}

/// Returns what a file may set; the rest becomes warnings.
Result<FlagTexts> FileTexts(const std::string& path, Scope needed,
                            std::vector<std::string>* warnings) {
  auto entries = ReadTomlFile(path);
  if (!entries) return entries.error();
  FlagTexts texts;
  for (auto& [key, values] : *entries) {
    const Flag* flag = FindFlag(key);
    if (!flag || flag->scope == Scope::kCommandLine) {
      warnings->push_back(path + ": there is no setting \"" + key +
                          "\"; `dobby config` lists them");
    } else if (flag->scope < needed) {
      warnings->push_back(path + ": a repository may not set \"" + key +
                          "\"; use --" + key + " or " + UserConfigPath());
    } else {
      texts[flag->id] = std::move(values);
    }
  }
  return texts;
}

Result<void> FillFromFile(Settings* settings, const std::string& path,
                          Scope needed, std::vector<std::string>* warnings) {
  auto texts = FileTexts(path, needed, warnings);
  if (!texts) return texts.error();
  return settings->Fill(*texts, path);
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
  Setting setting{texts, 0, origin};
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

Result<Settings> ResolveSettings(const FlagTexts& flags,
                                 const std::string& folder,
                                 std::vector<std::string>* warnings) {
  Settings settings;
  auto filled = settings.Fill(flags, "--");
  if (filled) filled = settings.Fill(EnvironmentTexts(), "DOBBY_");
  const std::string repository = RepositoryConfigPath(folder);
  if (filled && !repository.empty()) {
    filled = FillFromFile(&settings, repository, Scope::kAnyone, warnings);
  }
  std::error_code code;
  if (filled && fs::exists(UserConfigPath(), code)) {
    filled = FillFromFile(&settings, UserConfigPath(), Scope::kUser, warnings);
  }
  if (!filled) return filled.error();
  return settings;
}

std::string UserConfigPath() { return XdgDir("CONFIG") + "/config.toml"; }

}  // namespace dobby::cli
