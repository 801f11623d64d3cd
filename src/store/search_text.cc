#include "store/search_text.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <unordered_set>

#include "base/code_point.h"

namespace dobby {
namespace {

// More words than anyone asks for; FTS5 limits the depth of an expression.
constexpr std::size_t kMaxWords = 64;
/// Identifiers between two blanks that are looked for.
constexpr std::size_t kMaxRun = 16;
/// Bytes of a word with which others may begin, and of the blank behind it.
constexpr std::size_t kShortestBeginning = 4;
/// Bytes of a run of letters in which more than its beginning is marked.
constexpr std::size_t kLongestMarked = 4'096;
/// Bytes of a line that is worth showing.
constexpr std::size_t kLongestLine = 400;

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

/// Whether a character is of a script that puts no blanks between words.
bool HasNoBlanks(char32_t c) {
  struct Script {
    char32_t first, last;
  };
  // Thai and Lao, Myanmar, Khmer, kana, ideographs, half-width kana.
  static constexpr Script kScripts[] = {
      {0x0E00, 0x0EFF}, {0x1000, 0x109F},  {0x1780, 0x17FF}, {0x3040, 0x30FF},
      {0x31F0, 0x31FF}, {0x3400, 0x4DBF},  {0x4E00, 0x9FFF}, {0xF900, 0xFAFF},
      {0xFF66, 0xFF9D}, {0x20000, 0x3FFFF}};
  return std::any_of(
      std::begin(kScripts), std::end(kScripts),
      [&](const Script& s) { return c >= s.first && c <= s.last; });
}

/// Appends `word`, with a blank behind it, to `words`. Where its script has no
/// blanks, it becomes pairs of characters that overlap, and for a text also the
/// last character alone: so each character begins something.
void AppendWord(std::string_view word, bool of_text, std::string& words) {
  const auto append = [&](std::size_t begin, std::size_t end) {
    if (begin == end) return;
    words += std::string(word.substr(begin, end - begin)) + ' ';
  };
  std::size_t plain = 0;            // Where a run with blanks began.
  std::size_t last = 0, pairs = 0;  // Of the run without: its last character.
  bool in_run = false;
  const auto end_run = [&](std::size_t end) {
    if (in_run && (of_text || pairs == 0)) append(last, end);
    in_run = false;
    pairs = 0;
  };
  for (std::size_t at = 0; at < word.size();) {
    const CodePoint c = FirstCodePoint(word.substr(at));
    if (!HasNoBlanks(c.value)) {
      if (in_run) plain = at;
      end_run(at);
    } else {
      if (!in_run) append(plain, at);
      if (in_run) append(last, at + c.length);
      pairs += in_run ? 1 : 0;
      in_run = true;
      last = at;
      plain = at + c.length;
    }
    at += c.length;
  }
  if (!in_run) append(plain, word.size());
  end_run(word.size());
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

/// Whether a word is none that anyone looks for: a key, a hash, an encoded
/// file, a long number. Scripts without blanks have long ones. Also the words
/// of English that stand everywhere: their places would be a tenth of the
/// index.
bool IsLeftOut(std::string_view word) {
  constexpr std::size_t kLongestWord = 48, kLongestNumber = 6;
  static constexpr std::string_view kEverywhere[] = {
      "a",  "an", "and", "are", "as", "at",   "be",  "by",   "for", "from",
      "in", "is", "it",  "of",  "on", "that", "the", "this", "to",  "with"};
  const auto is_foreign = [](char c) {
    return static_cast<signed char>(c) < 0;
  };
  if (std::any_of(word.begin(), word.end(), is_foreign)) return false;
  if (word.size() > kLongestWord) return true;
  const auto digits = static_cast<std::size_t>(
      std::count_if(word.begin(), word.end(), IsDigit));
  if (word.size() > kLongestNumber) return 2 * digits > word.size();
  return std::find(std::begin(kEverywhere), std::end(kEverywhere),
                   FoldCase(word)) != std::end(kEverywhere);
}

/// Returns the FTS5 expression of identifiers one behind the other, whole or in
/// parts; empty for none. With `begins`, more may follow the last one, but for
/// a short one, which would begin too much.
std::string TermOf(const std::vector<Identifier>& identifiers, bool begins) {
  std::string whole, parts;
  for (const Identifier& identifier : identifiers) {
    if (IsLeftOut(identifier.whole)) continue;
    AppendWord(identifier.whole, /*of_text=*/false, whole);
    for (const auto part : identifier.parts) {
      AppendWord(part, /*of_text=*/false, parts);
    }
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
    if (identifiers.size() > kMaxRun) identifiers.resize(kMaxRun, Identifier());
    if (!identifiers.empty()) words.push_back(std::move(identifiers));
    begin = end + 1;
  }
  return words;
}

/// Whether two words seem to be forms of one: what follows their common
/// beginning are endings of English. Only marks rest on it.
bool HaveOneStem(std::string_view a, std::string_view b) {
  static constexpr std::string_view kEndings[] = {"",   "s",   "es", "d",
                                                  "ed", "ing", "e",  "ly"};
  constexpr std::size_t kShortestStem = 3;
  const auto [in_a, in_b] =
      std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const auto common = static_cast<std::size_t>(in_a - a.begin());
  const auto is_ending = [&](std::string_view word) {
    return std::find(std::begin(kEndings), std::end(kEndings),
                     word.substr(common)) != std::end(kEndings);
  };
  return common >= kShortestStem && is_ending(a) && is_ending(b);
}

/// Whether `word` is a form of one of the words of the query, or begins with
/// it.
class WordMatcher {
 public:
  explicit WordMatcher(std::string_view query) {
    for (const auto& word : WordsOf(query)) {
      for (const Identifier& identifier : word) Add(identifier);
    }
  }

  bool Matches(std::string_view word) const {
    const std::string folded = FoldCase(word);
    return std::any_of(
        prefixes_.begin(), prefixes_.end(), [&](const std::string& prefix) {
          return folded.starts_with(prefix) || HaveOneStem(folded, prefix);
        });
  }

  /// Returns how many different words of the query are in `text`.
  std::size_t CountIn(std::string_view text) const {
    std::set<std::string> found;
    for (const Identifier& identifier : FindIdentifiers(text)) {
      if (Matches(identifier.whole)) found.insert(FoldCase(identifier.whole));
      for (const auto part : identifier.parts) {
        if (Matches(part)) found.insert(FoldCase(part));
      }
      const auto stretch = FirstStretch(identifier.whole);
      if (!stretch.empty()) found.emplace(stretch);
    }
    return found.size();
  }

  /// Returns the first stretch of `word` that the query asks for in a script
  /// without blanks; empty for none.
  std::string_view FirstStretch(std::string_view word) const {
    std::string_view first;
    for (const std::string& stretch : stretches_) {
      const std::size_t at = word.find(stretch);
      if (at == word.npos) continue;
      if (first.empty() || word.data() + at < first.data()) {
        first = word.substr(at, stretch.size());
      }
    }
    return first;
  }

 private:
  void Add(const Identifier& identifier) {
    if (HasNoBlanks(FirstCodePoint(identifier.whole).value)) {
      stretches_.emplace_back(identifier.whole);
      return;
    }
    prefixes_.push_back(FoldCase(identifier.whole));
    if (identifier.parts.size() == 1) return;
    for (const auto part : identifier.parts) {
      prefixes_.push_back(FoldCase(part));
    }
  }

  std::vector<std::string> prefixes_, stretches_;
};

}  // namespace

std::string FoldCase(std::string_view word) {
  std::string folded(word);
  for (char& c : folded) {
    if (IsUpper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

std::string IndexedWords(std::string_view text) {
  std::string words;
  for (const Identifier& identifier : FindIdentifiers(text)) {
    if (IsLeftOut(identifier.whole)) continue;
    AppendWord(identifier.whole, /*of_text=*/true, words);
  }
  return words;
}

std::vector<Identifier> FindIdentifiers(std::string_view text) {
  std::vector<Identifier> identifiers;
  std::size_t begin = 0, at = 0;
  const auto close = [&] {
    if (at > begin) {
      identifiers.push_back(SplitAtCase(text.substr(begin, at - begin)));
    }
  };
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const CodePoint c =
        byte < 0x80 ? CodePoint{byte, 1} : FirstCodePoint(text.substr(at));
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
  std::unordered_set<std::string_view> seen;
  for (const Identifier& identifier : FindIdentifiers(text)) {
    if (identifier.parts.size() == 1 || IsLeftOut(identifier.whole)) continue;
    if (!seen.insert(identifier.whole).second) continue;
    for (const auto part : identifier.parts) {
      AppendWord(part, /*of_text=*/true, words);
    }
  }
  return words;
}

std::string MatchExpression(std::string_view query, bool begins) {
  const QueryParts parts = PartsOf(query);
  std::string required, any;
  const auto add = [](std::string& to, const char* operation,
                      const std::string& term) {
    if (term.empty()) return;
    to += (to.empty() ? "" : operation) + term;
  };
  for (const std::string_view phrase : parts.phrases) {
    const std::string term = TermOf(FindIdentifiers(phrase), /*begins=*/false);
    if (term.empty()) continue;
    add(required, " AND ", term);
    add(any, " OR ", term);
  }
  std::vector<Identifier> before;
  for (const auto& word : WordsOf(parts.words)) {
    const std::string term = TermOf(word, begins);
    if (term.empty()) continue;
    add(any, " OR ", term);
    for (const Identifier& one : word) {
      if (word.size() > 1) add(any, " OR ", TermOf({one}, begins));
    }
    // Two words that stand together count once more.
    if (!before.empty()) {
      before.insert(before.end(), word.begin(), word.end());
      add(any, " OR ", TermOf(before, /*begins=*/false));
    }
    before = word;
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
    if (identifier.parts.size() > 1) continue;
    if (identifier.whole.size() > kLongestMarked) continue;
    std::string_view rest = identifier.whole;
    while (true) {
      const auto stretch = matcher.FirstStretch(rest);
      if (stretch.empty()) break;
      mark(stretch);
      rest.remove_prefix(
          static_cast<std::size_t>(stretch.data() - rest.data()) +
          stretch.size());
    }
  }
  marked += text.substr(copied);
  return marked;
}

std::optional<MatchingLine> FindMatchingLine(std::string_view text,
                                             std::uint32_t first_line,
                                             std::uint32_t last_line,
                                             const std::string& query) {
  const WordMatcher matcher(query);
  std::size_t most = 0;
  std::uint32_t number = 0;
  MatchingLine best;
  while (!text.empty() && number < last_line) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (++number < first_line || line.size() > kLongestLine) continue;
    const std::size_t words = matcher.CountIn(line);
    if (words <= most) continue;
    most = words;
    best = {number, std::string(line)};
  }
  if (most == 0) return std::nullopt;
  const std::size_t begin = best.text.find_first_not_of(" \t");
  best.text =
      Highlight(best.text.substr(std::min(begin, best.text.size())), query);
  return best;
}

}  // namespace dobby
