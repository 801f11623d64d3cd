#include <algorithm>
#include <random>
#include <string>

#include "dobby/chunk.h"
#include "gtest/gtest.h"

namespace dobby {
namespace {

SourceFile FileOf(std::string language, std::string text) {
  static const char* const kIds[] = {"bash",  "c",      "cpp",        "csharp",
                                     "go",    "java",   "javascript", "kotlin",
                                     "php",   "python", "ruby",       "rust",
                                     "swift", "tsx",    "typescript", "text"};
  SourceFile file;
  file.path = "x";
  for (const char* id : kIds) {
    if (language == id) file.language.id = id;
  }
  file.text = std::move(text);
  return file;
}

/// Checks everything that holds for the chunks of any file.
void ExpectSound(const SourceFile& file, const std::vector<Chunk>& chunks,
                 const ChunkOptions& options) {
  std::uint64_t byte = 0;
  std::uint32_t line = 1;
  for (const Chunk& chunk : chunks) {
    ASSERT_EQ(chunk.bytes.begin, byte);
    ASSERT_FALSE(chunk.text.empty());
    ASSERT_EQ(chunk.bytes.end - chunk.bytes.begin, chunk.text.size());
    ASSERT_EQ(file.text.compare(byte, chunk.text.size(), chunk.text), 0);
    ASSERT_LE(chunk.text.size(), options.max_bytes);
    ASSERT_EQ(chunk.hash, HashOf(chunk.text));
    ASSERT_EQ(chunk.first_line, line);
    const auto newlines = static_cast<std::uint32_t>(
        std::count(chunk.text.begin(), chunk.text.end(), '\n'));
    const bool ends_line = chunk.text.ends_with('\n');
    ASSERT_EQ(chunk.last_line, line + newlines - (ends_line ? 1 : 0));
    ASSERT_LT(chunk.last_line - chunk.first_line, options.max_lines);
    for (const Symbol& symbol : chunk.outline) {
      ASSERT_GE(symbol.line, chunk.first_line);
      ASSERT_LE(symbol.line, chunk.last_line);
      ASSERT_FALSE(symbol.kind.empty());
      ASSERT_FALSE(symbol.name.empty());
    }
    // No chunk begins inside a character.
    ASSERT_NE(static_cast<unsigned char>(chunk.text[0]) & 0xC0, 0x80);
    byte = chunk.bytes.end;
    line += newlines;
  }
  ASSERT_EQ(byte, file.text.size());
}

std::vector<Chunk> Split(const SourceFile& file,
                         const ChunkOptions& options = {}) {
  auto chunks = SplitFile(file, options);
  EXPECT_TRUE(chunks);
  if (!chunks) return {};
  ExpectSound(file, *chunks, options);
  return *std::move(chunks);
}

/// Returns "1-30 31-55": the lines of each chunk.
std::string LinesOf(const std::vector<Chunk>& chunks) {
  std::string lines;
  for (const Chunk& chunk : chunks) {
    lines += (lines.empty() ? "" : " ") + std::to_string(chunk.first_line) +
             "-" + std::to_string(chunk.last_line);
  }
  return lines;
}

std::string Repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(SplitFile, LimitsCountAsEditorsDo) {
  struct Case {
    const char* name;
    std::string text;
    const char* want;
  };
  for (const Case& c : {
           Case{"nothing", "", ""},
           Case{"one line", "x\n", "1-1"},
           Case{"no newline at the end", "x\ny", "1-2"},
           Case{"a full chunk", Repeat("x\n", 300), "1-300"},
           Case{"a full chunk, no newline", Repeat("x\n", 299) + "x", "1-300"},
           Case{"one more", Repeat("x\n", 301), "1-151 152-301"},
           Case{"CRLF", Repeat("x\r\n", 300), "1-300"},
           Case{"lone CR ends no line", Repeat("x\r", 900), "1-1"},
           Case{"NEL ends no line", Repeat("x\xC2\x85", 900), "1-1"},
           Case{"even text is filled", Repeat("x\n", 900),
                "1-300 301-600 601-900"},
           Case{"blank line near the end",
                Repeat("x\n", 280) + "\n" + Repeat("x\n", 250),
                "1-281 282-531"},
       }) {
    EXPECT_EQ(LinesOf(Split(FileOf("text", c.text))), c.want) << c.name;
  }
}

TEST(SplitFile, CutsALongLineBetweenCharacters) {
  for (const char* letter :
       {"x", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
    const auto file = FileOf("text", "a\n" + Repeat(letter, 30000) + "\nb\n");
    const auto chunks = Split(file);
    EXPECT_GE(chunks.size(), 2u) << letter;
    EXPECT_EQ(chunks.back().last_line, 3u);
    Split(file, {1, 1000});
    EXPECT_TRUE(SplitFile(file, {0, 0}));
  }
}

TEST(SplitFile, TheByteLimitHoldsToo) {
  const auto file =
      FileOf("c", Repeat("int x;  // " + std::string(189, 'x') + "\n", 250));
  EXPECT_EQ(Split(file).size(), 3u);  // 250 lines of 201 bytes.
}

// Files of 60 lines and up, cut at 40: each case says where the cuts belong.
TEST(SplitFile, CutsWhereSyntaxAllows) {
  struct Case {
    const char* name;
    const char* language;
    std::string text;
    const char* want;
  };
  const std::string c_body = Repeat("  x();\n", 20);
  const std::string py_body = Repeat("    x()\n", 20);
  const std::string method = "    def f(self):\n" + Repeat("        x()\n", 12);
  for (const Case& c : {
           Case{"between functions", "c",
                "void f() {\n" + c_body + "}\nvoid g() {\n" + c_body + "}\n",
                "1-22 23-44"},
           Case{"a comment stays with its function", "c",
                "void f() {\n" + c_body +
                    "}\n\n// One.\n// Two.\nvoid g() {\n" + c_body + "}\n",
                "1-23 24-47"},
           Case{"so does a template head", "cpp",
                "void f() {\n" + c_body +
                    "}\ntemplate <class T>\nvoid g() {\n" + c_body + "}\n",
                "1-22 23-45"},
           Case{"through namespaces", "cpp",
                "namespace a {\nvoid f() {\n" + c_body + "}\n\nvoid g() {\n" +
                    c_body + "}\n}\n",
                "1-24 25-47"},
           Case{"between methods", "python", "class A:\n" + Repeat(method, 4),
                "1-27 28-53"},
           Case{"class before method", "python",
                "class A:\n" + method + Repeat("    x = 1\n", 6) +
                    "class B:\n" + Repeat(method, 2),
                "1-20 21-47"},
           Case{"decorators stay", "python",
                "def f():\n" + py_body + "@a\n@b(\n  1)\ndef g():\n" + py_body,
                "1-21 22-45"},
           Case{"attributes stay", "rust",
                "fn f() {\n" + c_body + "}\n/// Doc.\n#[test]\nfn g() {\n" +
                    c_body + "}\n",
                "1-22 23-46"},
           Case{"between statements of a long function", "c",
                "void f() {\n" + Repeat("  if (a) {\n    x();\n  }\n", 15) +
                    "}\n",
                "1-25 26-47"},
           Case{"Go", "go",
                "package a\n\nfunc f() {\n" + c_body +
                    "}\n\n// G is.\nfunc G() {\n" + c_body + "}\n",
                "1-25 26-48"},
           Case{"JavaScript", "javascript",
                "export const f = () => {\n" + c_body +
                    "};\n\n/** G. */\nexport class G {\n  m() {\n" + c_body +
                    "  }\n}\n",
                "1-23 24-48"},
           Case{"Ruby", "ruby",
                "class A\n  def f\n" + py_body + "  end\n\n  # G.\n  def g\n" +
                    py_body + "  end\nend\n",
                "1-24 25-48"},
           Case{"shell", "bash",
                "f() {\n" + c_body + "}\n\n# G.\ng() {\n" + c_body + "}\n",
                "1-23 24-46"},
       }) {
    ChunkOptions options;
    options.max_lines = 40;
    EXPECT_EQ(LinesOf(Split(FileOf(c.language, c.text), options)), c.want)
        << c.name;
  }
}

/// Returns "class A, method f | class A": what each chunk is in the middle of.
std::string EnclosingOf(const std::vector<Chunk>& chunks) {
  std::string all;
  for (const Chunk& chunk : chunks) {
    if (&chunk != &chunks.front()) all += " | ";
    for (const Symbol& symbol : chunk.enclosing) {
      if (&symbol != &chunk.enclosing.front()) all += ", ";
      all += symbol.kind + " " + symbol.name;
    }
  }
  return all;
}

TEST(SplitFile, AChunkKnowsWhatItIsInTheMiddleOf) {
  const std::string statements = Repeat("    x += 1\n", 50);
  struct Case {
    const char* name;
    const char* language;
    std::string text;
    const char* want;
  };
  for (const Case& c : {
           Case{"a long function", "python",
                "def f(x):\n" + statements + statements,
                " | function f | function f"},
           Case{"a method", "python", "class A:\n  def f(x):\n" + statements,
                " | class A, method f"},
           Case{"methods", "python",
                "class A:\n" +
                    Repeat("  def f(x):\n" + Repeat("    x += 1\n", 15), 4),
                " | class A"},
           Case{"less than half of the chunk", "python",
                "def f(x):\n" + statements + "\n" + Repeat("y = 1\n", 25),
                " | "},
           Case{"a namespace", "cpp",
                "namespace a {\n" + Repeat("void f() {}\n", 60) + "}\n", " | "},
           Case{"a text", "text", Repeat("x\n", 60), " | "},
       }) {
    EXPECT_EQ(EnclosingOf(Split(FileOf(c.language, c.text), {40, 24 << 10})),
              c.want)
        << c.name;
  }
}

TEST(SplitFile, HostileTextsNeitherHangNorOverflow) {
  std::mt19937 random(7);
  std::string noise;
  constexpr std::string_view kNoise = "(){}[]<>;:,.\"'`#\\/*+-=& \n\tabif01";
  for (int i = 0; i < 20000; ++i) noise += kNoise[random() % kNoise.size()];
  for (const char* language :
       {"bash", "c", "cpp", "csharp", "go", "java", "javascript", "kotlin",
        "php", "python", "ruby", "rust", "swift", "tsx", "typescript"}) {
    SCOPED_TRACE(language);
    Split(FileOf(language, noise));
    Split(FileOf(language, Repeat("(", 50000)));
    Split(FileOf(language, Repeat("{\n", 20000)));
    Split(FileOf(language, Repeat("class A { ", 2000)));
    Split(FileOf(language, std::string(3000, '\0') + "\n"));
    Split(FileOf(language, "\xEF\xBB\xBF\n"));
  }
}

TEST(SplitFile, TooLargeIsAnError) {
  const auto chunks =
      SplitFile(FileOf("text", std::string((64u << 20) + 1, 'x')), {});
  ASSERT_FALSE(chunks);
  EXPECT_EQ(chunks.error().code, ErrorCode::kTooLarge);
}

TEST(SplitFile, WhatIsTooLargeToParseIsText) {
  const auto chunks = Split(FileOf("c", Repeat("int x;\n", 310000)));
  EXPECT_EQ(chunks.front().kind, SyntaxKind::kText);
}

/// Splits all files of the machine that `folder` holds, at most `limit`.
void SplitTree(const std::string& folder, std::size_t limit) {
  const auto repo = OpenRepo(folder, {});
  ASSERT_TRUE(repo) << folder;
  std::size_t files = 0, chunks_of_many = 0, small = 0;
  for (const FileEntry& entry : repo->entries) {
    if (!entry.selected() || files == limit) continue;
    const auto content = ReadFile(*repo, entry, {});
    ASSERT_TRUE(content) << entry.path;
    if (!content->file) continue;
    ++files;
    SCOPED_TRACE(entry.path);
    for (const ChunkOptions& options :
         {ChunkOptions{}, ChunkOptions{50, 900}}) {
      const auto chunks = Split(*content->file, options);
      const auto again = SplitFile(*content->file, options);
      ASSERT_EQ(LinesOf(chunks), LinesOf(*again));
      if (chunks.size() < 2 || options.max_lines == 50) continue;
      chunks_of_many += chunks.size();
      for (const Chunk& chunk : chunks) {
        small += chunk.last_line - chunk.first_line < 100 &&
                 chunk.text.size() < 8000;
      }
    }
  }
  EXPECT_GT(files, 0u) << folder;
  // Chunks under a third full are rare.
  EXPECT_LE(small * 20, chunks_of_many) << folder;
}

TEST(SplitFile, HoldsForRealCode) {
  SplitTree(DOBBY_SOURCE_DIR "/src", 150);
  SplitTree("/usr/include/c++/12/bits", 60);
  SplitTree("/usr/lib/python3.11", 60);
}

std::vector<std::string> DocsOf(const std::vector<Chunk>& chunks) {
  std::vector<std::string> docs;
  for (const Chunk& chunk : chunks) {
    for (const Symbol& symbol : chunk.outline) docs.push_back(symbol.doc);
  }
  return docs;
}

TEST(SplitFile, CommentsComeWithTheirDefinitionsInEveryChunk) {
  std::string text = "# Adds an item.\ndef push(x):\n    pass\n";
  for (int i = 0; i < 300; ++i) text += "x = " + std::to_string(i) + "\n";
  text += "\n# Takes an item.\ndef pop():\n    pass\n";
  std::string windows = text;
  for (std::size_t at = 0; (at = windows.find('\n', at)) != std::string::npos;
       at += 2) {
    windows.insert(at, "\r");
  }
  for (const std::string& each : {text, windows}) {
    const auto chunks = Split(FileOf("python", each), {.max_lines = 100});
    ASSERT_GT(chunks.size(), 2u);
    ASSERT_EQ(chunks.back().outline.size(), 1u);
    EXPECT_EQ(DocsOf(chunks),
              (std::vector<std::string>{"Adds an item.", "Takes an item."}));
  }
}

TEST(SplitFile, ACommentIsOnOneDefinitionOfALine) {
  const auto chunks =
      Split(FileOf("javascript",
                   "// Adds an item.\nfunction push() {} function pop() {}\n"));
  EXPECT_EQ(DocsOf(chunks), (std::vector<std::string>{"Adds an item.", ""}));
}

TEST(SplitFile, ManyDefinitionsTakeNoLongerThanTheirLines) {
  struct Case {
    const char* language;
    const char* lines;  ///< Of each definition.
  };
  // A second for all, most of it parsing; a quadratic search takes minutes.
  for (const Case& c :
       {Case{"cpp", "int f();  /* one of many */\n"},
        Case{"cpp", "int f(int a, // one\n int b);\n"}, Case{"cpp", "f() {}\n"},
        Case{"python", "def f(a=(1)): return 1\n"},
        Case{"python", "def f():\n    '''Adds an item.\n"},
        Case{"go", "type A int\n"}}) {
    std::string text;
    for (int i = 0; i < 20000; ++i) text += c.lines;
    const auto chunks = Split(FileOf(c.language, text));
    EXPECT_GE(chunks.size(), 1u) << c.lines;
  }
}

}  // namespace
}  // namespace dobby
