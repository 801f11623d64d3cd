// Writes NumPy's array files.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "dobby/result.h"

namespace dobby::cli {

/// Writes `values`, [rows, columns] row-major, as little-endian float32.
/// Source: NumPy, numpy.lib.format, version 1.0. Errors: kIo.
Result<void> WriteNpy(const std::string& path, std::span<const float> values,
                      std::size_t rows, std::size_t columns);

}  // namespace dobby::cli
