// Finds the counterpart of a file: the header that it implements, or the code
// that it tests.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dobby/repo.h"

namespace dobby {

/// The name of a counterpart, and its relation to the file.
struct Counterpart {
  std::string name;
  bool is_tested = false;  ///< Otherwise it is implemented.
};

/// Returns the possible counterparts of a file by naming conventions, likeliest
/// first: ring.h, ring.hh, ... for ring.cc; these and then ring.cc for
/// ring_test.cc; ring.py for test_ring.py. `name` has no folders.
std::vector<Counterpart> CounterpartsOf(std::string_view name);

/// Finds counterparts in a repository, which must outlive this.
class CounterpartFinder {
 public:
  explicit CounterpartFinder(const Repo& repo);

  /// A selected file of the repository.
  struct Found {
    const FileEntry* entry = nullptr;
    bool is_tested = false;  ///< Otherwise it is implemented.
  };

  /// Returns the counterpart in the folder of the file at `path`, otherwise one
  /// anywhere whose name is unique in the repository.
  std::optional<Found> Find(std::string_view path) const;

 private:
  /// One of the files of a name, and how many there are.
  struct Namesakes {
    const FileEntry* entry = nullptr;
    std::size_t count = 0;
  };

  std::unordered_map<std::string_view, Namesakes> by_name_;
  std::unordered_map<std::string_view, const FileEntry*> by_path_;
};

/// Returns what a file is for, from what the author says about its counterpart:
/// "Implements ring.h: A queue of bytes.", "Tests ring.h, which defines Ring: A
/// queue of bytes." Empty if the author says nothing, and after a stop.
std::string SentenceByCounterpart(const SourceFile& counterpart, bool is_tested,
                                  const std::stop_token& stop = {});

/// Reads the sentences of counterparts in a repository, each once.
class CounterpartReader {
 public:
  /// Both must outlive this.
  CounterpartReader(const Repo& repo, const RepoOptions& options)
      : repo_(repo), options_(options), finder_(repo) {}

  /// Returns SentenceByCounterpart() for the file at `path`; empty if it has no
  /// counterpart or that cannot be read. After a stop it may stay empty.
  std::string SentenceFor(std::string_view path, const std::stop_token& stop);

 private:
  const Repo& repo_;
  const RepoOptions& options_;
  const CounterpartFinder finder_;
  /// By counterpart, and whether it is tested.
  std::map<std::pair<const FileEntry*, bool>, std::string> said_;
};

}  // namespace dobby
