#include "cli/trace_file.h"

#include <fcntl.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/folder.h"

namespace dobby::cli {
namespace {

constexpr std::size_t kBufferBytes = 64 << 10;

}  // namespace

Result<std::unique_ptr<TraceFile>> TraceFile::Attach(const std::string& path,
                                                     Engine& engine) {
  if (path.empty()) return std::unique_ptr<TraceFile>();
  auto file = OpenForWriting(path, O_WRONLY | O_TRUNC);
  if (!file) return file.error();
  auto trace = std::make_unique<TraceFile>(*std::move(file), path);
  engine.set_trace(
      [target = trace.get()](const TraceEvent& event) { target->Add(event); });
  return trace;
}

TraceFile::TraceFile(Descriptor file, std::string path)
    : file_(std::move(file)), path_(std::move(path)) {}

TraceFile::~TraceFile() {
  waiting_ += "\n]\n";
  Flush();
}

void TraceFile::Flush() {
  // A trace that a full disk cut is seen to be cut: its array does not end.
  static_cast<void>(WriteAll(file_.get(), waiting_, path_));
  waiting_.clear();
}

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
  waiting_ += (first_ ? "" : ",\n") + object.dump();
  first_ = false;
  if (waiting_.size() >= kBufferBytes) Flush();
}

}  // namespace dobby::cli
