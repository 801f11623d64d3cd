#include "base/name_words.h"

#include <cctype>

#include "base/text.h"

namespace dobby {
namespace {

enum class Kind { kNone, kLower, kUpper, kDigit };

Kind KindOf(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (std::isdigit(byte)) return Kind::kDigit;
  if (std::isupper(byte)) return Kind::kUpper;
  // Bytes of other scripts count as lower case: they are never apart.
  return std::islower(byte) || byte >= 0x80 ? Kind::kLower : Kind::kNone;
}

}  // namespace

std::vector<std::string> PartsOfName(std::string_view name) {
  std::vector<std::string> words;
  Kind before = Kind::kNone;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const Kind kind = KindOf(name[i]);
    const Kind after = i + 1 < name.size() ? KindOf(name[i + 1]) : Kind::kNone;
    // A capital begins a word, unless among capitals: HTTPServer.
    const bool begins =
        kind != before && !(before == Kind::kUpper && kind == Kind::kLower);
    const bool last_capital =
        kind == Kind::kUpper && before == Kind::kUpper && after == Kind::kLower;
    if (kind != Kind::kNone) {
      if (words.empty() || begins || last_capital) words.emplace_back();
      words.back() += name[i];
    }
    before = kind;
  }
  return words;
}

std::vector<std::string> WordsOfName(std::string_view name) {
  std::vector<std::string> words = PartsOfName(name);
  for (std::string& word : words) word = Lower(word);
  return words;
}

}  // namespace dobby
