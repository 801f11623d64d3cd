#include <random>
#include <string>
#include <utility>
#include <vector>

#include "dobby/store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "store/sample_records.h"

namespace dobby {
namespace {

std::unique_ptr<Store> OpenedForWriting(const std::string& path) {
  auto store = Store::OpenForWriting(path);
  EXPECT_TRUE(store) << store.error().ToString();
  return *std::move(store);
}

std::unique_ptr<Store> SearchedStore(const std::string& path) {
  auto store = OpenedForWriting(path);
  const auto add = [&](const char* file, const char* first,
                       const char* second) {
    FileRecord record;
    record.row.path = file;
    record.nodes = {SampleNode(Level::kFile, file, first, second)};
    EXPECT_TRUE(store->ReplaceFile(record));
  };
  add("src/http/server.cc", "Defines parseHTTPRequest for the web server.",
      "Splits header lines with read_header_line.");
  add("src/tokenWalker.cc", "Walks over tokens one by one.",
      "Stops at the first error.");
  add("docs/guide.md", "Explains caf\u00e9 \u2014 a menu.",
      "Nothing about 'quotes'.");
  add("src/\xff.cc", "Odd bytes in its name.", "Handled.");
  EXPECT_TRUE(store->ReplaceDir(
      SampleNode(Level::kDir, "src/http", "Serves web pages.", "Over HTTP.")));
  return store;
}

TEST(Store, SearchFindsWordsAndTheirParts) {
  const auto store = SearchedStore(FreshFolder() + "/index.db");
  struct Case {
    const char* name;
    const char* query;
    std::vector<std::string> want;  // In any order.
  };
  const std::string server = "src/http/server.cc", dir = "src/http",
                    walker = "src/tokenWalker.cc", guide = "docs/guide.md";
  for (const Case& c : {
           Case{"word", "header", {server}},
           Case{"prefix", "explai", {guide}},
           Case{"any word", "web pages", {dir, server}},
           Case{"a question", "where are tokens walked over?", {walker, dir}},
           Case{"a short word begins no other", "w", {}},
           Case{"a phrase", "\"web pages\"", {dir}},
           Case{"a phrase and words", "\"web pages\" header", {dir}},
           Case{"a phrase in an identifier", "\"header line\"", {server}},
           Case{"no such phrase", "\"pages web\" header", {}},
           Case{"an empty phrase", "\"\" header", {server}},
           Case{"words in both lines", "walks error", {walker}},
           Case{"words of path and line", "docs menu", {guide}},
           Case{"case", "WALKS", {walker}},
           Case{"camel whole", "parseHTTPRequest", {server}},
           Case{"camel folded", "parsehttprequest", {server}},
           Case{"camel part", "request", {server}},
           Case{"camel tail", "HTTPRequest", {server}},
           Case{"snake whole", "read_header_line", {server}},
           Case{"snake part", "read line", {server}},
           Case{"call", "parseHTTPRequest()", {server}},
           Case{"path", "http/none", {dir, server}},
           Case{"part of a file name", "walker", {walker}},
           Case{"file name", "tokenWalker.h", {walker}},
           Case{"accent", "cafe", {guide}},
           Case{"dash apart", "caf\u00e9 \u2014 menu", {guide}},
           Case{"no such", "kernel", {}},
           Case{"one missing", "header kernel", {server}},
           Case{"empty", "", {}},
           Case{"spaces", " \t\n", {}},
           Case{"punctuation", "\"'*()[]{}:;^-+~!@#$%&|\\/<>,.?", {}},
           Case{"unbalanced quote", "\"header", {server}},
           Case{"operators", "header AND lines", {server}},
           Case{"column", "path:server", {server}},
           Case{"star", "hea*", {server}},
           Case{"minus", "-header", {server}},
           Case{"bad bytes", "\xff header \xc3", {server}},
           Case{"near", "NEAR(header)", {server}},
       }) {
    const auto hits = store->Search(c.query, {"", 10});
    ASSERT_TRUE(hits) << c.name << ": " << hits.error().ToString();
    std::vector<std::string> paths;
    for (const auto& hit : *hits) paths.push_back(hit.node.path);
    EXPECT_THAT(paths, testing::UnorderedElementsAreArray(c.want)) << c.name;
  }
}

TEST(Store, SearchGivesThePathsBestSummaryOnce) {
  const auto store = OpenedForWriting(FreshFolder() + "/index.db");
  FileRecord record;
  record.row.path = "a.c";
  record.nodes = {
      SampleNode(Level::kFile, "a.c", "Reads rows.", "Two parts."),
      SampleNode(Level::kChunk, "a.c", "Opens it.", "Defines f."),
      SampleNode(Level::kChunk, "a.c", "Sorts rows by columns.", "Defines g.")};
  ASSERT_TRUE(store->ReplaceFile(record));
  const auto hits = store->Search("sort rows", {"", 10});
  ASSERT_TRUE(hits);
  ASSERT_EQ(hits->size(), 1u);
  EXPECT_EQ((*hits)[0].node.text.lines[0], "Sorts rows by columns.");
  EXPECT_EQ((*hits)[0].snippet, "[Sorts] [rows] by columns. Defines g.");
}

/// Returns a store of two files of one chunk and one of two, with their texts.
std::unique_ptr<Store> StoreOfTexts(const std::string& path) {
  auto store = OpenedForWriting(path);
  const auto add = [&](const std::string& file, const std::string& language,
                       std::vector<ChunkText> texts) {
    FileRecord record;
    record.row.path = file;
    record.row.language = language;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::string line = "Part " + std::to_string(i) + " of " + file;
      record.nodes.push_back(SampleNode(Level::kChunk, file, line, "Two."));
      record.nodes.back().start_line = static_cast<unsigned>(i) * 10 + 1;
      record.nodes.back().end_line = static_cast<unsigned>(i) * 10 + 10;
    }
    record.nodes.push_back(SampleNode(Level::kFile, file, "Whole.", "Two."));
    record.texts = std::move(texts);
    EXPECT_TRUE(store->ReplaceFile(record));
  };
  add("src/ring.cc", "cpp",
      {{"PushBack", "void PushBack(int x) { slots_[tail_++] = x; }"}});
  add("lib/pool.py", "python",
      {{"lend", "def lend(self): return self.idle.popleft()"},
       {"sweep", "# Closes idle connections.\ndef sweep(self): pass"}});
  add("doc/guide.md", "markdown", {{"", "设置缓存大小，然后重启服务。"}});
  return store;
}

TEST(Store, SearchReadsTheTextOfChunks) {
  const auto store = StoreOfTexts(FreshFolder() + "/index.db");
  struct Case {
    const char* name;
    const char* query;
    SearchFilter filter;
    std::vector<std::string> want;
  };
  const std::string ring = "src/ring.cc", pool = "lib/pool.py",
                    guide = "doc/guide.md";
  for (const Case& c : {
           Case{"a word of the text", "slots", {}, {ring}},
           Case{"another form", "closing connection", {}, {pool}},
           Case{"a phrase of the text", "\"idle connections\"", {}, {pool}},
           Case{"no such phrase", "\"connections idle\"", {}, {}},
           Case{"words of a name", "push back", {}, {ring}},
           Case{"a word inside a sentence", "缓存", {}, {guide}},
           Case{"one character", "启", {}, {guide}},
           Case{"characters apart", "存大启", {}, {}},
           Case{"a folder", "idle slots", {"", 9, "lib", ""}, {pool}},
           Case{"a pattern", "idle slots", {"", 9, "*.cc", ""}, {ring}},
           Case{"a language", "idle slots", {"", 9, "", "python"}, {pool}},
           Case{"the first", "idle slots", {"", 1, "", ""}, {ring}},
       }) {
    const auto hits = store->Search(c.query, c.filter);
    ASSERT_TRUE(hits) << c.name << ": " << hits.error().ToString();
    std::vector<std::string> paths;
    for (const auto& hit : *hits) paths.push_back(hit.node.path);
    EXPECT_EQ(paths, c.want) << c.name;
  }
}

TEST(Store, SearchShowsTheBestChunkOrTheFile) {
  const auto store = StoreOfTexts(FreshFolder() + "/index.db");
  const auto best = store->Search("sweep", {});
  ASSERT_TRUE(best && best->size() == 1);
  EXPECT_EQ((*best)[0].node.level, Level::kChunk);
  EXPECT_EQ((*best)[0].node.start_line, 11u);
  const auto file = store->Search("sweep", {"file", 9});
  ASSERT_TRUE(file && file->size() == 1);
  EXPECT_EQ((*file)[0].node.text.lines[0], "Whole.");
  const auto single = store->Search("slots", {});
  ASSERT_TRUE(single && single->size() == 1);
  EXPECT_EQ((*single)[0].node.level, Level::kFile);
}

TEST(Store, WordsThatDifferLittleAreNear) {
  const auto store = StoreOfTexts(FreshFolder() + "/index.db");
  const auto near = store->FindNearWords("slott zebra");
  ASSERT_TRUE(near) << near.error().ToString();
  EXPECT_EQ(*near, std::vector<std::string>{"slot"});
}

TEST(Store, AMatchingLineHasMostWords) {
  const std::string text = "open door\n  closes the doors\nclosed\n";
  const auto line = FindMatchingLine(text, 1, 3, "close door");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->number, 2u);
  EXPECT_EQ(line->text, "[closes] the [doors]");
  EXPECT_EQ(FindMatchingLine(text, 3, 3, "close door")->text, "[closed]");
  EXPECT_FALSE(FindMatchingLine(text, 1, 3, "window"));
}

