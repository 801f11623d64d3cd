// What is known of a file without a model: facts, and no wording.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/chunk.h"
#include "dobby/repo.h"
#include "facts/data.h"
#include "facts/manifest.h"
#include "summaries/counterpart.h"
#include "summaries/outline_items.h"
#include "summaries/repo_facts.h"

namespace dobby {

/// What is known of a file as a whole.
struct FileFacts {
  std::string path;
  Language language;
  std::uint64_t bytes = 0;
  std::string head;         ///< The author's sentence in its first comment.
  std::string description;  ///< Of a document: its sentence on what it is of.
  std::optional<Manifest> manifest;
  std::string licence;  ///< Of a licence file: its SPDX identifier.
  std::optional<TableFacts> table;
  std::optional<ListFacts> list;
  CounterpartFacts counterpart;
};

/// What a file's facts are read with.
struct FactReaders {
  const RepoFacts& repo;
  CounterpartReader* counterparts = nullptr;  ///< Null: none is looked for.
};

/// Returns the facts of a file that was read. `outline`: of its first chunk.
FileFacts ReadFileFacts(const SourceFile& file, std::span<const Symbol> outline,
                        const FactReaders& readers,
                        const std::stop_token& stop);

/// What is known of a file or a chunk of it. Holds references to both.
struct TextFacts {
  const FileFacts& file;
  const Chunk& chunk;
  std::vector<Item> items;  ///< Of the chunk's outline: ItemsOf().
  bool is_head = false;     ///< Whether the chunk begins the file.

  /// Of a text that defines nothing the items are what it sets and calls.
  TextFacts(const FileFacts& of_file, const Chunk& of_chunk);
};

}  // namespace dobby
