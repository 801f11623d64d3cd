// Which files and folders are of tests, by custom.
#pragma once

#include <optional>
#include <string_view>

namespace dobby {

/// Returns the stem of the code that a test is named for: "ring" for
/// "ring_test", "test_ring", "ring.spec"; nothing for other stems.
std::optional<std::string_view> TestedStem(std::string_view stem);

/// Whether a file is named as a test is, or lies in a folder of tests.
bool IsTestPath(std::string_view path);

}  // namespace dobby
