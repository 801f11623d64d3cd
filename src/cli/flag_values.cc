// What the texts of flags mean.
#include <cctype>

#include "cli/flags.h"

namespace dobby::cli {
namespace {

using enum ValueKind;

Error BadValue(const Flag& flag, std::string_view text, std::string_view want) {
  return {ErrorCode::kUsage,
          "\"" + std::string(text) + "\" is not " + std::string(want),
          "--" + std::string(flag.name)};
}

/// A unit after a number, and how much it multiplies.
struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr Unit kByteUnits[] = {
    {"", 1},          {"b", 1},        {"k", 1 << 10},  {"kb", 1 << 10},
    {"kib", 1 << 10}, {"m", 1 << 20},  {"mb", 1 << 20}, {"mib", 1 << 20},
    {"g", 1 << 30},   {"gb", 1 << 30}, {"gib", 1 << 30}};
constexpr Unit kTimeUnits[] = {
    {"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
constexpr Unit kNoUnits[] = {{"", 1}};

/// Digits and a unit; false for anything else or an overflow. The limit keeps
/// every product far inside 64 bits.
bool ParseAmount(std::string_view text, std::span<const Unit> units,
                 std::uint64_t* amount) {
  std::size_t digits = 0;
  std::uint64_t number = 0;
  while (digits < text.size() &&
         std::isdigit(static_cast<unsigned char>(text[digits]))) {
    number = number * 10 + static_cast<std::uint64_t>(text[digits++] - '0');
    if (number > 1ull << 44) return false;
  }
  if (digits == 0) return false;
  std::string unit;
  for (const char c : text.substr(digits)) {
    unit += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  for (const Unit& known : units) {
    if (unit != known.name) continue;
    if (number > (1ull << 53) / known.factor) return false;
    *amount = number * known.factor;
    return true;
  }
  return false;
}

Result<std::uint64_t> ParseChoice(const Flag& flag, std::string_view text) {
  std::string all;
  for (const std::string& choice : ChoicesOf(flag)) {
    if (choice == text) return std::uint64_t{0};
    all += (all.empty() ? "" : ", ") + choice;
  }
  return BadValue(flag, text, "one of " + all);
}

Result<std::uint64_t> ParseSwitch(const Flag& flag, std::string_view text) {
  for (const char* yes : {"true", "1", "yes", "on"}) {
    if (text == yes) return std::uint64_t{1};
  }
  for (const char* no : {"false", "0", "no", "off", ""}) {
    if (text == no) return std::uint64_t{0};
  }
  return BadValue(flag, text, "true or false");
}

Result<std::uint64_t> ParseCount(const Flag& flag, std::string_view text) {
  std::uint64_t count = 0;
  if (ParseAmount(text, kNoUnits, &count) && count >= flag.low &&
      count <= flag.high) {
    return count;
  }
  return BadValue(flag, text,
                  "a number from " + std::to_string(flag.low) + " to " +
                      std::to_string(flag.high));
}

}  // namespace

Result<std::uint64_t> ParseValue(const Flag& flag, std::string_view text) {
  std::uint64_t amount = 0;
  switch (flag.kind) {
    case kSwitch:
      return ParseSwitch(flag, text);
    case kCount:
      return ParseCount(flag, text);
    case kChoice:
      return ParseChoice(flag, text);
    case kBytes:
      if (ParseAmount(text, kByteUnits, &amount)) return amount;
      return BadValue(flag, text, "a size, like 512K, 800M or 1G");
    case kDuration:
      if (ParseAmount(text, kTimeUnits, &amount)) return amount;
      return BadValue(flag, text, "a time, like 500ms, 30s, 5m or 1h");
    case kText:
    case kPath:
    case kPatterns:
      break;
  }
  return std::uint64_t{0};
}

}  // namespace dobby::cli
