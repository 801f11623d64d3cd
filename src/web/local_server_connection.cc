#include "web/local_server_connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace dobby {

Connection::Connection(int socket, int stop_event,
                       const ConnectionLimits& limits)
    : socket_(socket),
      stop_event_(stop_event),
      limits_(limits),
      deadline_(Clock::now() + limits.time) {}

bool Connection::WaitFor(short events) const {
  pollfd both[] = {{socket_, events, 0}, {stop_event_, POLLIN, 0}};
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
    const int ready =
        ::poll(both, 2, static_cast<int>(std::max<long>(left.count(), 0)));
    if (ready < 0 && errno == EINTR) continue;
    return ready > 0 && both[1].revents == 0;
  }
}

/// Returns what recv does; -1 when the time is over.
ssize_t Connection::Receive(char* data, std::size_t size) const {
  while (WaitFor(POLLIN)) {
    const ssize_t n = ::recv(socket_, data, size, MSG_DONTWAIT);
    if (n >= 0 || (errno != EINTR && errno != EAGAIN)) return n;
  }
  errno = ETIMEDOUT;
  return -1;
}

int Connection::ReadHead() {
  char piece[4096];
  while (head_.find("\r\n\r\n") == std::string::npos) {
    if (head_.size() > limits_.head_bytes) return 431;
    const ssize_t n = Receive(piece, sizeof piece);
    if (n < 0) return errno == ETIMEDOUT ? 408 : -1;
    if (n == 0) return -1;
    head_.append(piece, static_cast<std::size_t>(n));
  }
  const std::string_view head(head_.data(), head_.find("\r\n\r\n"));
  const auto lines = std::count(head.begin(), head.end(), '\n');
  return head.size() > limits_.head_bytes ||
                 static_cast<std::size_t>(lines) > limits_.head_lines
             ? 431
             : 0;
}

void Connection::Refuse(int status) {
  const std::string reply =
      "HTTP/1.1 " + std::to_string(status) +
      " Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  write(reply.data(), reply.size());
}

ssize_t Connection::read(char* data, size_t size) {
  if (next_ == head_.size()) return Receive(data, size);
  const std::size_t n = std::min(size, head_.size() - next_);
  std::memcpy(data, head_.data() + next_, n);
  next_ += n;
  return static_cast<ssize_t>(n);
}

ssize_t Connection::write(const char* data, size_t size) {
  if (!writes_) deadline_ = Clock::now() + limits_.time;
  writes_ = true;
  while (WaitFor(POLLOUT)) {
    const ssize_t n = ::send(socket_, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0 || (errno != EINTR && errno != EAGAIN)) return n;
  }
  return -1;
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = "127.0.0.1";
  port = 0;
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  ip = "127.0.0.1";
  port = 0;
}

}  // namespace dobby
