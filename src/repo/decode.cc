#include "repo/decode.h"

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/utf8.h"

namespace dobby {
namespace {

constexpr std::size_t kProbeBytes = 8 << 10;  // As git and ripgrep do.
// Enough for the statistics of any language.
constexpr std::size_t kDetectorBytes = 16 << 10;
// Where editors look for a declaration.
constexpr std::size_t kDeclarationBytes = 1 << 10;

struct Mark {
  std::string_view bytes;
  const char* encoding;
};

// UTF-32's little-endian mark begins with UTF-16's, so it stands first.
constexpr std::array<Mark, 5> kMarks = {{
    {{"\xFF\xFE\0\0", 4}, "UTF-32LE"},
    {{"\0\0\xFE\xFF", 4}, "UTF-32BE"},
    {{"\xEF\xBB\xBF", 3}, "UTF-8"},
    {{"\xFF\xFE", 2}, "UTF-16LE"},
    {{"\xFE\xFF", 2}, "UTF-16BE"},
}};

std::size_t CountLines(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// Whether a byte is a control character that no text holds.
bool IsControl(unsigned char c) {
  return (c < 0x20 && (c < '\b' || c > '\r') && c != 0x1A && c != 0x1B) ||
         c == 0x7F;
}

/// Whether more than one byte of a hundred is a control character.
bool HasManyControls(std::string_view bytes) {
  const auto controls = static_cast<std::size_t>(std::count_if(
      bytes.begin(), bytes.end(),
      [](char c) { return IsControl(static_cast<unsigned char>(c)); }));
  return controls * 100 > bytes.size();
}

using Converter = std::unique_ptr<UConverter, void (*)(UConverter*)>;

Converter OpenConverter(const char* encoding) {
  UErrorCode status = U_ZERO_ERROR;
  Converter converter(::ucnv_open(encoding, &status), ::ucnv_close);
  if (U_FAILURE(status)) converter.reset();
  return converter;
}

std::string ToUtf8(const std::u16string& units) {
  std::string text;
  text.reserve(units.size());
  for (std::size_t i = 0; i < units.size(); ++i) {
    char32_t c = units[i];
    const bool is_pair =
        U16_IS_LEAD(c) && i + 1 < units.size() && U16_IS_TRAIL(units[i + 1]);
    if (is_pair) {
      c = static_cast<char32_t>(U16_GET_SUPPLEMENTARY(c, units[i + 1]));
      ++i;
    } else if (U_IS_SURROGATE(c)) {
      c = 0xFFFD;
    }
    char buffer[U8_MAX_LENGTH];
    std::size_t length = 0;
    U8_APPEND_UNSAFE(buffer, length, c);
    text.append(buffer, length);
  }
  return text;
}

/// Returns `bytes` as UTF-8; in `strict` mode nothing if there are bytes that
/// the encoding does not have.
std::optional<std::string> Convert(std::string_view bytes, const char* encoding,
                                   bool strict) {
  const Converter converter = OpenConverter(encoding);
  if (!converter) return std::nullopt;
  UErrorCode status = U_ZERO_ERROR;
  if (strict) {
    ::ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr,
                          nullptr, nullptr, &status);
  }
  std::u16string units;
  std::vector<UChar> buffer(8 << 10);
  const char* from = bytes.data();
  const char* const end = from + bytes.size();
  do {
    status = U_ZERO_ERROR;
    UChar* to = buffer.data();
    ::ucnv_toUnicode(converter.get(), &to, buffer.data() + buffer.size(), &from,
                     end, nullptr, true, &status);
    units.append(buffer.data(), to);
  } while (status == U_BUFFER_OVERFLOW_ERROR);
  if (U_FAILURE(status)) return std::nullopt;
  return ToUtf8(units);
}

/// Whether a decoded text looks like one: no NUL, hardly any control character,
/// hardly any that the encoding does not have.
bool IsPlausible(std::string_view text) {
  if (text.find('\0') != text.npos || HasManyControls(text)) return false;
  std::size_t odd = 0, all = 0;
  for (std::size_t at = 0; at < text.size(); ++all) {
    const std::size_t length =
        std::max<std::size_t>(Utf8SequenceLength(text.substr(at)), 1);
    const std::string_view c = text.substr(at, length);
    // U+FFFD, the controls U+0080 to U+009F, the private use area.
    odd += c == "\xEF\xBF\xBD" ||
           (c.size() == 2 && c[0] == '\xC2' && c[1] < '\xA0') ||
           (c.size() == 3 && c[0] == '\xEE');
    at += length;
  }
  return odd * 50 <= all;
}

/// Returns UTF-16 without a mark, which shows by its NULs: those of ASCII
/// characters, such as blanks and line ends, lie all on one side.
std::optional<std::string> FromUtf16(std::string_view bytes) {
  if (bytes.size() % 2 != 0) return std::nullopt;
  std::size_t nuls[2] = {};
  const std::string_view probe = bytes.substr(0, kProbeBytes);
  for (std::size_t i = 0; i < probe.size(); ++i) nuls[i % 2] += probe[i] == 0;
  const bool is_little = nuls[1] > nuls[0];
  const std::size_t least = std::min(nuls[0], nuls[1]);
  const std::size_t most = std::max(nuls[0], nuls[1]);
  if (least * 20 > most || most * 20 < probe.size()) return std::nullopt;
  auto text = Convert(bytes, is_little ? "UTF-16LE" : "UTF-16BE", true);
  if (!text || !IsPlausible(*text)) return std::nullopt;
  return text;
}

/// Whether what is not ASCII in `bytes` is mostly UTF-8.
bool IsMostlyUtf8(std::string_view bytes) {
  std::size_t good = 0, bad = 0;
  while (!bytes.empty()) {
    const std::size_t length = Utf8SequenceLength(bytes);
    good += length > 1;
    bad += length == 0;
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return good > bad * 2;
}

/// Returns the lines of `bytes` with other than ASCII: the rest would only
/// dilute the statistics.
std::string LinesBeyondAscii(std::string_view bytes) {
  std::string lines;
  while (!bytes.empty() && lines.size() < kDetectorBytes) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view line = bytes.substr(0, end);
    if (std::any_of(line.begin(), line.end(),
                    [](char c) { return (c & 0x80) != 0; })) {
      lines.append(line.substr(0, kDetectorBytes)).append("\n");
    }
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return lines;
}

/// Returns the encodings that ICU finds likely, the most likely first.
std::vector<std::string> LikelyEncodings(const std::string& sample) {
  std::vector<std::string> names;
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, void (*)(UCharsetDetector*)> detector(
      ::ucsdet_open(&status), ::ucsdet_close);
  if (U_FAILURE(status)) return names;
  ::ucsdet_setText(detector.get(), sample.data(),
                   static_cast<std::int32_t>(sample.size()), &status);
  std::int32_t count = 0;
  const UCharsetMatch** const matches =
      ::ucsdet_detectAll(detector.get(), &count, &status);
  for (std::int32_t i = 0; U_SUCCESS(status) && i < count; ++i) {
    const char* name = ::ucsdet_getName(matches[i], &status);
    if (U_SUCCESS(status) && name != nullptr) names.emplace_back(name);
  }
  return names;
}

/// Whether an encoding is one of those that a file without NULs and without a
/// mark can be in: its ASCII characters are single bytes.
bool KeepsAscii(std::string_view encoding) {
  return !encoding.starts_with("UTF-16") && !encoding.starts_with("UTF-32") &&
         !encoding.starts_with("IBM420") && !encoding.starts_with("IBM424");
}

/// Whether an encoding has characters of two bytes.
bool IsMultiByte(std::string_view encoding) {
  return encoding.starts_with("Shift_JIS") || encoding.starts_with("EUC-") ||
         encoding.starts_with("GB") || encoding.starts_with("Big5");
}

/// Whether the characters of three bytes in UTF-8, such as kanji and hangul,
/// stand together. What is no text of these languages, but can be read so,
/// gives one here and one there.
bool HasRunsOfWideCharacters(std::string_view text) {
  std::size_t all = 0, beside = 0;
  bool was_wide = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length =
        std::max<std::size_t>(Utf8SequenceLength(text.substr(at)), 1);
    const bool is_wide = length >= 3;
    all += is_wide;
    beside += is_wide && was_wide;
    was_wide = is_wide;
    at += length;
  }
  return beside * 2 >= all && beside > 0;
}

/// Whether many bytes are of 0x80 to 0x9F, where the single-byte encodings of
/// Unix and Windows have no letters.
bool HasBytesOfNoLetters(std::string_view bytes) {
  std::size_t high = 0, odd = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    high += byte >= 0x80;
    odd += byte >= 0x80 && byte < 0xA0;
  }
  return odd * 4 >= high;
}

/// Returns the encodings to try, the most likely first. ICU's statistics need
/// more text than one comment has.
std::vector<std::string> EncodingsToTry(std::string_view bytes,
                                        const std::string& declared) {
  std::vector<std::string> names;
  if (!declared.empty()) names.push_back(declared);
  const std::string sample = LinesBeyondAscii(bytes);
  std::vector<std::string> likely = LikelyEncodings(sample);
  if (HasBytesOfNoLetters(sample)) {
    std::stable_partition(likely.begin(), likely.end(), IsMultiByte);
    for (const char* name : {"Shift_JIS", "GB18030", "Big5"}) {
      const auto last =
          std::find_if_not(likely.begin(), likely.end(), IsMultiByte);
      if (std::find(likely.begin(), last, name) == last) {
        likely.insert(last, name);
      }
    }
  }
  std::move(likely.begin(), likely.end(), std::back_inserter(names));
  return names;
}

std::optional<std::string> FromLegacy(std::string_view bytes,
                                      const std::string& declared) {
  for (const std::string& name : EncodingsToTry(bytes, declared)) {
    if (!KeepsAscii(name)) continue;
    auto text = Convert(bytes, name.c_str(), true);
    if (!text || !IsPlausible(*text)) continue;
    if (CountLines(*text) != CountLines(bytes)) continue;
    const bool is_sure = name == declared || !IsMultiByte(name);
    if (is_sure || HasRunsOfWideCharacters(*text)) return text;
  }
  return std::nullopt;
}

/// Returns the text of 7-bit bytes with the escapes of ISO 2022 for characters
/// of two bytes, if they are such.
std::optional<std::string> FromIso2022(std::string_view bytes) {
  const bool has_escapes = bytes.find("\x1B$") != bytes.npos;
  for (const char* name : {"ISO-2022-JP", "ISO-2022-KR", "ISO-2022-CN"}) {
    if (!has_escapes) break;
    auto text = Convert(bytes, name, true);
    if (text && IsPlausible(*text) && text->find('\x1B') == text->npos &&
        CountLines(*text) == CountLines(bytes)) {
      return text;
    }
  }
  return std::nullopt;
}

std::optional<std::string> DecodeUnmarked(std::string bytes) {
  const std::string_view probe = std::string_view(bytes).substr(0, kProbeBytes);
  if (probe.find('\0') != probe.npos) return FromUtf16(bytes);
  if (IsUtf8(bytes)) {
    auto text = FromIso2022(bytes);
    return text ? std::move(text) : std::move(bytes);
  }
  if (HasManyControls(bytes)) return std::nullopt;
  if (IsMostlyUtf8(bytes)) return ReplaceInvalidUtf8(bytes);
  auto text = FromLegacy(bytes, DeclaredEncoding(probe));
  if (!text) text = Convert(bytes, "windows-1252", false);
  return text ? text : ReplaceInvalidUtf8(bytes);
}

/// Gives lines that end in CR alone an LF, as editors show them.
void UnifyLineEnds(std::string& text) {
  std::size_t lone = 0, lines = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    lines += text[i] == '\n';
    lone += text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
  }
  if (lone <= lines) return;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_lone =
        text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
    if (is_lone) text[i] = '\n';
  }
}

