// What only all files of a repository together tell.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>

#include "dobby/repo.h"

namespace dobby {

/// Facts of a repository, read off the heads of its files.
class RepoFacts {
 public:
  /// Knows of no repository.
  RepoFacts() = default;

  /// Reads the files of a repository once; unreadable ones are passed over.
  /// After a stop it knows less.
  RepoFacts(const Repo& repo, const RepoOptions& options,
            const std::stop_token& stop);

  /// The repository's name; empty if none is known.
  const std::string& name() const { return name_; }

  /// Whether so many files begin with this sentence that it tells of none of
  /// them: a banner.
  bool IsBanner(std::string_view sentence) const;

 private:
  std::string name_;
  std::unordered_map<std::uint64_t, std::uint32_t> heads_;  ///< By hash.
};

}  // namespace dobby
