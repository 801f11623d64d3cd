#include "cli/toml_file.h"

#include <toml++/toml.h>

#include <optional>
#include <utility>

#include "base/files.h"
#include "cli/toml_depth.h"

namespace dobby::cli {
namespace {

std::optional<std::string> TextOf(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) {
    return std::to_string(number->get());
  }
  if (const auto* truth = node.as_boolean()) {
    return truth->get() ? "true" : "false";
  }
  return std::nullopt;
}

std::optional<std::vector<std::string>> TextsOf(const toml::node& node) {
  std::vector<std::string> texts;
  const auto* array = node.as_array();
  if (array == nullptr) {
    auto text = TextOf(node);
    if (!text) return std::nullopt;
    texts.push_back(std::move(*text));
    return texts;
  }
  for (const toml::node& element : *array) {
    auto text = TextOf(element);
    if (!text) return std::nullopt;
    texts.push_back(std::move(*text));
  }
  return texts;
}

Error BadLine(const std::string& path, toml::source_position at,
              std::string_view what) {
  return {ErrorCode::kUsage, std::string(what),
          path + ":" + std::to_string(at.line)};
}

}  // namespace

Result<TomlTexts> ParseToml(std::string_view text, const std::string& path,
                            TomlAuthor author) {
  if (const std::size_t line = LineOfTomlDepth(text); line != 0) {
    return Error{ErrorCode::kUsage,
                 "is nested deeper than " + std::to_string(kMaxTomlDepth) +
                     " levels: no setting needs that",
                 path + ":" + std::to_string(line)};
  }
  try {
    const toml::table table = toml::parse(text, path);
    TomlTexts entries;
    for (const auto& [key, node] : table) {
      auto texts = TextsOf(node);
      if (!texts) {
        return BadLine(path, node.source().begin,
                       "a setting must be a text, a number, true, false or an "
                       "array of texts");
      }
      entries.emplace(key.str(), std::move(*texts));
    }
    return entries;
  } catch (const toml::parse_error& error) {
    // The words of toml++ repeat what stands there.
    const bool own = author == TomlAuthor::kUser;
    return BadLine(path, error.source().begin,
                   own ? error.description() : "is not TOML");
  }
}

Result<TomlTexts> ReadTomlFile(const std::string& path) {
  auto bytes = ReadWholeFile(path, 1 << 20);
  if (!bytes) return bytes.error();
  return ParseToml(*bytes, path, TomlAuthor::kUser);
}

}  // namespace dobby::cli
