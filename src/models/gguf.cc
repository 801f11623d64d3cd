#include "models/gguf.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

namespace dobby {
namespace {

static_assert(std::endian::native == std::endian::little,
              "GGUF values are read in place");

/// Value types. Source: GGUF specification, `gguf_metadata_value_type`.
enum ValueType : std::uint32_t {
  kUint8,
  kInt8,
  kUint16,
  kInt16,
  kUint32,
  kInt32,
  kFloat32,
  kBool,
  kString,
  kArray,
  kUint64,
  kInt64,
  kFloat64,
};

/// Deeper nesting of arrays than any known file has is taken for damage.
constexpr int kMaxArrayDepth = 4;
constexpr std::uint32_t kMaxDimensions = 4;

/// Returns the bytes of a scalar type, or 0 for the others.
std::size_t ScalarBytes(std::uint32_t type) {
  switch (type) {
    case kUint8:
    case kInt8:
    case kBool:
      return 1;
    case kUint16:
    case kInt16:
      return 2;
    case kUint32:
    case kInt32:
    case kFloat32:
      return 4;
    case kUint64:
    case kInt64:
    case kFloat64:
      return 8;
    default:
      return 0;
  }
}

template <class T>
T Load(std::string_view bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

/// Returns a * b, or nothing when that leaves 63 bits.
std::optional<std::uint64_t> Product(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product) ||
      product > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
    return std::nullopt;
  }
  return product;
}

}  // namespace

/// Reads one file from front to back. After the first failure every read
/// gives zeros, and `error` says what was wrong, and where.
class GgufFile::Parser {
 public:
  explicit Parser(GgufFile& file) : file_(file), bytes_(file.bytes()) {}

  Result<void> Parse() {
    ParseHeader();
    for (std::uint64_t i = 0; i < metadata_count_ && !error_; ++i) {
      ParseMetadata();
    }
    for (std::uint64_t i = 0; i < tensor_count_ && !error_; ++i) {
      ParseTensor();
    }
    if (!error_) PlaceTensors();
    if (error_) return *error_;
    return {};
  }

 private:
  void Fail(const std::string& what, ErrorCode code = ErrorCode::kCorrupt) {
    if (error_) return;
    error_ =
        Error{code, what + ", at byte " + std::to_string(item_), file_.path_};
  }

  std::string_view Take(std::uint64_t count, const char* what) {
    if (error_) return {};
    if (count > bytes_.size() - at_) {
      Fail(std::string("the file ends inside ") + what);
      return {};
    }
    const std::string_view taken = bytes_.substr(at_, count);
    at_ += count;
    return taken;
  }

  template <class T>
  T Read(const char* what) {
    const std::string_view taken = Take(sizeof(T), what);
    return taken.empty() ? T{} : Load<T>(taken);
  }

  std::string_view ReadString(const char* what) {
    const auto length = Read<std::uint64_t>(what);
    return Take(length, what);
  }

  void ParseHeader() {
    if (Take(4, "the magic number") != "GGUF") return Fail("no GGUF file");
    const auto version = Read<std::uint32_t>("the version");
    // A big-endian file has its version in the upper half.
    if (!error_ && (version < 2 || version > 3)) {
      return Fail("GGUF version " + std::to_string(version) +
                      " or byte order is not supported",
                  ErrorCode::kUnsupported);
    }
    tensor_count_ = Read<std::uint64_t>("the tensor count");
    metadata_count_ = Read<std::uint64_t>("the metadata count");
  }

  void ParseMetadata() {
    item_ = at_;
    const std::string_view key = ReadString("a metadata key");
    const auto type = Read<std::uint32_t>("a metadata type");
    const Value value = ReadValue(type, 0);
    if (error_) return;
    if (!file_.metadata_.emplace(key, value).second) {
      Fail("a second metadata key '" + std::string(key) + "'");
    }
  }

  Value ReadValue(std::uint32_t type, int depth) {
    Value value;
    value.type = type;
    if (const std::size_t size = ScalarBytes(type)) {
      value.bytes = Take(size, "a metadata value");
    } else if (type == kString) {
      value.bytes = ReadString("a metadata string");
    } else if (type == kArray) {
      ReadArray(value, depth);
    } else {
      Fail("metadata of unknown type " + std::to_string(type));
    }
    return value;
  }

