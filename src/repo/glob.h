// Wildcard patterns of gitignore and gitattributes.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace dobby {

inline constexpr std::size_t kMostPatternBytes = 4096;

/// A wildcard pattern, compiled: `?`, `*`, `**`, `[a-z]`, `[[:alpha:]]`,
/// backslash escapes. Only `**` matches '/'. A malformed pattern (a class that
/// does not end, a backslash at the end) matches nothing, as in git. So does
/// one over kMostPatternBytes, since no path is that long. Source:
/// gitignore(5), "PATTERN FORMAT".
class Glob {
 public:
  Glob() = default;
  explicit Glob(std::string_view pattern);

  /// Returns whether the pattern matches all of `text`. Time: at most
  /// |pattern| * |text|^2, whatever the pattern.
  bool Matches(std::string_view text) const;

  /// Whether the pattern is empty.
  bool empty() const { return well_formed_ && tokens_.empty(); }

 private:
  using ByteSet = std::bitset<256>;

  enum class TokenKind : std::uint8_t {
    kByte,
    kSet,      ///< `?` or a class; never holds '/'.
    kStar,     ///< Any run of bytes other than '/'.
    kAll,      ///< Any run of bytes.
    kFolders,  ///< `**/`: nothing, or any run of bytes that ends in '/'.
  };

  struct Token {
    TokenKind kind;
    std::uint8_t byte;  ///< Of kByte.
    std::uint16_t set;  ///< Of kSet: index into sets_.
  };

  struct Compiler;

  bool TokenMatches(const Token& token, char byte) const;

  std::vector<Token> tokens_;
  std::vector<ByteSet> sets_;
  bool well_formed_ = true;
};

}  // namespace dobby
