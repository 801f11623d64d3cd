#include "cli/trace_file.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/files.h"

namespace dobby::cli {

Result<std::unique_ptr<TraceFile>> TraceFile::Attach(const std::string& path,
                                                     Engine& engine) {
  if (path.empty()) return std::unique_ptr<TraceFile>();
  std::ofstream file(path, std::ios::trunc);
  if (!file) return SystemError(path, "cannot write the trace");
  auto trace = std::make_unique<TraceFile>(std::move(file));
  engine.set_trace(
      [target = trace.get()](const TraceEvent& event) { target->Add(event); });
  return trace;
}

TraceFile::TraceFile(std::ofstream file) : file_(std::move(file)) {
  file_ << "[\n";
}

TraceFile::~TraceFile() { file_ << "\n]\n"; }

void TraceFile::Add(const TraceEvent& event) {
  // Microseconds, as the format wants them.
  const nlohmann::ordered_json object = {
      {"name", event.name},
      {"cat", "engine"},
      {"ph", "X"},
      {"ts", event.start_ms * 1000},
      {"dur", event.duration_ms * 1000},
      {"pid", 1},
      {"tid", 1},
      {"args", {{"tokens", event.tokens}, {"requests", event.requests}}}};
  file_ << (first_ ? "" : ",\n") << object.dump();
  first_ = false;
}

}  // namespace dobby::cli
