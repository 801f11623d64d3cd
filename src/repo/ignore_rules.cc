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

IgnoreRules::IgnoreRules(std::string base, std::string_view text)
    : base_(std::move(base)) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    std::string_view line = TakeLine(text);
    if (line.empty() || line.front() == '#') continue;
    line = TrimTrailingSpaces(line);
    const bool negated = line.starts_with('!');
    if (negated) line.remove_prefix(1);
    rules_.push_back({PathPattern(line), negated});
  }
}

std::optional<bool> IgnoreRules::Decide(std::string_view path,
                                        bool is_folder) const {
  path.remove_prefix(base_.size());
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    if (rule->pattern.Matches(path, is_folder)) return !rule->negated;
  }
  return std::nullopt;
}

void IgnoreStack::Push(IgnoreSource source, IgnoreRules rules) {
  if (rules.empty()) return;
  sources_[static_cast<std::size_t>(source)].push_back(std::move(rules));
}

void IgnoreStack::Pop(std::string_view folder) {
  for (std::vector<IgnoreRules>& files : sources_) {
    while (!files.empty() && files.back().base().size() >= folder.size()) {
      files.pop_back();
    }
  }
}

bool IgnoreStack::Ignores(std::string_view path, bool is_folder) const {
  for (auto files = sources_.rbegin(); files != sources_.rend(); ++files) {
    for (auto rules = files->rbegin(); rules != files->rend(); ++rules) {
      if (const auto decided = rules->Decide(path, is_folder)) return *decided;
    }
  }
  return false;
}

}  // namespace dobby
