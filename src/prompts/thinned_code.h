// Code without what tells a reader nothing of its purpose.
#pragma once

#include <string>
#include <string_view>

namespace dobby {

/// Returns the code without licences among the comments at its head, blank
/// lines and white space at ends of lines; of a literal of more than 64 bytes
/// on one line its first 32, and of a table (at least 8 lines of nothing but
/// literals, numbers and punctuation) its first two lines remain, followed by
/// "...". Only the look of lines decides, so it works for any language.
std::string ThinnedCode(std::string_view code);

}  // namespace dobby
