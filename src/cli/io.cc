#include "cli/io.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/utf8.h"
#include "dobby/output.h"

namespace dobby::cli {

namespace {

/// Whether the system refused something, which the sandbox makes it do too.
bool IsRefusal(const Error& error) {
  return error.message.find(std::strerror(EACCES)) != std::string::npos ||
         error.message.find(std::strerror(EPERM)) != std::string::npos;
}

}  // namespace

int ColumnsOf(const Io& io) {
  return io.columns ? std::max(io.columns(), 20) : 80;
}

int Fail(Io& io, const Error& error) {
  const CodeInfo& info = CodeInfoOf(error.code);
  io.err << "dobby: " << ForTerminal(error.ToString()) << std::endl;
  if (io.confined && IsRefusal(error)) {
    io.err << "dobby: if the sandbox is why, name the place by a flag, or turn "
              "it off with --no-sandbox"
           << std::endl;
  }
  if (io.json) {
    const nlohmann::ordered_json object = {
        {"schema_version", kOutputSchemaVersion},
        {"error",
         {{"code", info.name},
          {"message", ReplaceInvalidUtf8(error.message)},
          {"context", ReplaceInvalidUtf8(error.context)}}}};
    io.out << EscapeInvisible(object.dump()) << std::endl;
  }
  return info.exit_status;
}

void Warn(Io& io, std::string_view text) {
  if (!io.quiet) {
    io.err << "dobby: warning: " << ForTerminal(text) << std::endl;
  }
}

}  // namespace dobby::cli
