// A trace of the engine for chrome://tracing and Perfetto.
#pragma once

#include <memory>
#include <string>

#include "base/descriptor.h"
#include "dobby/engine.h"
#include "dobby/result.h"

namespace dobby::cli {

/// A JSON array of complete events. Outlives the engine that writes to it.
/// Source: the "Trace Event Format" document of the Chromium project.
class TraceFile {
 public:
  /// Makes the file and lets `engine`, which has run nothing yet, write to
  /// it. Returns null for an empty path. Errors: kIo, kNotFound.
  static Result<std::unique_ptr<TraceFile>> Attach(const std::string& path,
                                                   Engine& engine);

  TraceFile(Descriptor file, std::string path);
  ~TraceFile();  ///< Ends the array.

  void Add(const TraceEvent& event);

 private:
  void Flush();

  Descriptor file_;
  std::string path_;
  std::string waiting_ = "[\n";
  bool first_ = true;
};

}  // namespace dobby::cli
