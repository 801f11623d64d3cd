// Settings and their origins: flags, DOBBY_*, configuration files.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/flags.h"
#include "dobby/repo.h"
#include "dobby/result.h"

namespace dobby::cli {

/// Values by flag, as their texts; several for repeated ones.
using FlagTexts = std::map<FlagId, std::vector<std::string>>;

/// The value of one flag.
struct Setting {
  std::vector<std::string> texts;  ///< Empty: nothing set and no default.
  std::uint64_t amount = 0;        ///< See ParseValue.
  std::string origin = "default";  ///< "--agents", "DOBBY_AGENTS", or a file.
  bool in_file = false;            ///< Set by the user's configuration.
};

/// A complete set: every flag has its value or its default, all of them valid.
class Settings {
 public:
  Settings();

  /// Takes `texts` for every flag that is not set yet. Errors: kUsage.
  Result<void> Fill(const FlagTexts& texts, const std::string& file);

  /// Takes `texts` of a repository's file, so far as they leave fewer files:
  /// its exclusions are added to the user's, its inclusions count if the user
  /// has none. Errors: kUsage.
  Result<void> Narrow(const FlagTexts& texts, const std::string& file);

  const Setting& Of(FlagId id) const {
    return settings_[static_cast<std::size_t>(id)];
  }
  bool IsSet(FlagId id) const { return Of(id).origin != "default"; }
  bool On(FlagId id) const { return Of(id).amount != 0; }
  std::uint64_t Amount(FlagId id) const { return Of(id).amount; }
  std::string Text(FlagId id) const;
  const std::vector<std::string>& Texts(FlagId id) const {
    return Of(id).texts;
  }

  /// Returns which files to take, by --include, --exclude and their like.
  RepoOptions RepositoryOptions() const;

 private:
  Result<void> Set(const Flag& flag, const std::vector<std::string>& texts,
                   const std::string& origin);

  std::array<Setting, static_cast<std::size_t>(FlagId::kMan) + 1> settings_;
};

/// Returns the settings of a command line. `folder` is where the command works:
/// the `.dobby.toml` at or above it, no higher than the top of its git work
/// tree, is the repository's configuration, which may only narrow what is
/// indexed. Refused and unknown keys are reported in `warnings`. Errors: kUsage
/// for a bad value, with its place; kTooLarge for a repository's file.
Result<Settings> ResolveSettings(const FlagTexts& flags,
                                 const std::string& folder,
                                 std::vector<std::string>* warnings);

/// Returns the configuration file of the user, whether it exists or not.
std::string UserConfigPath();

}  // namespace dobby::cli
