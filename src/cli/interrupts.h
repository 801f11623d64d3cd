// Ctrl-C as a stop request.
#pragma once

#include <chrono>
#include <stop_token>
#include <thread>

namespace dobby::cli {

/// While it exists, the first SIGINT or SIGTERM requests a stop and prints a
/// message. A second one ends the process at once with status 130; so does the
/// time `within` after the first one, unless it is 0. Must be made before any
/// other thread, because it blocks the signals in all threads but its own.
class Interrupts {
 public:
  Interrupts(std::stop_source source, std::chrono::milliseconds within);
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

 private:
  void Wait(std::stop_source& source) const;

  const std::chrono::milliseconds within_;
  int signals_;
  int end_;
  std::thread thread_;
};

}  // namespace dobby::cli
