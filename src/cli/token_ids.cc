#include "cli/token_ids.h"

#include <charconv>
#include <string>

namespace dobby::cli {

Result<std::vector<TokenId>> ParseTokenIds(std::string_view text) {
  constexpr std::string_view kBetween = " \t\r\n,";
  const auto trim = [&](std::string_view part) {
    const std::size_t begin = part.find_first_not_of(kBetween);
    if (begin == std::string_view::npos) return std::string_view();
    return part.substr(begin, part.find_last_not_of(kBetween) + 1 - begin);
  };
  text = trim(text);
  if (!text.empty() && text.front() == '[' && text.back() == ']') {
    text = trim(text.substr(1, text.size() - 2));
  }
  std::vector<TokenId> ids;
  while (!text.empty()) {
    TokenId id = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, id);
    const bool ends = parsed.ptr == end ||
                      kBetween.find(*parsed.ptr) != std::string_view::npos;
    if (parsed.ec != std::errc() || !ends || id < 0) {
      return Error{ErrorCode::kUsage,
                   "\"" + std::string(text.substr(0, 20)) +
                       "\" is not a token id; give a JSON array of ids, as "
                       "`dobby tokens` writes it",
                   ""};
    }
    ids.push_back(id);
    text = trim(std::string_view(parsed.ptr, end));
  }
  if (ids.empty()) {
    return Error{ErrorCode::kUsage, "there is no token id to read", ""};
  }
  return ids;
}

}  // namespace dobby::cli
