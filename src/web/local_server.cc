#include "web/local_server.h"

#include <httplib.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <thread>

#include "web/local_server_connection.h"

namespace dobby {
namespace {

using httplib::Request;
using httplib::Response;

constexpr std::size_t kLargestBody = 64 << 10;  ///< Bytes; a rating has 200.
/// A browser opens six connections. More than the threads wait for one, and
/// more than the most are closed at once.
constexpr std::size_t kThreads = 16;
constexpr std::size_t kMostConnections = 32;
constexpr std::size_t kTokenBytes = 16;

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

/// Returns the status that a request's body is refused with, or 0. It must say
/// its length, and be what it is: nothing that grows when it is unpacked.
int BodyRefusal(const Request& request) {
  if (request.has_header("Transfer-Encoding")) return 411;
  if (request.get_header_value_count("Content-Length") > 1) return 400;
  if (request.get_header_value<std::uint64_t>("Content-Length") >
      kLargestBody) {
    return 413;
  }
  return request.has_header("Content-Encoding") ? 415 : 0;
}

/// Returns the status that a request is refused with, or 0.
int Refusal(const Request& request) {
  const std::string host = request.get_header_value("Host");
  if (request.get_header_value_count("Host") != 1 || !IsLocal(host)) return 421;
  if (request.has_header("Origin") &&
      request.get_header_value("Origin") != "http://" + host) {
    return 403;
  }
  if (const int status = BodyRefusal(request); status != 0) return status;
  // A thousand ranges would make an answer of a thousand parts.
  if (request.has_header("Range")) return 416;
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

/// Returns 32 hexadecimal digits that nobody can guess; "" without a source.
std::string NewToken() {
  std::array<unsigned char, kTokenBytes> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) !=
      static_cast<ssize_t>(bytes.size())) {
    return "";
  }
  std::string token;
  for (const unsigned char byte : bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    token += kDigits[byte >> 4];
    token += kDigits[byte & 15];
  }
  return token;
}

/// Returns whether both are the same, in a time that tells nothing of where
/// they differ.
bool AreEqual(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  }
  return difference == 0;
}

/// httplib's server, with connections of our own.
class LimitedServer : public httplib::Server {
 public:
  explicit LimitedServer(const ConnectionLimits& limits)
      : limits_(limits), stop_event_(::eventfd(0, EFD_CLOEXEC)) {
    new_task_queue = [this] { return new Tasks(*this); };
    set_socket_options(SetSocketOptions);
    set_default_headers(kHeaders);
    set_payload_max_length(kLargestBody);
  }
  ~LimitedServer() override { ::close(stop_event_); }
  LimitedServer(const LimitedServer&) = delete;
  LimitedServer& operator=(const LimitedServer&) = delete;

  /// Ends every connection, also those that wait for their client.
  void EndConnections() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto n = ::write(stop_event_, &one, sizeof one);
  }

 private:
  /// Threads that take no more connections than there may be; those of httplib
  /// take all.
  class Tasks : public httplib::TaskQueue {
   public:
    explicit Tasks(LimitedServer& server) : server_(server), pool_(kThreads) {}

    void enqueue(std::function<void()> serve) override {
      if (server_.open_ >= kMostConnections) {
        closes_only_ = true;
        serve();
        closes_only_ = false;
        return;
      }
      ++server_.open_;
      pool_.enqueue([this, serve = std::move(serve)] {
        serve();
        --server_.open_;
      });
    }
    void shutdown() override { pool_.shutdown(); }

   private:
    LimitedServer& server_;
    httplib::ThreadPool pool_;
  };

  /// One request a connection: what follows a refused one is never read, so no
  /// other site can hide a request in the body of a refused one.
  bool process_and_close_socket(socket_t socket) override {
    if (!closes_only_) Serve(socket);
    ::shutdown(socket, SHUT_RDWR);
    return ::close(socket) == 0;
  }

  void Serve(int socket) {
    Connection connection(socket, stop_event_, limits_);
    const int refusal = connection.ReadHead();
    if (refusal > 0) connection.Refuse(refusal);
    if (refusal != 0) return;
    bool closed = false;
    process_request(connection, /*close_connection=*/true, closed, nullptr);
  }

  /// Whether this thread serves, or only closes what is too much.
  static thread_local bool closes_only_;

  const ConnectionLimits limits_;
  const int stop_event_;
  std::atomic<std::size_t> open_ = 0;  ///< Connections, waiting ones too.
};

thread_local bool LimitedServer::closes_only_ = false;

}  // namespace

struct LocalServer::State {
  LimitedServer server;
  WebHandler handler;
  std::string root;  ///< "/<token>": what every path begins with.

  /// Returns the rest of a path behind the token, "" for another token.
  std::string PathBehindToken(const std::string& path) const {
    const std::string_view all = path;
    if (!AreEqual(all.substr(0, root.size()), root)) return "";
    return path.substr(root.size());
  }
};

LocalServer::LocalServer(WebHandler handler, std::chrono::milliseconds time)
    : state_(new State{LimitedServer(ConnectionLimits{.time = time}),
                       std::move(handler), "/" + NewToken()}) {
  httplib::Server& server = state_->server;
  server.set_pre_routing_handler(
      [this](const Request& request, Response& response) {
        int status = Refusal(request);
        if (status == 0 && state_->PathBehindToken(request.path).empty()) {
          status = 404;
        }
        if (status == 0) return httplib::Server::HandlerResponse::Unhandled;
        Refuse(status, response);
        return httplib::Server::HandlerResponse::Handled;
      });
  const auto answer = [this](const Request& request, Response& response) {
    const WebReply reply =
        state_->handler({request.method == "POST",
                         state_->PathBehindToken(request.path), request.body});
    response.status = reply.status;
    response.set_content(reply.body, reply.type);
  };
  server.Get(".*", answer).Post(".*", answer);
}

LocalServer::~LocalServer() = default;

Result<std::string> LocalServer::Bind(int port) {
  constexpr const char* kAddress = "127.0.0.1";
  if (state_->root.size() != 1 + 2 * kTokenBytes) {
    return Error{ErrorCode::kIo, "the system gives no random numbers", ""};
  }
  httplib::Server& server = state_->server;
  if (port == 0) {
    port = server.bind_to_any_port(kAddress);
  } else if (!server.bind_to_port(kAddress, port)) {
    port = -1;
  }
  if (port > 0) {
    return "http://" + std::string(kAddress) + ":" + std::to_string(port) +
           state_->root + "/";
  }
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
    state_->server.EndConnections();
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
