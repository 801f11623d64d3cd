// Turns the bytes of a text file, in whatever encoding, into UTF-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dobby {

/// Returns the text of a file's `bytes` as UTF-8, without a byte order mark and
/// with as many lines as the file; nothing if they are no text. The encoding
/// is that of the byte order mark, then UTF-8, then the one that the text
/// declares (PEP 263, XML, HTML, `@charset`, Emacs, vim), then the one that ICU
/// takes for the most likely. What does not fit it becomes U+FFFD. A text whose
/// lines end in CR alone gets LF.
std::optional<std::string> DecodeText(std::string bytes);

/// Returns the name of the encoding that a text declares in its first lines;
/// empty if it declares none.
std::string DeclaredEncoding(std::string_view head);

}  // namespace dobby