  void ReadArray(Value& value, int depth) {
    value.element_type = Read<std::uint32_t>("an array type");
    value.count = Read<std::uint64_t>("an array length");
    if (depth >= kMaxArrayDepth) return Fail("arrays nested too deep");
    const std::size_t begin = at_;
    if (const std::size_t size = ScalarBytes(value.element_type)) {
      const auto total = Product(value.count, size);
      if (!total) return Fail("an array of impossible length");
      Take(*total, "an array");
    } else {
      for (std::uint64_t i = 0; i < value.count && !error_; ++i) {
        ReadValue(value.element_type, depth + 1);
      }
    }
    value.bytes = bytes_.substr(begin, at_ - begin);
  }

  void ParseTensor() {
    item_ = at_;
    GgufTensor tensor;
    tensor.name = ReadString("a tensor name");
    const auto dimensions = Read<std::uint32_t>("a tensor's dimension count");
    if (dimensions < 1 || dimensions > kMaxDimensions) {
      return Fail("tensor '" + std::string(tensor.name) + "' has " +
                  std::to_string(dimensions) + " dimensions");
    }
    std::uint64_t columns = 0, rows = 1;
    for (std::uint32_t i = 0; i < dimensions && !error_; ++i) {
      const auto size = Read<std::uint64_t>("a tensor's dimensions");
      const auto product = Product(i == 0 ? 1 : rows, size);
      if (size == 0 || !product) return Fail("a tensor of impossible size");
      (i == 0 ? columns : rows) = *product;
    }
    const auto type = Read<std::uint32_t>("a tensor type");
    const auto offset = Read<std::uint64_t>("a tensor offset");
    if (error_) return;
    AddTensor(tensor, columns, rows, type);
    offsets_.push_back(offset);
  }

  void AddTensor(GgufTensor tensor, std::uint64_t columns, std::uint64_t rows,
                 std::uint32_t type) {
    const std::string name(tensor.name);
    const TensorTypeInfo* info = FindTensorType(type);
    if (info == nullptr) {
      return Fail("tensor '" + name + "' is of type " + TensorTypeName(type) +
                      ", which is not supported",
                  ErrorCode::kUnsupported);
    }
    const auto blocks = Product(columns / info->block_values, rows);
    const auto size = blocks ? Product(*blocks, info->block_bytes) : blocks;
    if (columns % info->block_values != 0 || !size || *size > bytes_.size()) {
      return Fail("tensor '" + name + "' of impossible size");
    }
    tensor.type = info->type;
    tensor.columns = static_cast<std::int64_t>(columns);
    tensor.rows = static_cast<std::int64_t>(rows);
    // Only the length counts until PlaceTensors.
    tensor.data = bytes_.substr(0, *size);
    if (!file_.index_.emplace(tensor.name, file_.tensors_.size()).second) {
      return Fail("a second tensor '" + name + "'");
    }
    file_.tensors_.push_back(tensor);
  }

  void PlaceTensors() {
    item_ = at_;
    const std::uint64_t alignment =
        file_.Uint("general.alignment").value_or(32);
    if (!std::has_single_bit(alignment) || alignment > (1u << 20)) {
      return Fail("an alignment of " + std::to_string(alignment) + " bytes");
    }
    const std::uint64_t start = (at_ + alignment - 1) & ~(alignment - 1);
    for (std::size_t i = 0; i < offsets_.size(); ++i) {
      GgufTensor& tensor = file_.tensors_[i];
      const std::uint64_t size = tensor.data.size();
      if (offsets_[i] % alignment != 0 || start > bytes_.size() ||
          offsets_[i] > bytes_.size() - start ||
          size > bytes_.size() - start - offsets_[i]) {
        return Fail("tensor '" + std::string(tensor.name) + "' with " +
                    std::to_string(size) + " bytes at offset " +
                    std::to_string(offsets_[i]) +
                    " is not inside the file, or not aligned");
      }
      tensor.data = bytes_.substr(start + offsets_[i], size);
    }
    CheckThatNoneOverlap();
  }

  /// Otherwise a small file could be a model without end.
  void CheckThatNoneOverlap() {
    std::vector<const GgufTensor*> by_place;
    by_place.reserve(file_.tensors_.size());
    for (const GgufTensor& tensor : file_.tensors_) by_place.push_back(&tensor);
    std::sort(by_place.begin(), by_place.end(),
              [](const GgufTensor* a, const GgufTensor* b) {
                return a->data.data() < b->data.data();
              });
    for (std::size_t i = 1; i < by_place.size(); ++i) {
      const std::string_view before = by_place[i - 1]->data;
      if (by_place[i]->data.data() < before.data() + before.size()) {
        return Fail("tensor '" + std::string(by_place[i]->name) +
                    "' that overlaps tensor '" +
                    std::string(by_place[i - 1]->name) + "'");
      }
    }
  }

