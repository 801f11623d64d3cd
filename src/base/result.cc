#include "dobby/result.h"

#include <array>

namespace dobby {
namespace {

// In the order of ErrorCode. Exit statuses: docs of `dobby` (0 done, 2 usage
// or error, 4 model, 130 interrupted); JSON-RPC: -32602 is "invalid params",
// -32000 and below are the server's own.
constexpr std::array<CodeInfo, 10> kCodes = {{
    {"usage", 2, 400, -32602},
    {"not_found", 2, 404, -32001},
    {"corrupt", 2, 422, -32002},
    {"unsupported", 2, 501, -32003},
    {"too_large", 2, 400, -32004},
    {"cancelled", 130, 499, -32005},
    {"timeout", 2, 504, -32006},
    {"io", 2, 500, -32007},
    {"model", 4, 503, -32008},
    {"internal", 2, 500, -32603},
}};

}  // namespace

const CodeInfo& CodeInfoOf(ErrorCode code) {
  return kCodes[static_cast<std::size_t>(code)];
}

std::string Error::ToString() const {
  return context.empty() ? message : context + ": " + message;
}

}  // namespace dobby
