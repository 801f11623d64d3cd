#include "prose/licences.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace dobby {
namespace {

constexpr std::size_t kMostBytes = 16u << 10;

/// What only the text of a licence says, all of it, in this order of tries.
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
    {"Zlib", {"altered source versions must be plainly marked", ""}},
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
  static constexpr std::array<std::string_view, 14> kSigns = {
      "copyright",
      "licensed under",
      "spdx-license",
      "license",
      "gpl version",
      "all rights res",
      "(c) ",
      "\u00A9",
      "permission is hereby",
      "warranty",
      "redistribution and use",
      "free and unencumbered",
      "is free software",
      "without warranties or conditions"};
  static constexpr std::array<std::string_view, 4> kStarts = {
      "this file is part of", "this program is part of",
      "this software is part of", "unless required by applicable law"};
  const std::string lower = Lower(text);
  return std::any_of(kSigns.begin(), kSigns.end(),
                     [&](auto sign) {
                       return lower.find(sign) != std::string::npos;
                     }) ||
         std::any_of(kStarts.begin(), kStarts.end(),
                     [&](auto start) { return lower.starts_with(start); });
}

std::string LicenceOf(std::string_view text) {
  constexpr std::string_view kSpdx = "spdx-license-identifier:";
  const std::string plain = Normalised(text.substr(0, kMostBytes));
  if (const std::size_t at = plain.find(kSpdx); at != std::string::npos) {
    const std::string rest = plain.substr(at + kSpdx.size());
    const std::string_view id = Trim(rest);
    const std::string lower(id.substr(0, id.find(' ')));
    for (const Licence& licence : kLicences) {
      if (Lower(licence.id) == lower) return std::string(licence.id);
    }
  }
  for (const Licence& licence : kLicences) {
    const bool says_all = std::all_of(
        licence.says.begin(), licence.says.end(), [&](std::string_view part) {
          return plain.find(part) != std::string::npos;
        });
    if (says_all) return std::string(licence.id);
  }
  return "";
}

}  // namespace dobby
