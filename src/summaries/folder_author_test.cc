#include "summaries/folder_author.h"

#include <gtest/gtest.h>

namespace dobby {
namespace {

SummaryNode Node(Level level, const std::string& line, bool by_author = true) {
  SummaryNode node;
  node.level = level;
  node.text.lines = {line, "Holds it."};
  node.text.model = by_author ? std::string(kAuthor) : "a model";
  return node;
}

SummaryNode File(const std::string& line, bool by_author = true) {
  return Node(Level::kFile, line, by_author);
}

TEST(FolderAuthorsSentence, IsThatOfTheFileThatSpeaksForIt) {
  struct Case {
    const char* name;
    std::map<std::string, SummaryNode> children;
    const char* want;
  };
  const Case cases[] = {
      {"the README before all others",
       {{"README.md", File("A queue.")}, {"lib.rs", File("This crate.")}},
       "A queue."},
      {"of a Python package",
       {{"__init__.py", File("Codecs.")}, {"utf8.py", File("A codec.")}},
       "Codecs."},
      {"of a Go package",
       {{"read.go", File("Reads.")}, {"zip.go", File("Package zip reads.")}},
       "Package zip reads."},
      {"not the model's words", {{"README.md", File("A guess.", false)}}, ""},
      {"not a folder of that name",
       {{"readme/", Node(Level::kDir, "Old ones.")}},
       ""},
      {"nothing", {}, ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(FolderAuthorsSentence(c.children), c.want) << c.name;
  }
}

TEST(FolderAuthorsSentence, ElseTellsWhatSeveralFilesSpeakOf) {
  const std::map<std::string, SummaryNode> kernels = {
      {"attention.h", File("Attention over tiles.")},
      {"attention_test.cc", File("Tests of attention over tiles.")},
      {"linear.cc", File("Says nothing here.", false)},
      {"linear.h", File("Products of tiles.")}};
  EXPECT_EQ(FolderAuthorsSentence(kernels),
            "About attention, linear and tiles, as in attention.h: Attention "
            "over tiles.");
  const std::map<std::string, SummaryNode> folders = {
      {"kernels/",
       Node(Level::kDir, "About attention and tiles, as in a.h: Attention.")},
      {"store/",
       Node(Level::kDir, "About database and rows, as in b.h: Rows.")}};
  EXPECT_EQ(FolderAuthorsSentence(folders), "About attention and database.");
}

TEST(FolderAuthorsSentence, SaysNothingWhereNoAuthorDoes) {
  const std::map<std::string, SummaryNode> children = {
      {"ring_a.c", File("A guess about rings.", false)},
      {"ring_b.c", File("A guess about rings.", false)}};
  EXPECT_EQ(FolderAuthorsSentence(children), "");
}

}  // namespace
}  // namespace dobby
