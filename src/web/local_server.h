// An HTTP server for the browsers of this machine.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "dobby/result.h"

namespace dobby {

struct WebRequest {
  bool is_post = false;
  std::string path;  ///< "/rate"; the token is left out.
  std::string body;
};

struct WebReply {
  int status = 200;
  std::string type;  ///< "text/html; charset=utf-8".
  std::string body;
};

/// Called from several threads at once.
using WebHandler = std::function<WebReply(const WebRequest&)>;

/// Listens on 127.0.0.1 only. It refuses, before the handler sees them,
/// requests with a Host other than 127.0.0.1 or localhost (DNS rebinding), with
/// another Origin, a POST that is not application/json (forms of other sites),
/// a body over 64 KB or of unknown length, and any method but GET, HEAD and
/// POST.
///
/// Every path begins with a random token, so no other user or program of this
/// machine sees anything. A request has a time limit, however slowly its bytes
/// arrive, and at most 16 KB and 64 lines of headers. Each request has its own
/// connection; there are at most 32.
class LocalServer {
 public:
  /// `time`: the limit for a whole request, and again for taking the answer.
  LocalServer(WebHandler handler, std::chrono::milliseconds time);
  ~LocalServer();
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;

  /// Binds a port (0: any free one) and returns the address of the root with
  /// its token: "http://127.0.0.1:8760/4f.../". Errors: kUsage if the port is
  /// taken, kIo.
  Result<std::string> Bind(int port);

  /// Serves until a stop is requested. Errors: kIo.
  Result<void> Run(const std::stop_token& stop);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dobby
