// Records for the tests of the store.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "dobby/store.h"
#include "gtest/gtest.h"

namespace dobby {

/// Returns an empty folder of this test.
inline std::string FreshFolder() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::string folder = testing::TempDir() + "dobby_store_" +
                             test->test_suite_name() + "_" + test->name();
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

inline void WriteBytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

inline SummaryText SampleText(std::string first, std::string second) {
  SummaryText text;
  text.lines = {std::move(first), std::move(second)};
  text.voices = {Voice::kModel, Voice::kStructure};
  text.prompt_tokens = 700;
  text.generated_tokens = 40;
  text.ms = 12.5;
  text.created_unix_s = 1'700'000'000;
  text.model = "SmolLM2-135M-Instruct";
  text.prompt_version = "lines-1:3f9a2c";
  return text;
}

/// Returns a node whose hash and key come from its lines.
inline SummaryNode SampleNode(Level level, const std::string& path,
                              const std::string& first,
                              const std::string& second) {
  SummaryNode node;
  node.level = level;
  node.path = path;
  node.text = SampleText(first, second);
  node.hash = HashOf(first + second);
  node.key = HashOf("key " + first + second);
  if (level <= Level::kFile) {
    node.start_line = 1;
    node.end_line = 300;
  }
  return node;
}

/// Returns a summarised file of `chunks` chunks; `seed` makes its lines.
inline FileRecord SampleFile(const std::string& path, int chunks, int seed) {
  FileRecord record;
  record.row.path = path;
  record.row.size_bytes = 1000u + static_cast<unsigned>(seed);
  record.row.language = "cpp";
  record.row.hash = HashOf(std::to_string(seed));
  for (int i = 0; i < chunks; ++i) {
    const std::string name =
        std::to_string(seed) + " part " + std::to_string(i);
    record.nodes.push_back(SampleNode(Level::kChunk, path,
                                      "Reads numbers of " + name + ".",
                                      "Returns their sum " + name + "."));
    // Pieces of one long line share its number.
    record.nodes.back().start_line = static_cast<unsigned>(i / 2) * 300 + 1;
    record.nodes.back().end_line = static_cast<unsigned>(i / 2) * 300 + 300;
  }
  record.nodes.push_back(SampleNode(Level::kFile, path,
                                    "Holds file " + std::to_string(seed) + ".",
                                    "Used by tests."));
  return record;
}

inline bool SameText(const SummaryText& a, const SummaryText& b) {
  return a.lines == b.lines && a.voices == b.voices &&
         a.truncated == b.truncated && a.grounded == b.grounded &&
         a.prompt_tokens == b.prompt_tokens &&
         a.generated_tokens == b.generated_tokens && a.ms == b.ms &&
         a.created_unix_s == b.created_unix_s && a.model == b.model &&
         a.prompt_version == b.prompt_version;
}

inline bool SameNode(const SummaryNode& a, const SummaryNode& b) {
  return a.level == b.level && a.path == b.path &&
         a.start_line == b.start_line && a.end_line == b.end_line &&
         a.hash == b.hash && a.key == b.key && SameText(a.text, b.text);
}

inline bool SameRow(const LedgerRow& a, const LedgerRow& b) {
  return a.state == b.state && a.path == b.path &&
         a.size_bytes == b.size_bytes && a.language == b.language &&
         a.hash == b.hash && a.reason == b.reason && a.code == b.code &&
         a.message == b.message;
}

}  // namespace dobby
