#include "web/local_server.h"

#include <httplib.h>
#include <sys/socket.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <thread>

namespace dobby {
namespace {

using httplib::Request;
using httplib::Response;

constexpr std::size_t kLargestBody = 64 << 10;  ///< Bytes; a rating has 200.
constexpr int kTimeoutSeconds = 5;              ///< To read or write.
constexpr std::size_t kThreads = 4;

/// On every reply. Nothing but the page's own files may be loaded or asked.
const httplib::Headers kHeaders = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; connect-src "
     "'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cache-Control", "no-store"}};

/// Returns whether a Host names this machine by the names that only it has. A
/// tunnel may have another port.
bool IsLocal(std::string_view host) {
  const std::string_view name = host.substr(0, host.find(':'));
  return name == "127.0.0.1" || name == "localhost";
}

/// Returns the status that a request is refused with, or 0.
int Refusal(const Request& request) {
  const std::string host = request.get_header_value("Host");
  if (request.get_header_value_count("Host") != 1 || !IsLocal(host)) return 421;
  if (request.has_header("Origin") &&
      request.get_header_value("Origin") != "http://" + host) {
    return 403;
  }
  if (request.has_header("Transfer-Encoding")) return 411;
  if (request.get_header_value<std::uint64_t>("Content-Length") >
      kLargestBody) {
    return 413;
  }
  if (request.method == "GET" || request.method == "HEAD") return 0;
  if (request.method != "POST") return 405;
  return request.get_header_value("Content-Type") == "application/json" ? 0
                                                                        : 415;
}

void Refuse(int status, Response& response) {
  response.status = status;
  response.set_content("{\"error\":\"refused\"}", "application/json");
}

/// As httplib's own, without SO_REUSEPORT: with it a second server would share
/// the port with the first one, unnoticed.
void SetSocketOptions(socket_t socket) {
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

}  // namespace

struct LocalServer::State {
  httplib::Server server;
  WebHandler handler;
};

LocalServer::LocalServer(WebHandler handler)
    : state_(std::make_unique<State>()) {
  state_->handler = std::move(handler);
  httplib::Server& server = state_->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_socket_options(SetSocketOptions);
  server.set_default_headers(kHeaders);
  server.set_payload_max_length(kLargestBody);
  server.set_read_timeout(kTimeoutSeconds);
  server.set_write_timeout(kTimeoutSeconds);
  // One request a connection: what follows a refused one is never read, so no
  // other site can hide a request in the body of a refused one.
  server.set_keep_alive_max_count(1);
  server.set_pre_routing_handler(
      [](const Request& request, Response& response) {
        const int status = Refusal(request);
        if (status == 0) return httplib::Server::HandlerResponse::Unhandled;
        Refuse(status, response);
        return httplib::Server::HandlerResponse::Handled;
      });
  const auto answer = [this](const Request& request, Response& response) {
    const WebReply reply =
        state_->handler({request.method == "POST", request.path, request.body});
    response.status = reply.status;
    response.set_content(reply.body, reply.type);
  };
  server.Get(".*", answer).Post(".*", answer);
}

LocalServer::~LocalServer() = default;

Result<int> LocalServer::Bind(int port) {
  constexpr const char* kAddress = "127.0.0.1";
  httplib::Server& server = state_->server;
  if (port == 0) {
    port = server.bind_to_any_port(kAddress);
  } else if (!server.bind_to_port(kAddress, port)) {
    port = -1;
  }
  if (port > 0) return port;
  return Error{ErrorCode::kUsage,
               "the port cannot be had; another program may use it: name "
               "another one, or 0 for any that is free",
               "--port"};
}

Result<void> LocalServer::Run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any changed;
  bool ended = false, well = false;
  std::thread listening([&] {
    const bool listened = state_->server.listen_after_bind();
    const std::lock_guard lock(mutex);
    well = listened;
    ended = true;
    changed.notify_all();
  });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, stop, [&] { return ended; });
    // A stop that comes before it listens is lost: asked for until it ends.
    while (!ended) {
      state_->server.stop();
      changed.wait_for(lock, std::chrono::milliseconds(20),
                       [&] { return ended; });
    }
  }
  listening.join();
  if (well || stop.stop_requested()) return {};
  return Error{ErrorCode::kIo, "the server cannot listen", "127.0.0.1"};
}

}  // namespace dobby
