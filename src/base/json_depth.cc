#include "base/json_depth.h"

#include <string>

namespace dobby {
namespace {

/// Returns where the string that begins behind `at` ends: the place of its
/// closing quote, or the end of the text.
std::size_t EndOfString(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return at;
}

}  // namespace

Result<void> CheckJsonDepth(std::string_view json, int max_depth) {
  int depth = 0;
  for (std::size_t i = 0; i < json.size(); ++i) {
    switch (json[i]) {
      case '"':
        i = EndOfString(json, i);
        break;
      case '[':
      case '{':
        if (++depth > max_depth) {
          return Error{ErrorCode::kTooLarge,
                       "the JSON nests deeper than " +
                           std::to_string(max_depth) + " levels",
                       ""};
        }
        break;
      case ']':
      case '}':
        if (depth > 0) --depth;
        break;
      default:
        break;
    }
  }
  return {};
}

}  // namespace dobby
