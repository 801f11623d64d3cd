#include "repo/git_index.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "dobby/repo.h"

namespace dobby {
namespace {

/// Reads big-endian numbers off a text; after its end it gives zeros and is
/// not good.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  bool good() const { return good_; }
  std::size_t at() const { return at_; }

  std::uint32_t TakeNumber(int bytes) {
    std::uint32_t number = 0;
    for (int i = 0; i < bytes; ++i) number = number << 8 | TakeByte();
    return number;
  }

  void Skip(std::size_t count) {
    good_ = good_ && count <= bytes_.size() - at_;
    at_ = good_ ? at_ + count : bytes_.size();
  }

  /// Takes a number in the encoding of pack files' offsets.
  std::size_t TakeOffset() {
    std::size_t byte = TakeByte(), number = byte & 127;
    while (good_ && (byte & 128) != 0 && number < kMostPathBytes) {
      byte = TakeByte();
      number = (number + 1) << 7 | (byte & 127);
    }
    return number;
  }

  /// Takes a text that ends in NUL.
  std::string_view TakeText() {
    const std::size_t end = bytes_.find('\0', at_);
    good_ = good_ && end != bytes_.npos;
    if (!good_) return {};
    const std::string_view text = bytes_.substr(at_, end - at_);
    at_ = end + 1;
    return text;
  }

 private:
  std::uint8_t TakeByte() {
    good_ = good_ && at_ < bytes_.size();
    return good_ ? static_cast<std::uint8_t>(bytes_[at_++]) : 0;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool good_ = true;
};

// Times, device, inode, mode, owner and size.
constexpr std::size_t kStatBytes = 40;
constexpr std::uint32_t kExtendedFlag = 0x4000;

/// Takes the path of an entry that began at `begin`.
std::string TakePath(ByteReader& reader, std::uint32_t version,
                     std::size_t begin, const std::string& previous) {
  if (version >= 4) {
    const std::size_t drop = std::min(reader.TakeOffset(), previous.size());
    std::string path = previous.substr(0, previous.size() - drop);
    return path += reader.TakeText();
  }
  std::string path(reader.TakeText());
  const std::size_t beyond = (reader.at() - begin) % 8;
  if (beyond != 0) reader.Skip(8 - beyond);
  return path;
}

}  // namespace

GitIndex::GitIndex(std::string_view bytes, std::size_t hash_bytes) {
  if (!bytes.starts_with("DIRC") || bytes.size() > kMostBytes) return;
  ByteReader reader(bytes);
  reader.Skip(4);
  const std::uint32_t version = reader.TakeNumber(4);
  const std::uint32_t count = reader.TakeNumber(4);
  if (version < 2 || version > 4) return;
  std::size_t path_bytes = 0;
  std::string path;
  std::vector<std::string> paths;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t begin = reader.at();
    reader.Skip(kStatBytes + hash_bytes);
    const std::uint32_t flags = reader.TakeNumber(2);
    if (version >= 3 && (flags & kExtendedFlag) != 0) reader.Skip(2);
    path = TakePath(reader, version, begin, path);
    path_bytes += path.size();
    if (!reader.good() || path.size() > kMostPathBytes ||
        path_bytes > kMostBytes) {
      return;
    }
    paths.push_back(path);
  }
  // git sorts it too, but a stranger's may be anyhow.
  std::sort(paths.begin(), paths.end());
  paths_ = std::move(paths);
}

bool GitIndex::Holds(std::string_view path) const {
  return std::binary_search(paths_.begin(), paths_.end(), path);
}

bool GitIndex::HoldsIn(std::string_view folder) const {
  if (paths_.empty()) return false;
  const std::string below = std::string(folder) + "/";
  const auto first = std::lower_bound(paths_.begin(), paths_.end(), below);
  return (first != paths_.end() && first->starts_with(below)) || Holds(folder);
}

}  // namespace dobby
