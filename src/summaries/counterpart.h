// The file that another one is written for: the header that it implements, or
// the code that it tests.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dobby/repo.h"

namespace dobby {

/// A file name, and what the file is to the one that is asked about.
struct Counterpart {
  std::string name;
  bool is_tested = false;  ///< Else implemented.
};

/// Returns the counterparts that a file may have by the custom of names,
/// likeliest first: ring.h, ring.hh, ... for ring.cc; these and then ring.cc
/// for ring_test.cc; ring.py for test_ring.py. `name` is without folders.
std::vector<Counterpart> CounterpartsOf(std::string_view name);

/// Finds counterparts in a repository, which must outlive this.
class CounterpartFinder {
 public:
  explicit CounterpartFinder(const Repo& repo);

  /// A selected file of the repository.
  struct Found {
    const FileEntry* entry = nullptr;
    bool is_tested = false;  ///< Else implemented.
  };

  /// Returns the counterpart of the file at `path` that stands beside it, else
  /// one whose name no other file has.
  std::optional<Found> Find(std::string_view path) const;

 private:
  std::unordered_map<std::string_view, std::vector<const FileEntry*>> by_name_;
};

/// Returns what a file is for of whose counterpart the author says that:
/// "Implements ring.h: A queue of bytes.", "Tests ring.h, which defines Ring:
/// A queue of bytes." Empty where he says nothing.
std::string SentenceByCounterpart(const SourceFile& counterpart,
                                  bool is_tested);

}  // namespace dobby
