// How a kernel borrows the threads of its caller.
#pragma once

#include <cstddef>
#include <functional>

namespace dobby {

/// Calls body(i) once for each i in [0, count), on any thread and in any order,
/// and returns when all calls have returned. Kernels own no threads: the engine
/// lends those of the session.
using ParallelFor = std::function<void(
    std::size_t count, const std::function<void(std::size_t)>& body)>;

/// Runs everything on the calling thread.
inline void Serially(std::size_t count,
                     const std::function<void(std::size_t)>& body) {
  for (std::size_t i = 0; i < count; ++i) body(i);
}

}  // namespace dobby
