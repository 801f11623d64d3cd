// Which licence a text is.
#pragma once

#include <string>
#include <string_view>

namespace dobby {

/// Whether a paragraph is a part of a licence, a notice of one or of copyright.
bool IsLicence(std::string_view text);

/// Returns the SPDX identifier of the licence whose text `text` is, as
/// "Apache-2.0"; empty where it is none that is known. Reads 16 KB.
std::string LicenceOf(std::string_view text);

}  // namespace dobby
