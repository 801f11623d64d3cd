// Which sentences of a model are not worth a reader's time.
#pragma once

#include <string>
#include <string_view>

namespace dobby {

/// Whether a model's line is a whole sentence that claims something: it has a
/// word which is neither plain English nor one of `subject`, which the reader
/// knows anyway. "Package ring reads a list of items." says nothing of a ring.
bool IsWorthShowing(const std::string& line, std::string_view subject);

}  // namespace dobby
