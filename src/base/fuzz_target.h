// What every fuzzer shares: its entry, its input in parts, its verdict, and a
// folder for what it must read from disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/utf8.h"

namespace dobby {

/// A fuzzer in a build without libFuzzer; tests/fuzz/replay_test.cc runs it on
/// its corpus, tests/fuzz/corpus/NAME.
struct FuzzTarget {
  std::string_view name;
  void (*run)(std::string_view input);
};

/// Returns the fuzzers that are linked into this program.
inline std::vector<FuzzTarget>& FuzzTargets() {
  static std::vector<FuzzTarget> targets;
  return targets;
}

/// Ends the process, as a crash does, unless `holds`. `fact` says what should
/// have been so.
inline void Require(bool holds, const std::string& fact) {
  if (holds) return;
  std::fprintf(stderr, "not so: %s\n", fact.c_str());
  std::abort();
}

/// Requires what every text for a line of an output must be: UTF-8 and without
/// line breaks.
inline void RequireOneLine(std::string_view text, const char* what) {
  Require(IsUtf8(text), std::string(what) + " is UTF-8");
  Require(text.find('\n') == std::string_view::npos,
          std::string(what) + " is one line");
}

/// Takes the first byte of the input as a choice of one of `count`; 0 where
/// the input is empty.
inline std::size_t TakeChoice(std::string_view& input, std::size_t count) {
  if (input.empty()) return 0;
  const auto byte = static_cast<std::uint8_t>(input.front());
  input.remove_prefix(1);
  return byte % count;
}

/// Takes the first line of the input, without its end.
inline std::string_view TakeLine(std::string_view& input) {
  const std::string_view line = input.substr(0, input.find('\n'));
  input.remove_prefix(line.size() < input.size() ? line.size() + 1
                                                 : line.size());
  return line;
}

/// A folder of this process, in memory where the system has such a place.
class FuzzFolder {
 public:
  FuzzFolder() {
    std::error_code code;
    const bool in_memory = std::filesystem::is_directory("/dev/shm", code);
    path_ = in_memory ? "/dev/shm" : std::filesystem::temp_directory_path();
    path_ += "/dobby-fuzz-XXXXXX";
    Require(::mkdtemp(path_.data()) != nullptr, "a folder can be made");
  }
  ~FuzzFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  FuzzFolder(const FuzzFolder&) = delete;
  FuzzFolder& operator=(const FuzzFolder&) = delete;

  const std::string& path() const { return path_; }

  /// Writes a file of the folder and returns its path.
  std::string Write(const std::string& name, std::string_view bytes) const {
    const std::string path = path_ + "/" + name;
    std::FILE* file = std::fopen(path.c_str(), "wb");
    Require(file != nullptr, "a file can be made");
    const std::size_t written =
        std::fwrite(bytes.data(), 1, bytes.size(), file);
    Require(std::fclose(file) == 0 && written == bytes.size(),
            "a file can be written");
    return path;
  }

 private:
  std::string path_;
};

}  // namespace dobby

/// Defines the fuzzer NAME; the body that follows has the input, a
/// std::string_view `input`. A file defines one.
#define DOBBY_FUZZ_BODY_ static void FuzzOneInput(std::string_view input)
#ifdef DOBBY_LIBFUZZER
#define DOBBY_FUZZ_TARGET(NAME)                                   \
  DOBBY_FUZZ_BODY_;                                               \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, \
                                        std::size_t size) {       \
    FuzzOneInput({reinterpret_cast<const char*>(data), size});    \
    return 0;                                                     \
  }                                                               \
  DOBBY_FUZZ_BODY_
#else
#define DOBBY_FUZZ_TARGET(NAME)                                \
  DOBBY_FUZZ_BODY_;                                            \
  [[maybe_unused]] static const bool kFuzzTargetIsKnown = [] { \
    ::dobby::FuzzTargets().push_back({#NAME, FuzzOneInput});   \
    return true;                                               \
  }();                                                         \
  DOBBY_FUZZ_BODY_
#endif
