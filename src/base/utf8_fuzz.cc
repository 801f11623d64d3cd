// Whatever the bytes: replaced text is well-formed, and cuts fall between
// characters.
#include <cstddef>
#include <string>
#include <string_view>

#include "base/fuzz_target.h"
#include "base/text.h"
#include "base/utf8.h"

namespace dobby {

DOBBY_FUZZ_TARGET(utf8) {
  const std::string repaired = ReplaceInvalidUtf8(input);
  Require(IsUtf8(repaired), "repaired text is UTF-8");
  Require(!IsUtf8(input) || repaired == input, "UTF-8 stays as it is");
  RequireOneLine(OneLine(input), "OneLine");
  // Fewer than 4 bytes may be less than the first character.
  for (std::size_t max_bytes = 4; max_bytes <= repaired.size(); ++max_bytes) {
    const std::size_t cut = Utf8CutAt(repaired, max_bytes);
    Require(cut <= max_bytes && max_bytes - cut <= 3, "cuts are near");
    Require(IsUtf8(std::string_view(repaired).substr(0, cut)),
            "cuts are between characters");
  }
}

}  // namespace dobby