TEST(Store, SearchSurvivesAnyBytes) {
  const auto store = SearchedStore(FreshFolder() + "/index.db");
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    std::string query(random() % 12, ' ');
    for (char& c : query) c = static_cast<char>(random());
    const auto hits = store->Search(query, {"", 5});
    ASSERT_TRUE(hits) << hits.error().ToString();
  }
  std::string long_query;
  for (int i = 0; i < 5000; ++i) long_query += "headerLine ";
  EXPECT_TRUE(store->Search(long_query, {"", 5}));
  EXPECT_TRUE(store->Search(std::string(100'000, 'x'), {"", 5}));
  EXPECT_TRUE(store->Search(std::string("a\0b", 3), {"", 5}));
}

TEST(Store, SearchOrdersLimitsAndMarks) {
  const auto store = SearchedStore(FreshFolder() + "/index.db");
  const auto hits = store->Search("http", {"", 10});
  ASSERT_TRUE(hits);
  ASSERT_EQ(hits->size(), 2u);
  EXPECT_GE((*hits)[0].score, (*hits)[1].score);
  EXPECT_GT((*hits)[1].score, 0);
  EXPECT_EQ((*hits)[0].snippet, "Serves web pages. Over [HTTP].");
  EXPECT_EQ((*hits)[1].snippet,
            "Defines parse[HTTP]Request for the web server. Splits header "
            "lines with read_header_line.");
  EXPECT_EQ(store->Search("http", {"", 1})->size(), 1u);
  EXPECT_EQ(store->Search("http", {"file", 9})->size(), 1u);
  EXPECT_EQ(store->Search("http", {"repo", 9})->size(), 0u);
  EXPECT_EQ(store->Search("walker", {"", 9})->at(0).snippet,
            "src/token[Walker].cc");
  const auto unknown = store->Search("http", {"folder", 9});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kUsage);
}

TEST(Store, SearchForgetsWhatWasReplaced) {
  const auto store = SearchedStore(FreshFolder() + "/index.db");
  FileRecord record;
  record.row.path = "src/tokenWalker.cc";
  record.nodes = {SampleNode(Level::kFile, "src/tokenWalker.cc",
                             "Skips blanks.", "Nothing else.")};
  ASSERT_TRUE(store->ReplaceFile(record));
  EXPECT_EQ(store->Search("error", {"", 9})->size(), 0u);
  EXPECT_EQ(store->Search("blanks", {"", 9})->size(), 1u);
  ASSERT_TRUE(store->Finish({}, {}));
  EXPECT_EQ(store->Search("blanks", {"", 9})->size(), 0u);
}

}  // namespace
}  // namespace dobby
