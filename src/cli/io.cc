#include "cli/io.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/utf8.h"
#include "dobby/output.h"

namespace dobby::cli {

int ColumnsOf(const Io& io) {
  return io.columns ? std::max(io.columns(), 20) : 80;
}

int Fail(Io& io, const Error& error) {
  const CodeInfo& info = CodeInfoOf(error.code);
  io.err << "dobby: " << ForTerminal(error.ToString()) << std::endl;
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
