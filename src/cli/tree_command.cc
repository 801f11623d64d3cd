#include <ostream>

#include "cli/commands.h"
#include "cli/index_reader.h"
#include "dobby/output.h"

namespace dobby::cli {
namespace {

/// The width of a tree that goes to a file.
constexpr int kPlainColumns = 100;

}  // namespace

int RunTree(const Invocation& invocation, Io& io) {
  const Settings& settings = invocation.settings;
  auto reader = OpenConfined(settings, invocation.Path(""), io);
  if (!reader) return Fail(io, reader.error());
  auto snapshot = LoadMarked(*reader, settings, io);
  if (!snapshot) return Fail(io, snapshot.error());
  TreeStyle style;
  style.max_depth = static_cast<int>(settings.Amount(FlagId::kDepth));
  style.chunks = settings.On(FlagId::kChunks);
  style.color = io.color;
  style.width = io.out_is_terminal ? ColumnsOf(io) : kPlainColumns;
  io.out << WriteTree(*snapshot, style);
  return kOk;
}

}  // namespace dobby::cli