/// Takes the name that stands after `key` and '=' or ':' in `line`, which is in
/// lower case, as PEP 263 describes it.
std::string NameAfter(std::string_view line, std::string_view key) {
  for (std::size_t at = line.find(key); at != line.npos;
       at = line.find(key, at + 1)) {
    std::size_t i = at + key.size();
    const std::size_t blanks = line.find_first_not_of(" \t", i);
    if (blanks == line.npos || (line[blanks] != '=' && line[blanks] != ':')) {
      continue;
    }
    i = std::min(line.find_first_not_of(" \t\"'", blanks + 1), line.size());
    std::size_t end = i;
    while (end < line.size() && (IsWordByte(line[end]) || line[end] == '-' ||
                                 line[end] == '.' || line[end] == ':')) {
      ++end;
    }
    if (end > i) return std::string(line.substr(i, end - i));
  }
  return "";
}

}  // namespace

std::string DeclaredEncoding(std::string_view head) {
  const std::string lower = Lower(head.substr(0, kDeclarationBytes));
  std::size_t number = 0;
  for (std::string_view line : TrimmedLines(lower, 20)) {
    ++number;
    // "@charset "x";" of CSS has no sign between.
    constexpr std::string_view kCharset = "@charset \"";
    if (line.starts_with(kCharset)) {
      line.remove_prefix(kCharset.size());
      return std::string(line.substr(0, line.find('"')));
    }
    const bool is_markup = line.find('<') != line.npos;
    std::string name;
    // Python, Emacs and vim look at the first two lines.
    if (number <= 2) name = NameAfter(line, "coding");
    if (name.empty() && (number <= 2 || is_markup)) {
      name = NameAfter(line, "encoding");
    }
    if (name.empty() && is_markup) name = NameAfter(line, "charset");
    for (const char* end : {"-unix", "-dos", "-mac"}) {
      if (name.ends_with(end)) {
        name.resize(name.size() - std::string_view(end).size());
      }
    }
    if (!name.empty()) return name;
  }
  return "";
}

std::optional<std::string> DecodeText(std::string bytes) {
  std::optional<std::string> text;
  const auto mark = std::find_if(
      kMarks.begin(), kMarks.end(),
      [&](const Mark& each) { return bytes.starts_with(each.bytes); });
  if (mark == kMarks.end()) {
    text = DecodeUnmarked(std::move(bytes));
  } else if (mark->bytes.size() == 3) {
    text = DecodeUnmarked(bytes.substr(3));
  } else {
    text = Convert(std::string_view(bytes).substr(mark->bytes.size()),
                   mark->encoding, false);
    if (text && !IsPlausible(*text)) text = std::nullopt;
  }
  if (text) UnifyLineEnds(*text);
  return text;
}

}  // namespace dobby
