#include "store/search_text.h"

#include <algorithm>
#include <cstddef>

#include "base/code_point.h"

namespace dobby {
namespace {

// More words than anyone asks for; FTS5 limits the depth of an expression.
constexpr std::size_t kMaxWords = 64;
/// Bytes of a word with which others may begin, and of the blank behind it.
constexpr std::size_t kShortestBeginning = 4;

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAsciiSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Whether a character belongs to a word. Follows the tokenizer of the index
/// (letters and digits) for ASCII; elsewhere leaves out the blocks that are
/// punctuation and symbols.
bool IsWordCharacter(char32_t c) {
  struct Block {
    char32_t first, last;
  };
  static constexpr Block kSymbols[] = {
      {0x80, 0xA9},     {0xAB, 0xB1},     {0xB4, 0xB4},      {0xB6, 0xB8},
      {0xBB, 0xBB},     {0xBF, 0xBF},     {0xD7, 0xD7},      {0xF7, 0xF7},
      {0x2000, 0x206F}, {0x20A0, 0x20CF}, {0x2190, 0x245F},  {0x2500, 0x2775},
      {0x2794, 0x2BFF}, {0x3000, 0x3004}, {0x3008, 0x3020},  {0xFE00, 0xFE0F},
      {0xFF01, 0xFF0F}, {0xFFF9, 0xFFFD}, {0x1F000, 0x1FAFF}};
  if (c < 0x80) {
    const char ascii = static_cast<char>(c);
    return IsUpper(ascii) || IsLower(ascii) || IsDigit(ascii);
  }
  return std::none_of(
      std::begin(kSymbols), std::end(kSymbols),
      [&](const Block& b) { return c >= b.first && c <= b.last; });
}

/// Whether a part begins at `at`: "aB", "1B", and the last capital of "ABc".
bool PartBegins(std::string_view word, std::size_t at) {
  if (!IsUpper(word[at])) return false;
  const char before = word[at - 1];
  if (IsLower(before) || IsDigit(before)) return true;
  return IsUpper(before) && at + 1 < word.size() && IsLower(word[at + 1]);
}

Identifier SplitAtCase(std::string_view word) {
  Identifier identifier{word, {}};
  std::size_t begin = 0;
  for (std::size_t at = 1; at < word.size(); ++at) {
    if (!PartBegins(word, at)) continue;
    identifier.parts.push_back(word.substr(begin, at - begin));
    begin = at;
  }
  identifier.parts.push_back(word.substr(begin));
  return identifier;
}

std::string Folded(std::string_view word) {
  std::string folded(word);
  for (char& c : folded) {
    if (IsUpper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

/// Returns the FTS5 expression of identifiers one behind the other, whole or in
/// parts; empty for none. With `begins`, more may follow the last one, but for
/// a short one, which would begin too much.
std::string TermOf(const std::vector<Identifier>& identifiers, bool begins) {
  std::string whole, parts;
  for (const Identifier& identifier : identifiers) {
    whole += std::string(identifier.whole) + ' ';
    for (const auto part : identifier.parts) parts += std::string(part) + ' ';
  }
  if (whole.empty()) return "";
  const auto quoted = [&](const std::string& words) {
    const bool is_prefix = begins && words.size() >= kShortestBeginning;
    return "\"" + words + (is_prefix ? "\" *" : "\"");
  };
  if (whole == parts) return quoted(whole);
  return "(" + quoted(whole) + " OR " + quoted(parts) + ")";
}

/// What stands between two double quotes, and all the rest.
struct QueryParts {
  std::vector<std::string_view> phrases;
  std::string words;
};

QueryParts PartsOf(std::string_view query) {
  QueryParts parts;
  while (parts.phrases.size() < kMaxWords) {
    const std::size_t open = query.find('"');
    const std::size_t close =
        open == query.npos ? open : query.find('"', open + 1);
    if (close == query.npos) break;
    parts.words += std::string(query.substr(0, open)) + ' ';
    parts.phrases.push_back(query.substr(open + 1, close - open - 1));
    query.remove_prefix(close + 1);
  }
  parts.words += query;
  return parts;
}

/// Returns the stretches of `query` between white space that hold a word.
std::vector<std::vector<Identifier>> WordsOf(std::string_view query) {
  std::vector<std::vector<Identifier>> words;
  std::size_t begin = 0;
  while (begin < query.size() && words.size() < kMaxWords) {
    std::size_t end = begin;
    while (end < query.size() && !IsAsciiSpace(query[end])) ++end;
    auto identifiers = FindIdentifiers(query.substr(begin, end - begin));
    if (!identifiers.empty()) words.push_back(std::move(identifiers));
    begin = end + 1;
  }
  return words;
}

/// Whether `word` begins with one of the words of the query.
class WordMatcher {
 public:
  explicit WordMatcher(std::string_view query) {
    for (const auto& word : WordsOf(query)) {
      for (const Identifier& identifier : word) Add(identifier);
    }
  }

  bool Matches(std::string_view word) const {
    const std::string folded = Folded(word);
    return std::any_of(
        prefixes_.begin(), prefixes_.end(),
        [&](const std::string& prefix) { return folded.starts_with(prefix); });
  }

 private:
  void Add(const Identifier& identifier) {
    prefixes_.push_back(Folded(identifier.whole));
    if (identifier.parts.size() == 1) return;
    for (const auto part : identifier.parts) prefixes_.push_back(Folded(part));
  }

  std::vector<std::string> prefixes_;
};

}  // namespace

std::vector<Identifier> FindIdentifiers(std::string_view text) {
  std::vector<Identifier> identifiers;
  std::size_t begin = 0, at = 0;
  const auto close = [&] {
    if (at > begin) {
      identifiers.push_back(SplitAtCase(text.substr(begin, at - begin)));
    }
  };
  while (at < text.size()) {
    const CodePoint c = FirstCodePoint(text.substr(at));
    if (!IsWordCharacter(c.value)) {
      close();
      begin = at + c.length;
    }
    at += c.length;
  }
  close();
  return identifiers;
}

std::string SplitIdentifiers(std::string_view text) {
  std::string words;
  for (const Identifier& identifier : FindIdentifiers(text)) {
    if (identifier.parts.size() == 1) continue;
    for (const auto part : identifier.parts) words += std::string(part) + ' ';
  }
  return words;
}

std::string MatchExpression(std::string_view query) {
  const QueryParts parts = PartsOf(query);
  std::string required, any;
  const auto add = [](std::string& to, const char* operation,
                      const std::string& term) {
    to += (to.empty() ? "" : operation) + term;
  };
  for (const std::string_view phrase : parts.phrases) {
    const std::string term = TermOf(FindIdentifiers(phrase), /*begins=*/false);
    if (term.empty()) continue;
    add(required, " AND ", term);
    add(any, " OR ", term);
  }
  for (const auto& word : WordsOf(parts.words)) {
    add(any, " OR ", TermOf(word, /*begins=*/true));
  }
  if (required.empty()) return any;
  return "(" + required + ") AND (" + any + ")";
}

std::string Highlight(std::string_view text, std::string_view query) {
  const WordMatcher matcher(query);
  std::string marked;
  std::size_t copied = 0;
  const auto mark = [&](std::string_view word) {
    const auto begin = static_cast<std::size_t>(word.data() - text.data());
    marked += text.substr(copied, begin - copied);
    marked += '[' + std::string(word) + ']';
    copied = begin + word.size();
  };
  for (const Identifier& identifier : FindIdentifiers(text)) {
    if (matcher.Matches(identifier.whole)) {
      mark(identifier.whole);
      continue;
    }
    for (const auto part : identifier.parts) {
      if (matcher.Matches(part)) mark(part);
    }
  }
  marked += text.substr(copied);
  return marked;
}

}  // namespace dobby
