#include "prose/licences.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"

namespace dobby {
namespace {

constexpr std::size_t kMostBytes = 16u << 10;
constexpr std::string_view kMarks = "/*#;%!-\" \t";  ///< Of comments.

/// What the text of a licence says, all of it. Of several the one whose first
/// words stand first in the text is meant: licences name each other.
struct Licence {
  std::string_view id;
  std::array<std::string_view, 2> says;
};

constexpr std::array<Licence, 20> kLicences = {{
    {"AGPL-3.0", {"gnu affero general public license", "version 3"}},
    {"LGPL-3.0", {"gnu lesser general public license", "version 3"}},
    {"LGPL-2.1", {"gnu lesser general public license", "version 2.1"}},
    {"LGPL-2.0", {"gnu library general public license", "version 2"}},
    {"GPL-3.0", {"gnu general public license", "version 3"}},
    {"GPL-2.0", {"gnu general public license", "version 2"}},
    {"Apache-2.0", {"apache license", "version 2.0"}},
    {"MPL-2.0", {"mozilla public license", "2.0"}},
    {"EPL-2.0", {"eclipse public license", "2.0"}},
    {"EPL-1.0", {"eclipse public license", "1.0"}},
    {"BSL-1.0", {"boost software license", "version 1.0"}},
    {"Unlicense", {"free and unencumbered software", "public domain"}},
    {"CC0-1.0", {"cc0 1.0", ""}},
    {"CC-BY-SA-4.0", {"attribution-sharealike 4.0", ""}},
    {"CC-BY-4.0", {"attribution 4.0", ""}},
    {"ISC", {"permission to use, copy, modify, and", "fee is hereby granted"}},
    {"BSD-3-Clause",
     {"redistribution and use in source and binary",
      "endorse or promote products"}},
    {"BSD-2-Clause", {"redistribution and use in source and binary", ""}},
    {"MIT", {"permission is hereby granted, free of charge", ""}},
    {"Zlib", {"this software is provided 'as-is'", "altered source versions"}},
}};

/// Lower case, with one blank for any white space.
std::string Normalised(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    const bool blank = kBlanks.find(c) != std::string_view::npos;
    if (!blank) plain += c;
    if (blank && !plain.empty() && plain.back() != ' ') plain += ' ';
  }
  return Lower(plain);
}

}  // namespace

bool IsLicence(std::string_view text) {
  // Words of notices, with what stands beside them there: a program may count
  // copyright lines and print warranty cards.
  static constexpr std::string_view kSigns[] = {
      "copyright (c)",       "copyright \u00A9",       "copyright notice",
      "copyright law",       "licensed under",         "spdx-license",
      "public license",      "this license",           "under the license",
      "copy of the license", "see the license",        "gpl version",
      "all rights res",      "permission is hereby",   "any warranty",
      "without warrant",     "redistribution and use", "free and unencumbered",
      "is free software"};
  static constexpr std::string_view kStarts[] = {
      "copyright",
      "(c) ",
      "\u00A9",
      "license:",
      "licence:",
      "this file is part of",
      "this program is part of",
      "this software is part of",
      "unless required by applicable law"};
  std::string lower = Lower(text);
  // The marks of a comment may still be there.
  lower.erase(0, std::min(lower.find_first_not_of(kMarks), lower.size()));
  const bool is_dated_notice =
      lower.find("copyright") != std::string::npos &&
      lower.find_first_of("0123456789") != std::string::npos;
  return is_dated_notice ||
         std::any_of(std::begin(kSigns), std::end(kSigns),
                     [&](auto sign) {
                       return lower.find(sign) != std::string::npos;
                     }) ||
         std::any_of(std::begin(kStarts), std::end(kStarts),
                     [&](auto start) { return lower.starts_with(start); });
}

std::string LicenceOf(std::string_view text) {
  const std::string plain = Normalised(text.substr(0, kMostBytes));
  const Licence* found = nullptr;
  std::size_t first = std::string::npos;
  for (const Licence& licence : kLicences) {
    const std::size_t at = plain.find(licence.says[0]);
    const bool says_all = at != std::string::npos &&
                          plain.find(licence.says[1], at) != std::string::npos;
    if (says_all && at < first) {
      found = &licence;
      first = at;
    }
  }
  return found ? std::string(found->id) : "";
}

}  // namespace dobby
