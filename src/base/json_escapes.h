// Escapes in JSON that other programs write and parsers refuse.
#pragma once

#include <string>
#include <string_view>

namespace dobby {

/// Returns a JSON text with each half of a surrogate pair that stands alone
/// ("\ud83d") as the escape of U+FFFD: what is cut in the middle of a
/// character by a program that counts UTF-16 reads as a broken one.
std::string ReplaceLoneSurrogates(std::string_view json);

}  // namespace dobby
