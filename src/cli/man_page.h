// The manual page dobby(1), made from the tables of commands and flags.
#pragma once

#include <string>
#include <string_view>

namespace dobby::cli {

/// Returns the page as roff with man macros. Source: man(7) of groff.
std::string ManPage(std::string_view version);

}  // namespace dobby::cli
