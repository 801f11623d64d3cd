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
#include "summaries/repo_facts.h"

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

/// What the author says of a file's counterpart.
struct CounterpartFacts {
  std::string name;        ///< "ring.h"; empty: the file has none.
  bool is_tested = false;  ///< Otherwise it is implemented.
  std::string sentence;    ///< "A queue of bytes."; empty: nothing is said.
  std::string definition;  ///< What it is said of, if not of the whole file.
};

/// Returns the facts of a counterpart that was read. After a stop the sentence
/// may be empty.
CounterpartFacts ReadCounterpart(const SourceFile& counterpart, bool is_tested,
                                 const RepoFacts& facts,
                                 const std::stop_token& stop = {});

/// Reads the counterparts of a repository's files, each once.
class CounterpartReader {
 public:
  /// All must outlive this.
  CounterpartReader(const Repo& repo, const RepoOptions& options,
                    const RepoFacts& facts)
      : repo_(repo), options_(options), facts_(facts), finder_(repo) {}

  /// Returns the facts for the file at `path`; none if it has no counterpart or
  /// that cannot be read.
  CounterpartFacts FactsFor(std::string_view path, const std::stop_token& stop);

 private:
  const Repo& repo_;
  const RepoOptions& options_;
  const RepoFacts& facts_;
  const CounterpartFinder finder_;
  /// By counterpart, and whether it is tested.
  std::map<std::pair<const FileEntry*, bool>, CounterpartFacts> read_;
};

}  // namespace dobby