  GgufFile& file_;
  std::string_view bytes_;
  std::size_t at_ = 0;
  std::size_t item_ = 0;  ///< Where the entry being read begins.
  std::uint64_t tensor_count_ = 0;
  std::uint64_t metadata_count_ = 0;
  std::vector<std::uint64_t> offsets_;
  std::optional<Error> error_;
};

Result<GgufFile> GgufFile::Open(const std::string& path) {
  auto mapped = MappedFile::Open(path);
  if (!mapped) return mapped.error();
  GgufFile file;
  file.path_ = path;
  file.file_ = *std::move(mapped);
  auto parsed = Parser(file).Parse();
  if (!parsed) return parsed.error();
  return file;
}

bool GgufFile::Has(std::string_view key) const {
  return metadata_.contains(key);
}

std::optional<std::uint64_t> GgufFile::Uint(std::string_view key) const {
  const auto found = metadata_.find(key);
  if (found == metadata_.end()) return std::nullopt;
  const std::string_view bytes = found->second.bytes;
  std::int64_t value = 0;
  switch (found->second.type) {
    case kUint8:
      return Load<std::uint8_t>(bytes);
    case kUint16:
      return Load<std::uint16_t>(bytes);
    case kUint32:
      return Load<std::uint32_t>(bytes);
    case kUint64:
      return Load<std::uint64_t>(bytes);
    case kInt8:
      value = Load<std::int8_t>(bytes);
      break;
    case kInt16:
      value = Load<std::int16_t>(bytes);
      break;
    case kInt32:
      value = Load<std::int32_t>(bytes);
      break;
    case kInt64:
      value = Load<std::int64_t>(bytes);
      break;
    default:
      return std::nullopt;
  }
  if (value < 0) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

std::optional<double> GgufFile::Float(std::string_view key) const {
  const auto found = metadata_.find(key);
  if (found == metadata_.end()) return std::nullopt;
  if (found->second.type == kFloat32) return Load<float>(found->second.bytes);
  if (found->second.type == kFloat64) return Load<double>(found->second.bytes);
  return std::nullopt;
}

std::optional<bool> GgufFile::Bool(std::string_view key) const {
  const auto found = metadata_.find(key);
  if (found == metadata_.end() || found->second.type != kBool) {
    return std::nullopt;
  }
  return found->second.bytes[0] != 0;
}

std::optional<std::string_view> GgufFile::String(std::string_view key) const {
  const auto found = metadata_.find(key);
  if (found == metadata_.end() || found->second.type != kString) {
    return std::nullopt;
  }
  return found->second.bytes;
}

std::vector<std::string_view> GgufFile::Strings(std::string_view key) const {
  std::vector<std::string_view> strings;
  const auto found = metadata_.find(key);
  if (found == metadata_.end() || found->second.type != kArray ||
      found->second.element_type != kString) {
    return strings;
  }
  std::string_view rest = found->second.bytes;
  while (!rest.empty()) {
    const auto length = Load<std::uint64_t>(rest);
    strings.push_back(rest.substr(sizeof length, length));
    rest.remove_prefix(sizeof length + length);
  }
  return strings;
}

std::vector<std::int32_t> GgufFile::Ints(std::string_view key) const {
  const auto found = metadata_.find(key);
  if (found == metadata_.end() || found->second.type != kArray ||
      (found->second.element_type != kInt32 &&
       found->second.element_type != kUint32)) {
    return {};
  }
  std::vector<std::int32_t> values(found->second.count);
  std::memcpy(values.data(), found->second.bytes.data(),
              found->second.bytes.size());
  return values;
}

std::vector<float> GgufFile::Floats(std::string_view key) const {
  const auto found = metadata_.find(key);
  if (found == metadata_.end() || found->second.type != kArray ||
      found->second.element_type != kFloat32) {
    return {};
  }
  std::vector<float> values(found->second.count);
  std::memcpy(values.data(), found->second.bytes.data(),
              found->second.bytes.size());
  return values;
}

const GgufTensor* GgufFile::Find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &tensors_[found->second];
}

}  // namespace dobby
