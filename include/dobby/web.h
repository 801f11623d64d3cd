// What dobby shows in a browser of this machine.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "dobby/ratings.h"
#include "dobby/result.h"

namespace dobby {

struct ServeOptions {
  int port = 0;  ///< Of 127.0.0.1; 0: any that is free.
  /// Called once, when the address answers: "http://127.0.0.1:8760/".
  std::function<void(const std::string& url)> ready;
  std::stop_token stop;
};

/// Serves the form for rating until a stop is requested. Only to this machine,
/// and to no page of another site. Errors: kUsage where the port is taken, kIo.
Result<void> ServeRatingForm(RatingSession& session,
                             const ServeOptions& options);

}  // namespace dobby
