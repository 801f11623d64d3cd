// The keys and values of configurations, in the order of the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace dobby {

/// How a configuration is written.
enum class SettingsFormat : std::uint8_t {
  kJson,  ///< Also with comments and trailing commas.
  kToml,  ///< Also `[section]`, as TOML has it.
  kYaml,  ///< Any number of documents.
  kXml,   ///< Elements and their attributes.
  kIni,   ///< "key = value" and "key: value" in [sections]; .properties, .env.
  kFields,  ///< "Field: value" as in Debian's control, R's DESCRIPTION, Cabal.
};

/// One key of a configuration, or one item of a list.
struct Setting {
  std::string path;   ///< "project.optional-dependencies": the keys that lead
                      ///< to it, without those of lists.
  std::string name;   ///< The last key as decoded; empty for an item of a list.
  std::string value;  ///< Decoded, at most kMostValueBytes; may have line
                      ///< breaks. Empty where it holds keys or items.
  std::uint32_t line = 0;   ///< 1-based.
  std::uint32_t depth = 0;  ///< 0: a key of the outermost level.
  bool is_group = false;    ///< Holds keys or items.
  bool in_list = false;     ///< Is an item of a list, or lies in one.
  std::uint64_t begin = 0;  ///< Where its key begins; byte of the text.
};

inline constexpr std::size_t kMostSettings = 5000;
inline constexpr std::size_t kMostValueBytes = 400;
inline constexpr std::size_t kMostPathOfSettingBytes = 300;

/// Returns the format of the texts of a language ("json"), if it has one.
std::optional<SettingsFormat> SettingsFormatOf(std::string_view language_id);

/// Returns the settings of a text in file order, at most kMostSettings; keys
/// that lie deeper than 32 levels are left out. A malformed text gives those
/// that can be read. Empty where a limit of chunks/parse.h is passed or a stop
/// came, and above kMaxParseBytes.
std::vector<Setting> ReadSettings(std::string_view text, SettingsFormat format,
                                  const std::stop_token& stop = {});

/// Returns `text` with each run of white space as one blank, none at its ends.
std::string JoinedWords(std::string_view text);

}  // namespace dobby
