#include "repo/content.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "base/utf8.h"

namespace dobby {
namespace {

constexpr std::size_t kBinaryProbeBytes = 8 << 10;  // As git and ripgrep do.

// Generators put their marker on top, at most below a licence.
constexpr std::size_t kMarkerLines = 40;

// Minified code has thousands of bytes a line; hand-written code averages
// under 60, and the widest real file seen (tables of numbers) under 200.
constexpr std::size_t kMinifiedAverageBytes = 250;
constexpr std::size_t kMinifiedFromBytes = 2 << 10;

// In these a line is a paragraph or a record, so its length says nothing.
constexpr std::array<std::string_view, 8> kLongLined = {
    "asciidoc", "csv", "jupyter", "latex", "markdown", "rst", "sql", "text"};

constexpr std::array<std::string_view, 36> kLockFiles = {
    ".terraform.lock.hcl",
    "Berksfile.lock",
    "Cargo.lock",
    "Cartfile.resolved",
    "Gemfile.lock",
    "Gopkg.lock",
    "MODULE.bazel.lock",
    "Package.resolved",
    "Pipfile.lock",
    "Podfile.lock",
    "buildscript-gradle.lockfile",
    "bun.lock",
    "bun.lockb",
    "cabal.project.freeze",
    "composer.lock",
    "conan.lock",
    "deno.lock",
    "flake.lock",
    "glide.lock",
    "go.sum",
    "go.work.sum",
    "gradle.lockfile",
    "mix.lock",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "packages.lock.json",
    "paket.lock",
    "pdm.lock",
    "pixi.lock",
    "pnpm-lock.yaml",
    "poetry.lock",
    "pubspec.lock",
    "rebar.lock",
    "stack.yaml.lock",
    "uv.lock",
    "yarn.lock",
};

bool IsComment(std::string_view line) {
  constexpr std::array<std::string_view, 9> kLeaders = {
      "//", "#", "/*", "*", "--", ";", "<!--", "%", "\"\"\""};
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return false;
  line.remove_prefix(begin);
  return std::any_of(kLeaders.begin(), kLeaders.end(),
                     [&](auto leader) { return line.starts_with(leader); });
}

/// The convention of Go and protoc ("generated ... DO NOT EDIT") and the one
/// of Facebook's tools ("@generated").
bool IsGeneratedMarker(std::string_view line) {
  if (!IsComment(line)) return false;
  const std::string lower = Lower(line);
  const std::size_t word = lower.find("generated");
  if (word == std::string::npos) return false;
  if (lower.find("do not edit") != std::string::npos) return true;
  const std::size_t tag = lower.find("@generated");
  if (tag == std::string::npos) return false;
  const std::size_t end = tag + std::string_view("@generated").size();
  return (tag == 0 || !IsWordByte(lower[tag - 1])) &&
         (end == lower.size() || !IsWordByte(lower[end]));
}

bool IsGenerated(std::string_view text) {
  for (std::size_t i = 0; i < kMarkerLines && !text.empty(); ++i) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (IsGeneratedMarker(text.substr(0, end))) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

bool IsMinified(std::string_view text, const Language& language) {
  if (text.size() < kMinifiedFromBytes) return false;
  if (std::binary_search(kLongLined.begin(), kLongLined.end(), language.id)) {
    return false;
  }
  const auto lines =
      static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n') + 1);
  return text.size() / lines > kMinifiedAverageBytes;
}

}  // namespace

std::optional<SkipReason> SkipByContent(std::string_view text,
                                        const Language& language) {
  const bool has_nul =
      text.substr(0, kBinaryProbeBytes).find('\0') != std::string_view::npos;
  // UTF-16 fails here too: its byte order mark is not UTF-8.
  if (has_nul || !IsUtf8(text)) return SkipReason::kBinary;
  const bool has_mark = text.starts_with("\xEF\xBB\xBF");
  if (IsBlank(text.substr(has_mark ? 3 : 0))) return SkipReason::kEmpty;
  if (IsGenerated(text)) return SkipReason::kGenerated;
  if (IsMinified(text, language)) return SkipReason::kMinified;
  return std::nullopt;
}

bool IsLockFile(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  return std::binary_search(kLockFiles.begin(), kLockFiles.end(), path);
}

}  // namespace dobby
