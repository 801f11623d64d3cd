#include "summaries/sources.h"

#include <gtest/gtest.h>

namespace dobby {
namespace {

/// A text on its way to its lines.
struct Text {
  FileFacts file;
  Chunk chunk;

  Text(std::string path, std::vector<Symbol> outline, std::uint32_t line = 1) {
    file.path = std::move(path);
    file.language = {"cpp", "C++"};
    chunk.text = "int x;\n";
    chunk.first_line = line;
    chunk.last_line = line + 9;
    chunk.outline = std::move(outline);
  }
  Draft Said(bool trusts_model = false) const {
    return DraftOf(TextFacts(file, chunk), trusts_model);
  }
  std::string First() const {
    const Line line = Said().lines[0];
    return std::string(NameOf(line.voice)) + ": " + line.text;
  }
};

TEST(TextSources, SpeakInTheOrderOfTheirTable) {
  Symbol ring{"class", "Ring", 1, 0, "A queue of bytes."};
  Text text("src/ring.cc", {ring, {"method", "push", 2, 1}});
  text.file.description = "How rings work.";
  text.file.head = "Queues.";
  text.file.counterpart = {"ring.h", false, "Keeps bytes.", ""};
  EXPECT_EQ(text.First(), "readme: How rings work.");
  text.file.description.clear();
  EXPECT_EQ(text.First(), "header: Queues.");
  text.file.head.clear();
  EXPECT_EQ(text.First(), "counterpart: Implements ring.h: “Keeps bytes.”");
  text.file.counterpart.definition = "Ring";
  EXPECT_EQ(text.First(),
            "counterpart: Implements Ring of ring.h: “Keeps bytes.”");
  text.file.counterpart = {};
  EXPECT_EQ(text.First(),
            "definition: Defines class Ring: “A queue of bytes.”");
  text.chunk.outline[0].doc.clear();
  EXPECT_EQ(text.First(), "structure: Class Ring with method to push.");
  text.chunk.outline.clear();
  text.chunk.text = "// Sets both rings.\nring = 1\n";
  EXPECT_EQ(text.First(), "quote: Comments: “Sets both rings.”");
  text.chunk.text = "ring = 1\n";
  EXPECT_EQ(text.First(), "quote: Begins: “ring = 1”");
  text.chunk.text = "1\n";
  EXPECT_EQ(text.First(), "fallback: A part of src/ring.cc.");
  EXPECT_EQ(text.Said().lines[1].text, "Has 10 lines of C++.");
}

TEST(TextSources, WhatKindOfFileItIsComesFirst) {
  Text text("package.json", {});
  text.file.language = {"json", "JSON"};
  text.file.head = "Of the file.";
  text.file.manifest =
      Manifest{"npm package", "till", "1.2.0", "A cash register.", {}};
  EXPECT_EQ(text.First(),
            "structure: Manifest of the npm package till 1.2.0: “A cash "
            "register.”");
  text.file.manifest->description.clear();
  EXPECT_EQ(text.First(), "structure: Manifest of the npm package till 1.2.0.");
  text.file.manifest.reset();
  text.file.licence = "MIT";
  EXPECT_EQ(text.First(), "structure: The text of the MIT licence.");
  text.file.licence.clear();
  text.file.head.clear();
  text.file.table = TableFacts{{"id", "name"}, 2, 20};
  EXPECT_EQ(text.First(), "structure: Table of 20 rows: id and name.");
  text.file.table.reset();
  text.file.list = ListFacts{{"flask", "numpy"}, 7};
  EXPECT_EQ(text.First(),
            "quote: Begins: flask and numpy; a list of 7 "
            "entries.");
}

TEST(TextSources, ATextWithoutDefinitionsIsToldByWhatItSets) {
  Text text("config/cors.php", {});
  text.file.language = {"php", "PHP"};
  text.chunk.text = "<?php\nreturn [\n  'paths' => 1,\n  'max_age' => 0,\n];\n";
  EXPECT_EQ(text.First(), "structure: Settings paths and max_age.");
  EXPECT_EQ(text.Said().lines[1].text, "Sets paths = 1, max_age = 0.");
}

TEST(TextSources, ALaterChunkSaysWhatItGoesOnWith) {
  Text text("src/ring.cc", {{"function", "Ring::Push", 311, 0}}, 301);
  text.file.head = "Of the whole file.";
  text.chunk.enclosing = {{"class", "Ring", 20, 0, "is a queue."},
                          {"method", "Push", 200, 1}};
  EXPECT_EQ(text.First(),
            "definition: Continues method Push of class Ring, which “is a "
            "queue.”");
  text.chunk.enclosing[0].doc.clear();
  EXPECT_EQ(text.First(),
            "structure: Continues method Push of class Ring: methods of Ring: "
            "Push.");
  text.chunk.outline.clear();
  EXPECT_EQ(text.First(), "structure: Continues method Push of class Ring.");
}

TEST(TextSources, AModelIsAskedWhereNoAuthorSpeaks) {
  Text text("src/a.cc", {{"function", "push_item", 1, 0}});
  EXPECT_FALSE(text.Said().asks_model);
  const Draft draft = text.Said(/*trusts_model=*/true);
  EXPECT_TRUE(draft.asks_model);
  EXPECT_EQ(draft.lines[0].text, "Function to push item.")
      << "stands if the model's words do not";
  text.file.head = "Queues.";
  EXPECT_FALSE(text.Said(/*trusts_model=*/true).asks_model);
}

TEST(TextSources, EveryTableEndsWithASourceThatAlwaysSpeaks) {
  const Text text("", {});
  EXPECT_TRUE(FileSources().back().say(TextFacts(text.file, text.chunk)));
  EXPECT_TRUE(ChunkSources().back().say(TextFacts(text.file, text.chunk)));
  EXPECT_TRUE(FolderSources().back().say(FolderFacts()));
  EXPECT_TRUE(RepoSources().back().say(FolderFacts()));
}

void Add(FolderFacts& folder, const std::string& name,
         const std::function<void(FileFacts&)>& fill,
         const std::vector<Symbol>& outline = {}) {
  auto facts = std::make_shared<FileFacts>();
  facts->path = folder.path + "/" + name;
  facts->language = {"cpp", "C++"};
  facts->bytes = 100 + folder.children.size();
  fill(*facts);
  const auto items = ItemsOf(outline, facts->path);
  folder.children[name] = ChildOf(facts, items);
}

void Nothing(FileFacts&) {}

std::string FirstOf(const FolderFacts& folder) {
  const Line line = DraftOf(folder, false).lines[0];
  return std::string(NameOf(line.voice)) + ": " + line.text;
}

TEST(FolderSources, ThePackagesOwnWordsComeFirst) {
  FolderFacts folder{"src/ring", "ring", {}};
  Add(folder, "ring.cc", Nothing, {{"class", "Ring", 1, 0}});
  Add(folder, "queue.cc", Nothing, {{"class", "Queue", 1, 0}});
  EXPECT_EQ(FirstOf(folder), "structure: 2 C++ files: Queue and Ring.");
  EXPECT_EQ(DraftOf(folder, false).lines[1].text,
            "Holds queue.cc (class), ring.cc (class).");
  Add(folder, "lib.rs", [](FileFacts& file) { file.head = "Rings."; });
  EXPECT_EQ(FirstOf(folder), "header: Rings.");
  Add(folder, "README.md",
      [](FileFacts& file) { file.description = "All of rings."; });
  EXPECT_EQ(FirstOf(folder), "readme: All of rings.");
}

TEST(FolderSources, AManifestOfItsNameComesBeforeTheReadme) {
  FolderFacts folder{".", "till", {}};
  Add(folder, "README.md",
      [](FileFacts& file) { file.description = "Sells things."; });
  Add(folder, "package.json", [](FileFacts& file) {
    file.manifest =
        Manifest{"npm package", "@shop/till", "", "A cash register.", {}};
  });
  EXPECT_EQ(FirstOf(folder), "manifest: A cash register.");
  folder.name = "kiosk";
  EXPECT_EQ(FirstOf(folder), "readme: Sells things.")
      << "the manifest of what it was begun with";
  folder.children.erase("README.md");
  Add(folder, "a.cc", Nothing);
  EXPECT_EQ(FirstOf(folder), "manifest: A cash register.");
}

TEST(FolderSources, FilesAreToldByWhatTheirNamesOrTypesHaveInCommon) {
  FolderFacts ends{"src/render", "render", {}};
  for (const char* name : {"HtmlRenderer", "XmlRenderer", "TextRenderer"}) {
    Add(ends, name + std::string(".cc"), Nothing, {{"class", name, 1, 0}});
  }
  EXPECT_EQ(FirstOf(ends),
            "structure: Renderers: text, xml and html (3 C++ files).");
  FolderFacts kinds{"src/shop", "shop", {}};
  Add(kinds, "models.py", Nothing, {{"class", "Article", 1, 0}});
  Add(kinds, "views.py", Nothing, {{"class", "ArticleView", 1, 0}});
  EXPECT_EQ(FirstOf(kinds),
            "structure: 2 C++ files about article: views and models.");
}

TEST(FolderSources, InGoAnyFileMaySpeakForThePackage) {
  FolderFacts folder{"ring", "ring", {}};
  Add(folder, "a.go", [](FileFacts& file) { file.head = "Makes a ring."; });
  Add(folder, "b.go",
      [](FileFacts& file) { file.head = "Package ring keeps items."; });
  EXPECT_EQ(FirstOf(folder), "header: Package ring keeps items.");
}

TEST(FolderSources, TestsAreCalledThat) {
  FolderFacts folder{"tests", "tests", {}};
  Add(folder, "ring_test.cc", Nothing, {{"test", "Pushes", 1, 0}});
  Add(folder, "queue_test.cc", Nothing, {{"test", "Waits", 1, 0}});
  EXPECT_EQ(FirstOf(folder),
            "structure: Tests (2 C++ files): queue_test and ring_test.");
}

}  // namespace
}  // namespace dobby
