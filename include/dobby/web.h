// What dobby shows in a browser of this machine.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

#include "dobby/ratings.h"
#include "dobby/result.h"

namespace dobby {

struct ServeOptions {
  int port = 0;  ///< On 127.0.0.1; 0: any free port.
  /// Called once, when the server is ready: "http://127.0.0.1:8760/4f.../",
  /// with a random token that every request must have.
  std::function<void(const std::string& url)> ready;
  std::stop_token stop;
  /// What a client has for a whole request, and again to take the answer.
  std::chrono::milliseconds time = std::chrono::seconds(3);
};

/// Serves the rating form until a stop is requested, only to this machine and
/// to no page of another site. Errors: kUsage if the port is taken, kIo.
Result<void> ServeRatingForm(RatingSession& session,
                             const ServeOptions& options);

}  // namespace dobby
