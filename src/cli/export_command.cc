#include <ostream>

#include "cli/commands.h"
#include "cli/index_reader.h"
#include "dobby/output.h"

namespace dobby::cli {

int RunExport(const Invocation& invocation, Io& io) {
  const Settings& settings = invocation.settings;
  auto format = FormatOf(settings.Text(FlagId::kFormat));
  if (!format) return Fail(io, format.error());
  auto reader = OpenConfined(settings, invocation.Path(""), io);
  if (!reader) return Fail(io, reader.error());
  auto snapshot = LoadMarked(*reader, settings, io);
  if (!snapshot) return Fail(io, snapshot.error());
  io.out << WriteSnapshot(*snapshot, *format);
  return kOk;
}

}  // namespace dobby::cli
