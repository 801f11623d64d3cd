#include "repo/glob.h"

#include <cctype>
#include <optional>
#include <utility>

namespace dobby {
namespace {

using ByteTest = int (*)(int);

struct NamedClass {
  std::string_view name;
  ByteTest holds;
};

constexpr NamedClass kNamedClasses[] = {
    {"alnum", std::isalnum}, {"alpha", std::isalpha}, {"blank", std::isblank},
    {"cntrl", std::iscntrl}, {"digit", std::isdigit}, {"graph", std::isgraph},
    {"lower", std::islower}, {"print", std::isprint}, {"punct", std::ispunct},
    {"space", std::isspace}, {"upper", std::isupper}, {"xdigit", std::isxdigit},
};

std::uint8_t Byte(char c) { return static_cast<std::uint8_t>(c); }

}  // namespace

/// Reads a pattern from left to right into the tokens of a Glob.
struct Glob::Compiler {
  Glob& glob;
  std::string_view pattern;
  std::size_t at = 0;

  bool ReadPattern() {
    while (at < pattern.size()) {
      switch (pattern[at]) {
        case '*':
          ReadStars();
          break;
        case '?':
          AddSet(~ByteSet());
          ++at;
          break;
        case '[':
          if (!ReadClass()) return false;
          break;
        case '\\':
          if (++at == pattern.size()) return false;
          [[fallthrough]];
        default:
          glob.tokens_.push_back({TokenKind::kByte, Byte(pattern[at++]), 0});
      }
    }
    return true;
  }

  char Peek(std::size_t ahead = 0) const {
    return at + ahead < pattern.size() ? pattern[at + ahead] : '\0';
  }

  void AddSet(ByteSet set) {
    set.reset('/');
    glob.tokens_.push_back(
        {TokenKind::kSet, 0, static_cast<std::uint16_t>(glob.sets_.size())});
    glob.sets_.push_back(set);
  }

  /// `**` crosses folders only as a whole part of the path.
  void ReadStars() {
    const std::size_t begin = at;
    while (Peek() == '*') ++at;
    const bool opens = begin == 0 || pattern[begin - 1] == '/';
    const bool slash = Peek() == '/';
    const bool closes =
        at == pattern.size() || slash || (Peek() == '\\' && Peek(1) == '/');
    TokenKind kind = TokenKind::kStar;
    if (at - begin >= 2 && opens && closes) {
      kind = slash ? TokenKind::kFolders : TokenKind::kAll;
      if (slash) ++at;
    }
    glob.tokens_.push_back({kind, 0, 0});
  }

  /// A class: `]` right after the opening is a member; a range that starts
  /// after another range or a named class is three members.
  bool ReadClass() {
    ++at;
    const bool negated = Peek() == '!' || Peek() == '^';
    if (negated) ++at;
    ByteSet set;
    std::optional<std::uint8_t> range_begin;
    for (bool first = true; first || Peek() != ']'; first = false) {
      if (at >= pattern.size()) return false;
      if (Peek() == '[' && Peek(1) == ':') {
        const auto named = ReadNamedClass(set);
        if (!named) return false;
        if (*named) {
          range_begin.reset();
          continue;
        }
      }
      if (Peek() == '-' && range_begin && at + 1 < pattern.size() &&
          Peek(1) != ']') {
        ++at;
        const auto last = ReadMember();
        if (!last) return false;
        for (int c = *range_begin; c <= *last; ++c) set.set(c);
        range_begin.reset();
        continue;
      }
      range_begin = ReadMember();
      if (!range_begin) return false;
      set.set(*range_begin);
    }
    ++at;
    AddSet(negated ? ~set : set);
    return true;
  }

  std::optional<std::uint8_t> ReadMember() {
    if (Peek() == '\\') ++at;
    if (at >= pattern.size()) return std::nullopt;
    return Byte(pattern[at++]);
  }

  /// Adds `[:name:]` to `set`. Returns false when the text is no named class,
  /// nothing when it is one that does not exist or does not end.
  std::optional<bool> ReadNamedClass(ByteSet& set) {
    const std::size_t begin = at + 2;
    const std::size_t end = pattern.find(']', begin);
    if (end == std::string_view::npos) return std::nullopt;
    if (end == begin || pattern[end - 1] != ':') return false;
    const std::string_view name = pattern.substr(begin, end - 1 - begin);
    for (const NamedClass& named : kNamedClasses) {
      if (named.name != name) continue;
      for (int c = 0; c < 128; ++c) {
        if (named.holds(c) != 0) set.set(c);
      }
      at = end + 1;
      return true;
    }
    return std::nullopt;
  }
};

Glob::Glob(std::string_view pattern) {
  well_formed_ = pattern.size() <= kMostPatternBytes &&
                 Compiler{*this, pattern}.ReadPattern();
}

bool Glob::TokenMatches(const Token& token, char byte) const {
  if (token.kind == TokenKind::kByte) return token.byte == Byte(byte);
  return token.kind == TokenKind::kSet && sets_[token.set].test(Byte(byte));
}

// Goes forward greedily and remembers only the last wildcard of each reach:
// whatever an earlier one could still absorb, the later one absorbs as well.
bool Glob::Matches(std::string_view text) const {
  if (!well_formed_) return false;
  struct Resume {
    std::size_t token = 0, text = 0;  // Where matching goes on next time.
    bool set = false;
  };
  Resume near, far;  // Within one part of the path; across parts.
  std::size_t t = 0, i = 0;
  while (true) {
    if (t == tokens_.size() && i == text.size()) return true;
    if (t < tokens_.size()) {
      const Token& token = tokens_[t];
      if (token.kind == TokenKind::kStar) {
        near = {++t, i, true};
        continue;
      }
      if (token.kind == TokenKind::kAll || token.kind == TokenKind::kFolders) {
        near.set = false;
        far = {++t, i, true};
        continue;
      }
      if (i < text.size() && TokenMatches(token, text[i])) {
        ++t, ++i;
        continue;
      }
    }
    if (near.set && near.text < text.size() && text[near.text] != '/') {
      i = ++near.text;
      t = near.token;
      continue;
    }
    near.set = false;
    if (!far.set || far.text >= text.size()) return false;
    ++far.text;
    if (tokens_[far.token - 1].kind == TokenKind::kFolders) {
      const std::size_t slash = text.find('/', far.text - 1);
      if (slash == std::string_view::npos) return false;
      far.text = slash + 1;
    }
    i = far.text;
    t = far.token;
  }
}

}  // namespace dobby
