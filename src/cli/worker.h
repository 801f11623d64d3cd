// Snippets in, summaries out, as JSON lines.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>

#include "cli/io.h"
#include "dobby/result.h"
#include "dobby/summary.h"

namespace dobby::cli {

/// Reads requests from `io.in` and writes each answer to `io.out` as soon as it
/// is done. At most `limit` requests are in the worker at a time, including
/// answers that nobody has read from `io.out` yet; until there is room nothing
/// is read.
class Worker {
 public:
  Worker(Summariser& summariser, Io& io, std::size_t limit)
      : summariser_(summariser), io_(io), limit_(limit) {}

  /// Returns when the input has ended, a stop was requested or the output is
  /// closed, and everything that was read is answered. A stop also ends what
  /// the engine has, which is answered with kCancelled.
  void Run();

 private:
  void TakeLine(const std::string& line);
  bool WaitForRoom();  ///< False if nobody reads the output any more.
  void Answer(std::string line);
  void WriteLoop();

  Summariser& summariser_;
  Io& io_;
  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> outbox_;
  std::size_t inside_ = 0;  ///< Read, but not yet answered.
  bool input_ended_ = false;
  bool output_gone_ = false;
};

}  // namespace dobby::cli
