// Parses within limits of time and memory.
#pragma once

#include <tree_sitter/api.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

namespace dobby {

struct TreeDeleter {
  void operator()(TSTree* tree) const { ts_tree_delete(tree); }
};
using TreePtr = std::unique_ptr<TSTree, TreeDeleter>;

/// Longer texts are data and are not parsed.
inline constexpr std::size_t kMaxParseBytes = 2u << 20;

/// The limits for parsing a file and reading its tree, counted from
/// construction: 2 s of this thread's CPU time and 192 MiB of memory. Only the
/// thread's own time counts, so that a busy machine does not change where files
/// are cut. Real code of kMaxParseBytes takes up to 0.7 s and 60 bytes of
/// memory for each byte; only text that is not code reaches the limits.
class ParseLimit {
 public:
  explicit ParseLimit(std::stop_token stop);

  /// Whether a limit is exceeded or a stop was requested. Takes a microsecond.
  bool IsPassed() const;

 private:
  std::stop_token stop_;
  std::int64_t end_ns_;
  std::int64_t most_bytes_;
};

/// Returns the syntax tree of `text`; null if a limit was exceeded.
TreePtr ParseText(const std::string& text, const TSLanguage* language,
                  const ParseLimit& limit);

}  // namespace dobby
