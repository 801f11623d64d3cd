// Bytes sent to the server itself: it answers in HTTP or not at all, and only
// requests that it let through reach the handler.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "base/fuzz_target.h"
#include "web/local_server.h"

namespace dobby {
namespace {

/// A server for as long as the process lives.
class Served {
 public:
  Served()
      : server_(
            [](const WebRequest& request) {
              Require(request.body.size() <= 64 << 10, "a body is small");
              Require(request.is_post || request.body.empty(),
                      "only a POST has a body");
              return WebReply{200, "text/plain", request.body};
            },
            std::chrono::seconds(3)) {
    const auto address = server_.Bind(0);
    Require(address.has_value(), "there is a free port");
    const std::size_t colon = address->rfind(':');
    port_ = std::stoi(address->substr(colon + 1));
    root_ = address->substr(address->find('/', colon));
    thread_ = std::jthread([this](const std::stop_token& stop) {
      Require(server_.Run(stop).has_value(), "the server runs");
    });
  }

  /// Sends bytes, with the token behind the first " /", and returns all
  /// that comes back.
  std::string Say(std::string_view input) const {
    std::string bytes(input);
    const std::size_t path = bytes.find(" /");
    if (path != std::string::npos) bytes.replace(path + 1, 1, root_);
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* where = reinterpret_cast<const sockaddr*>(&address);
    while (::connect(fd, where, sizeof address) != 0) std::this_thread::yield();
    (void)!::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    ::shutdown(fd, SHUT_WR);
    std::string answer;
    char buffer[4096];
    for (ssize_t n; (n = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(n));
    }
    ::close(fd);
    return answer;
  }

 private:
  LocalServer server_;
  int port_ = 0;
  std::string root_;  ///< "/<token>/".
  std::jthread thread_;
};

}  // namespace

DOBBY_FUZZ_TARGET(local_server) {
  static const Served served;
  const std::string answer = served.Say(input);
  Require(answer.empty() || answer.starts_with("HTTP/1."),
          "an answer is one of HTTP");
}

}  // namespace dobby
