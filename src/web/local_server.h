// An HTTP server for the browsers of this machine.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "dobby/result.h"

namespace dobby {

struct WebRequest {
  bool is_post = false;
  std::string path;  ///< "/rate".
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
class LocalServer {
 public:
  explicit LocalServer(WebHandler handler);
  ~LocalServer();
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;

  /// Binds a port (0: any free one) and returns it. Errors: kUsage if it is
  /// taken.
  Result<int> Bind(int port);

  /// Serves until a stop is requested. Errors: kIo.
  Result<void> Run(const std::stop_token& stop);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dobby
