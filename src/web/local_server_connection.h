// One connection of the local server, with limits.
#pragma once

#include <httplib.h>

#include <chrono>
#include <cstddef>
#include <string>

namespace dobby {

/// The limits of a client.
struct ConnectionLimits {
  std::size_t head_bytes = 16 << 10;  ///< Request line and headers.
  std::size_t head_lines = 64;
  /// For a whole request, however slowly its bytes arrive, and for the answer.
  std::chrono::milliseconds time{3000};
};

/// An accepted socket, for httplib. Blocks no longer than the time limit, and
/// not at all once `stop_event` is readable.
class Connection : public httplib::Stream {
 public:
  /// Does not own the descriptors.
  Connection(int socket, int stop_event, const ConnectionLimits& limits);

  /// Reads the head of a request. Returns 0, or the HTTP status that refuses
  /// it: 408 (too slow) or 431 (too long, or too many lines); -1 if the client
  /// is gone.
  int ReadHead();

  /// Answers with a status and nothing else.
  void Refuse(int status);

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* data, size_t size) override;
  ssize_t write(const char* data, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  int socket() const override { return socket_; }

 private:
  using Clock = std::chrono::steady_clock;

  bool WaitFor(short events) const;
  ssize_t Receive(char* data, std::size_t size) const;

  const int socket_;
  const int stop_event_;
  const ConnectionLimits limits_;
  Clock::time_point deadline_;
  bool writes_ = false;  ///< The answer has begun; it has a time limit of its
                         ///< own.
  std::string head_;     ///< Read ahead; [next_, size) is httplib's to read.
  std::size_t next_ = 0;
};

}  // namespace dobby
