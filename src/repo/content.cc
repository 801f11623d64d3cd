#include "repo/content.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "repo/comment_lines.h"
#include "repo/generated.h"

namespace dobby {
namespace {

// Minified code has thousands of bytes a line; of hand-written code half the
// lines have under 60, and the widest real file seen (tables of numbers) under
// 200.
constexpr std::size_t kMinifiedLineBytes = 250;
constexpr std::size_t kMinifiedFromBytes = 2 << 10;

// The first and the last bytes of an export, in which it says what it covers.
constexpr std::size_t kExportBytes = 4 << 10;

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

/// Whether a program fills in the file, by the endings that are usual for that.
/// Two files of the autotools end so too, but are made by them.
bool IsTemplate(std::string_view path) {
  constexpr std::array<std::string_view, 13> kEndings = {
      ".ejs",    ".erb",      ".ftl",      ".hbs",  ".in",  ".j2", ".jinja",
      ".jinja2", ".mustache", ".template", ".tmpl", ".tpl", ".tt"};
  const std::string_view name = BaseNameOf(path);
  if (name == "Makefile.in" || name == "config.h.in") return false;
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](auto ending) { return name.ends_with(ending); });
}

/// Whether half the lines that hold code are too wide for people.
bool IsMinified(std::string_view text, const Language& language) {
  if (text.size() < kMinifiedFromBytes) return false;
  if (std::binary_search(kLongLined.begin(), kLongLined.end(), language.id)) {
    return false;
  }
  CommentScanner scanner(language);
  std::size_t wide = 0, lines = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const ScannedLine line = scanner.Next(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const bool is_wide = line.text.size() > kMinifiedLineBytes;
    if (line.text.empty() || (line.is_comment && !is_wide)) continue;
    ++lines;
    wide += is_wide;
  }
  return wide * 2 > lines;
}

/// Whether `text` stands for a file that Git LFS keeps elsewhere. Source: the
/// specification in git-lfs's docs/spec.md.
bool IsLfsPointer(std::string_view text) {
  constexpr std::size_t kMostBytes = 1024;
  return text.size() < kMostBytes &&
         (text.starts_with("version https://git-lfs.github.com/spec/") ||
          text.starts_with("version https://hawser.github.com/spec/")) &&
         text.find("\noid ") != text.npos;
}

/// Whether a line says how many files dobby summarised, as its Markdown says
/// last and its llms.txt says after the title: "3 files summarised; ...".
bool IsCoverageLine(std::string_view line) {
  const std::size_t digits = line.find_first_not_of("0123456789");
  if (digits == 0 || digits == line.npos) return false;
  line.remove_prefix(digits);
  return line.starts_with(" file summarised") ||
         line.starts_with(" files summarised");
}

/// Whether dobby wrote `text` itself: an export that lies in the tree.
bool IsOwnExport(std::string_view text) {
  if (!text.starts_with("# ")) return false;
  const std::size_t tail = text.size() - std::min(text.size(), kExportBytes);
  for (const std::string_view part :
       {text.substr(0, kExportBytes), text.substr(tail)}) {
    const auto lines = TrimmedLines(part, part.size());
    if (std::any_of(lines.begin(), lines.end(), IsCoverageLine)) return true;
  }
  return false;
}

}  // namespace

std::optional<SkipReason> SkipByContent(std::string_view path,
                                        std::string_view text,
                                        const Language& language) {
  if (IsBlank(text)) return SkipReason::kEmpty;
  if (IsLfsPointer(text)) return SkipReason::kLfsPointer;
  if (IsOwnExport(text)) return SkipReason::kOwnExport;
  if (!IsTemplate(path) && IsGenerated(text, language)) {
    return SkipReason::kGenerated;
  }
  if (IsMinified(text, language)) return SkipReason::kMinified;
  return std::nullopt;
}

bool IsLockFile(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  return std::binary_search(kLockFiles.begin(), kLockFiles.end(), path);
}

}  // namespace dobby
