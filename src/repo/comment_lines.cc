#include "repo/comment_lines.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/text.h"

namespace dobby {
namespace {

struct Block {
  std::string_view begin, end;
  bool is_string = false;  ///< A docstring where it stands before code.
};

constexpr std::array<Block, 10> kBlocks = {{
    {"/*", "*/"},
    {"<!--", "-->"},
    {"\"\"\"", "\"\"\"", true},
    {"'''", "'''", true},
    {"r\"\"\"", "\"\"\"", true},
    {"{-", "-}"},
    {"(*", "*)"},
    {"<#", "#>"},
    {"--[[", "]]"},
    {"=begin", "=end"},
}};

constexpr std::array<std::string_view, 9> kLeaders = {
    "//", "#", "--", ";", "%", "'", "!", "dnl ", "REM "};

constexpr std::array<std::string_view, 5> kProse = {"asciidoc", "html",
                                                    "markdown", "rst", "xml"};

/// Takes the signs of which comments and frames are made off both ends.
std::string_view WithoutMarks(std::string_view line) {
  constexpr std::string_view kMarks = " \t\r/*#-;%!'\"=(){}|~+_";
  const std::size_t begin = line.find_first_not_of(kMarks);
  if (begin == line.npos) return {};
  line.remove_prefix(begin);
  return line.substr(0, line.find_last_not_of(" \t\r/*#-;%'\"=({}|~+_") + 1);
}

}  // namespace

CommentScanner::CommentScanner(const Language& language)
    : markup_only_(std::find(kProse.begin(), kProse.end(), language.id) !=
                   kProse.end()) {}

ScannedLine CommentScanner::Next(std::string_view line) {
  line = Trim(line);
  if (!end_.empty()) {
    const std::size_t end = line.find(end_);
    if (end == line.npos) return {WithoutMarks(line), true, false};
    const bool is_all = IsBlank(line.substr(end + end_.size()));
    end_ = {};
    return {WithoutMarks(line.substr(0, end)), is_all, false};
  }
  for (const Block& block : kBlocks) {
    if (!line.starts_with(block.begin)) continue;
    if (block.is_string && (seen_code_ || markup_only_)) continue;
    if (markup_only_ && block.begin != "<!--") continue;
    const std::string_view rest = line.substr(block.begin.size());
    const std::size_t end = rest.find(block.end);
    if (end == rest.npos) {
      end_ = block.end;
      return {WithoutMarks(rest), true, true};
    }
    if (IsBlank(rest.substr(end + block.end.size()))) {
      return {WithoutMarks(rest.substr(0, end)), true, false};
    }
    seen_code_ = true;
    return {line, false, false};
  }
  const bool is_comment =
      !markup_only_ && std::any_of(kLeaders.begin(), kLeaders.end(),
                                   [&](std::string_view leader) {
                                     return line.starts_with(leader);
                                   });
  if (is_comment) return {WithoutMarks(line), true, false};
  seen_code_ = seen_code_ || !line.empty();
  return {line, false, false};
}

}  // namespace dobby
