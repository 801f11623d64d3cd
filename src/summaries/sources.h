// What a line can be said by: the tables of sources, best first.
//
// A line of a summary is what the first source of its table says that has
// something to say. To add a source, write its function in text_sources.cc or
// folder_sources.cc and give it a row where it belongs.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "summaries/folder_facts.h"
#include "summaries/line.h"
#include "summaries/text_facts.h"

namespace dobby {

/// A source of lines: whose words they are, and how they are made of facts.
/// `say` returns nothing where the source has nothing to say; it is null for
/// Voice::kModel, which stands where a model writes if it is trusted to.
template <class Facts>
struct Source {
  Voice voice;
  std::optional<Line> (*say)(const Facts&);
};
using TextSource = Source<TextFacts>;
using FolderSource = Source<FolderFacts>;

/// The sources of first lines.
std::span<const TextSource> FileSources();
std::span<const TextSource> ChunkSources();  ///< Of chunks behind the first.
std::span<const FolderSource> FolderSources();
std::span<const FolderSource> RepoSources();

/// Returns what the first source says that has something to say; the last one
/// always has. `asks_model`: whether a model comes before it.
template <class Facts>
Line FirstSaid(std::span<const Source<Facts>> sources, const Facts& facts,
               bool trusts_model, bool* asks_model) {
  for (const Source<Facts>& source : sources) {
    if (source.voice == Voice::kModel) {
      *asks_model = trusts_model;
    } else if (std::optional<Line> line = source.say(facts)) {
      line->voice = source.voice;
      return *std::move(line);
    }
  }
  return {};
}

/// Returns what to say of a file, or of a chunk of it.
Draft DraftOf(const TextFacts& facts, bool trusts_model);

/// Returns what to say of a folder or, at its top, of the repository.
Draft DraftOf(const FolderFacts& facts, bool trusts_model);

}  // namespace dobby
