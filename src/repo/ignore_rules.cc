#include "repo/ignore_rules.h"

#include <algorithm>
#include <utility>

namespace dobby {
namespace {

/// Cuts blanks at the end that no backslash protects.
std::string_view TrimTrailingSpaces(std::string_view line) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool escapes = line[i] == '\\';
    if (escapes) ++i;
    // git leaves a line that ends in a backslash as it is.
    if (i >= line.size()) return line;
    if (escapes || line[i] != ' ') end = i + 1;
  }
  return line.substr(0, end);
}

/// Takes the next line off `text`, without its '\n' or "\r\n".
std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  const bool ended = end != std::string_view::npos;
  text.remove_prefix(ended ? end + 1 : text.size());
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line.substr(0, line.find('\0'));
}

}  // namespace

PathPattern::PathPattern(std::string_view pattern) {
  folders_only_ = pattern.ends_with('/');
  if (folders_only_) pattern.remove_suffix(1);
  any_depth_ = pattern.find('/') == std::string_view::npos;
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  // The wildcards start afresh after the literal part, as in git, where
  // therefore "a**/b" crosses folders.
  const std::size_t length =
      std::min(pattern.find_first_of("*?[\\"), pattern.size());
  literal_ = pattern.substr(0, length);
  rest_ = Glob(pattern.substr(length));
}

bool PathPattern::Matches(std::string_view path, bool is_folder) const {
  if (folders_only_ && !is_folder) return false;
  if (any_depth_) path.remove_prefix(path.rfind('/') + 1);
  if (!path.starts_with(literal_)) return false;
  return rest_.Matches(path.substr(literal_.size()));
}

IgnoreRules::IgnoreRules(std::string base, std::string_view text,
                         std::size_t most_wildcards)
    : base_(std::move(base)), bytes_(text.size()) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Place place;
  while (!text.empty() && wildcards_.size() <= most_wildcards) {
    std::string_view line = TakeLine(text);
    ++place.line;
    if (line.empty() || line.front() == '#') continue;
    line = TrimTrailingSpaces(line);
    place.negated = line.starts_with('!');
    if (place.negated) line.remove_prefix(1);
    Add(PathPattern(line), place);
  }
}

void IgnoreRules::Add(PathPattern pattern, Place place) {
  if (!pattern.is_literal()) {
    wildcards_.push_back({std::move(pattern), place});
    return;
  }
  Literal& literal =
      literals_[(pattern.any_depth() ? "" : "/") + pattern.literal()];
  (pattern.folders_only() ? literal.of_folders : literal.of_all) = place;
}

/// Returns the last pattern without a wildcard that matches.
IgnoreRules::Place IgnoreRules::LastLiteral(std::string_view path,
                                            bool is_folder) const {
  Place last;
  const auto look = [&](const std::string& text) {
    const auto found = literals_.find(text);
    if (found == literals_.end()) return;
    const Literal& literal = found->second;
    if (literal.of_all.line > last.line) last = literal.of_all;
    if (is_folder && literal.of_folders.line > last.line) {
      last = literal.of_folders;
    }
  };
  if (literals_.empty()) return last;
  look(std::string(path.substr(path.rfind('/') + 1)));
  look("/" + std::string(path));
  return last;
}

std::optional<bool> IgnoreRules::Decide(std::string_view path,
                                        bool is_folder) const {
  path.remove_prefix(base_.size());
  const Place literal = LastLiteral(path, is_folder);
  for (auto rule = wildcards_.rbegin(); rule != wildcards_.rend(); ++rule) {
    if (rule->place.line < literal.line) break;
    if (rule->pattern.Matches(path, is_folder)) return !rule->place.negated;
  }
  if (literal.line == 0) return std::nullopt;
  return !literal.negated;
}

bool IgnoreStack::Push(IgnoreSource source, const std::string& base,
                       std::string_view text) {
  if (bytes_ + text.size() > kMostRuleBytes) return false;
  IgnoreRules rules(base, text, kMostWildcards - wildcards_);
  if (wildcards_ + rules.wildcards() > kMostWildcards) return false;
  if (rules.empty()) return true;
  bytes_ += rules.bytes();
  wildcards_ += rules.wildcards();
  sources_[static_cast<std::size_t>(source)].push_back(std::move(rules));
  return true;
}

void IgnoreStack::Pop(std::string_view folder) {
  for (std::vector<IgnoreRules>& files : sources_) {
    while (!files.empty() && files.back().base().size() >= folder.size()) {
      bytes_ -= files.back().bytes();
      wildcards_ -= files.back().wildcards();
      files.pop_back();
    }
  }
  while (!repositories_.empty() &&
         repositories_.back().size() >= folder.size()) {
    repositories_.pop_back();
  }
}

void IgnoreStack::BeginRepository(std::string folder) {
  repositories_.push_back(std::move(folder));
}

std::optional<IgnoreStack::Verdict> IgnoreStack::Decide(std::string_view path,
                                                        bool is_folder) const {
  const std::size_t begin =
      repositories_.empty() ? 0 : repositories_.back().size();
  for (std::size_t i = kIgnoreSources; i-- > 0;) {
    const auto source = static_cast<IgnoreSource>(i);
    const bool is_repository_own = source == IgnoreSource::kInfoExclude ||
                                   source == IgnoreSource::kGitignore;
    const auto& files = sources_[i];
    for (auto rules = files.rbegin(); rules != files.rend(); ++rules) {
      if (is_repository_own && rules->base().size() < begin) break;
      const auto decided = rules->Decide(path, is_folder);
      if (decided) return Verdict{*decided, source};
    }
  }
  return std::nullopt;
}

}  // namespace dobby
