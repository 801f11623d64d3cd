#include "cli/npy_file.h"

#include <bit>
#include <cstring>

#include "base/files.h"

namespace dobby::cli {

static_assert(std::endian::native == std::endian::little);

Result<void> WriteNpy(const std::string& path, std::span<const float> values,
                      std::size_t rows, std::size_t columns) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" +
                       std::to_string(rows) + ", " + std::to_string(columns) +
                       "), }";
  // Magic, version and length take 10 bytes; the data begins at a multiple
  // of 64, after a newline.
  header.append(63 - (header.size() + 10) % 64, ' ');
  header += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  bytes += header;
  const std::size_t start = bytes.size();
  bytes.resize(start + values.size_bytes());
  std::memcpy(bytes.data() + start, values.data(), values.size_bytes());
  return WriteFileAtomically(path, bytes);
}

}  // namespace dobby::cli
