#include "dobby/output.h"

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/utf8.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "outputs/terminal_text.h"

namespace dobby {
namespace {

SummaryNode Node(Level level, const std::string& path, const std::string& first,
                 const std::string& second) {
  SummaryNode node;
  node.level = level;
  node.path = path;
  node.hash = HashOf(path + first);
  node.text.lines = {first, second};
  node.text.voices = {Voice::kStructure, Voice::kStructure};
  node.text.created_unix_s = 1'700'000'000;
  node.text.model = "SmolLM2-135M-Instruct";
  node.text.prompt_version = "lines-1:3f9a2c";
  return node;
}

SummaryNode Lines(SummaryNode node, std::uint32_t first, std::uint32_t last) {
  node.start_line = first;
  node.end_line = last;
  return node;
}

LedgerRow Row(LedgerRow::State state, const std::string& path) {
  LedgerRow row;
  row.state = state;
  row.path = path;
  return row;
}

LedgerRow Skip(const std::string& path, const std::string& reason) {
  LedgerRow row = Row(LedgerRow::State::kSkipped, path);
  row.reason = reason;
  return row;
}

LedgerRow Failure(const std::string& path, const std::string& code,
                  const std::string& message) {
  LedgerRow row = Row(LedgerRow::State::kFailed, path);
  row.code = code;
  row.message = message;
  return row;
}

/// A repository with one of everything that the formats must show.
IndexSnapshot Sample() {
  IndexSnapshot s;
  s.root = "/home/me/toy";
  s.name = "toy";
  s.model = "SmolLM2-135M-Instruct";
  s.prompt_version = "lines-1:3f9a2c";
  s.finished_unix_s = 1'700'000'100;
  s.nodes = {
      Node(Level::kRepo, ".",
           "Toy is a calculator with a parser and a "
           "printer, written to show how small programs are summarised.",
           "Its parts are `src` and the documents."),
      Lines(Node(Level::kFile, "README.md",
                 "Says what toy does, in <b>bold"
                 "</b> words & [links](http://x).",
                 "Shows the *first* steps with `toy --help`."),
            1, 12),
      Lines(Node(Level::kChunk, "README.md", "Says what toy does.",
                 "Shows the first steps."),
            1, 12),
      Node(Level::kDir, "src", "Holds the parser.", "And a printer."),
      Lines(Node(Level::kFile, "src/bad\n\x1b[31mname\xff.c",
                 "Has a name that would colour a terminal.",
                 "\u65e5\u672c\u8a9e \u202e right to left."),
            1, 5),
      Node(Level::kDir, "src/deep", "Is below.", "Holds one file."),
      Lines(Node(Level::kFile, "src/deep/print_tree.c",
                 "Prints trees with print_tree.", "Uses _no_ colours."),
            1, 40),
      Lines(Node(Level::kChunk, "src/failed.c", "Was summarised.",
                 "The next part was not."),
            1, 300),
      Lines(Node(Level::kFile, "src/parser.c", "Parses sums.",
                 "Calls parseSum for each line."),
            1, 450),
      Lines(
          Node(Level::kChunk, "src/parser.c", "Reads tokens.", "Skips blanks."),
          1, 300),
      Lines(Node(Level::kChunk, "src/parser.c", "Adds numbers.",
                 "Reports errors."),
            301, 450),
  };
  s.nodes[1].freshness = Freshness::kStale;
  s.nodes[6].freshness = Freshness::kMissing;
  s.nodes[8].text.grounded = false;
  s.nodes[9].text.truncated = true;
  s.nodes[10].text.grounded = false;
  s.nodes[10].text.truncated = true;
  s.nodes[10].freshness = Freshness::kStale;
  const auto done = LedgerRow::State::kSummarised;
  s.ledger = {Skip(".git/", "ignored"),
              Row(done, "README.md"),
              Skip("logo.png", "binary"),
              Skip("odd\xc3.png", "binary"),
              Row(done, "src/bad\n\x1b[31mname\xff.c"),
              Row(done, "src/deep/print_tree.c"),
              Failure("src/failed.c", "timeout", "took more than 30 s"),
              Row(done, "src/parser.c")};
  return s;
}

/// Compares with a file of tests/golden/outputs; DOBBY_UPDATE_GOLDENS=1
/// rewrites it instead.
void ExpectGolden(const std::string& got, const std::string& name) {
  const std::string path =
      std::string(DOBBY_SOURCE_DIR) + "/tests/golden/outputs/" + name;
  const char* update = std::getenv("DOBBY_UPDATE_GOLDENS");
  if (update && std::string_view(update) == "1") {
    std::ofstream(path, std::ios::binary) << got;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path;
  const std::string want((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(got, want) << name;
}

TEST(Output, EveryFormatMatchesItsGolden) {
  for (const char* name : {"text", "markdown", "json", "jsonl", "llms.txt"}) {
    const auto format = FormatOf(name);
    ASSERT_TRUE(format) << name;
    const std::string once = WriteSnapshot(Sample(), *format);
    EXPECT_EQ(once, WriteSnapshot(Sample(), *format)) << name;
    EXPECT_TRUE(IsUtf8(once)) << name;
    EXPECT_EQ(once.find('\x1b'), std::string::npos) << name;
    ExpectGolden(once, std::string("snapshot.") + name);
    ExpectGolden(WriteSnapshot({}, *format), std::string("empty.") + name);
  }
}

TEST(Output, TreesMatchTheirGoldens) {
  struct Case {
    const char* name;
    TreeStyle style;
  };
  for (const Case& c : {
           Case{"plain", {}},
           Case{"chunks", {0, true, false, 60}},
           Case{"narrow", {0, true, false, 10}},
           Case{"depth1", {1, false, false, 100}},
           Case{"color", {2, true, true, 80}},
       }) {
    ExpectGolden(WriteTree(Sample(), c.style), std::string("tree.") + c.name);
  }
  ExpectGolden(WriteTree({}, {}), "tree.empty");
}

TEST(Output, TreeOfAPartBeginsThere) {
  IndexSnapshot part = Sample();
  std::erase_if(part.nodes, [](const SummaryNode& node) {
    return !node.path.starts_with("src/deep");
  });
  part.ledger.clear();
  EXPECT_THAT(WriteTree(part, {}), testing::StartsWith("src/deep/\n"));
  std::erase_if(part.nodes, [](const SummaryNode& node) {
    return node.level == Level::kDir;
  });
  EXPECT_THAT(WriteTree(part, {}),
              testing::StartsWith("src/deep/print_tree.c [missing]\n"));
}

TEST(Output, JsonLinesHaveExactlyTheKeysOfTheContract) {
  std::istringstream lines(WriteSnapshot(Sample(), Format::kJsonl));
  const std::map<std::string, std::vector<std::string>> contract = {
      {"begin",
       {"type", "schema_version", "name", "root", "model", "prompt_version",
        "finished_unix_s"}},
      {"summary",
       {"type", "level", "path", "start_line", "end_line", "lines", "hash",
        "voices", "model", "prompt_version", "freshness", "grounded"}},
      {"skip", {"type", "path", "reason"}},
      {"error", {"type", "path", "code", "message"}},
      {"end", {"type", "files", "summaries"}}};
  std::vector<std::string> types;
  for (std::string line; std::getline(lines, line);) {
    const auto object = nlohmann::ordered_json::parse(line);
    const std::string type = object["type"];
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items()) keys.push_back(key);
    EXPECT_EQ(keys, contract.at(type)) << line;
    if (types.empty() || types.back() != type) types.push_back(type);
  }
  EXPECT_EQ(types, (std::vector<std::string>{"begin", "summary", "skip",
                                             "error", "end"}));
}

TEST(Output, OneSummaryIsTheObjectOfTheExport) {
  const IndexSnapshot sample = Sample();
  EXPECT_THAT(
      WriteSnapshot(sample, Format::kJsonl),
      testing::HasSubstr("\n" + WriteSummaryJson(sample.nodes[4]) + "\n"));
}

TEST(Output, RunReportMatchesTheContract) {
  RunReport report;
  report.files = {7, 4, 2, 1};
  report.chunks = {20, 12, 7, 1};
  report.prompt_tokens = 30'000;
  report.generated_tokens = 900;
  report.wall_s = 48.00049;
  EXPECT_EQ(WriteRunReport(report, "SmolLM2", "stock", 10, 700'000'000),
            R"({"schema_version":1,)"
            R"("files":{"total":7,"summarised":4,"skipped":2,"failed":1},)"
            R"("chunks":{"total":20,"summarised":12,"reused":7,"failed":1},)"
            R"("tokens":{"prompt":30000,"generated":900},)"
            R"("wall_s":48.0,"chunks_per_minute":15.0,)"
            R"("peak_rss_bytes":700000000,"model":"SmolLM2","engine":"stock",)"
            R"("agents":10})");
  EXPECT_THAT(WriteRunReport({}, "", "", 0, 0),
              testing::HasSubstr(R"("chunks_per_minute":0.0)"));
}

TEST(Output, FormatsHaveNames) {
  struct Case {
    const char* name;
    Format want;
  };
  for (const Case& c :
       {Case{"text", Format::kText}, Case{"markdown", Format::kMarkdown},
        Case{"md", Format::kMarkdown}, Case{"json", Format::kJson},
        Case{"jsonl", Format::kJsonl}, Case{"llms.txt", Format::kLlmsTxt},
        Case{"llms", Format::kLlmsTxt}}) {
    const auto format = FormatOf(c.name);
    ASSERT_TRUE(format) << c.name;
    EXPECT_EQ(*format, c.want) << c.name;
  }
  for (const char* name : {"", "xml", "JSON"}) {
    const auto format = FormatOf(name);
    ASSERT_FALSE(format) << name;
    EXPECT_EQ(format.error().code, ErrorCode::kUsage);
    EXPECT_THAT(format.error().message,
                testing::HasSubstr("text, markdown, json, jsonl, llms.txt"));
  }
}

TEST(Output, ForTerminalMakesEverythingVisible) {
  struct Case {
    const char* name;
    std::string text, want;
  };
  for (const Case& c : {
           Case{"plain", "a b", "a b"},
           Case{"escape", "\x1b[2J", "\u241b[2J"},
           Case{"newline", "a\nb\r\t", "a\u240ab\u240d\u2409"},
           Case{"nul", std::string("a\0b", 3), "a\u2400b"},
           Case{"delete", "\x7f", "\u2421"},
           Case{"c1", "\u009b31m", "<U+009B>31m"},
           Case{"direction", "a\u202eb", "a<U+202E>b"},
           Case{"bad byte", "a\xff", "a\ufffd"},
           Case{"letters", "\u00e9\u65e5", "\u00e9\u65e5"},
       }) {
    EXPECT_EQ(ForTerminal(c.text), c.want) << c.name;
  }
}

TEST(Output, WordsOfAuthorsAreQuotations) {
  IndexSnapshot snapshot;
  snapshot.name = "toy";
  snapshot.nodes = {
      Node(Level::kRepo, ".", "Holds a\u201D parser.", "Holds ring.h."),
      Node(Level::kFile, "ring.h", "A queue.", "Defines class Ring.")};
  snapshot.nodes[0].text.voices = {Voice::kReadme, Voice::kStructure};
  snapshot.nodes[1].text.voices = {Voice::kStructure, Voice::kStructure};
  const std::string quoted = "\u201CHolds a\" parser.\u201D";
  std::string shown = WriteTree(snapshot, {});
  for (const Format format :
       {Format::kText, Format::kMarkdown, Format::kLlmsTxt}) {
    shown = WriteSnapshot(snapshot, format);
    EXPECT_THAT(shown, testing::HasSubstr(quoted));
    EXPECT_THAT(shown, testing::HasSubstr(" is quoted from the files"));
    EXPECT_THAT(shown, testing::Not(testing::HasSubstr("\u201CA queue")));
  }
  EXPECT_THAT(WriteTree(snapshot, {}), testing::HasSubstr(quoted));
  EXPECT_THAT(WriteSnapshot(snapshot, Format::kJson),
              testing::HasSubstr("Holds a\u201D parser."))
      << "a program has `voices` for it";
  EXPECT_THAT(WriteSnapshot(snapshot, Format::kJsonl),
              testing::HasSubstr("\"voices\":[\"readme\",\"structure\"]"));
  snapshot.nodes[0].text.voices[0] = Voice::kModel;
  EXPECT_THAT(WriteTree(snapshot, {}),
              testing::Not(testing::HasSubstr(" is quoted from")));
  EXPECT_THAT(WriteTree(snapshot, {}), testing::HasSubstr(" [model]\n"));
  EXPECT_THAT(WriteTree(snapshot, {}),
              testing::HasSubstr("a language model wrote"));
}

TEST(Output, JsonHasNoCharactersThatTurnOrHideText) {
  SummaryNode node =
      Node(Level::kFile, "a\u202E\u0085.c", "\U000E0041\u200B.", "\x7F\x1b[2J");
  EXPECT_EQ(EscapeInvisible("\u00E9\u202E\U000E0041"),
            "\u00E9\\u202e\\udb40\\udc41");
  const std::string json = WriteSummaryJson(node);
  for (const char* hidden :
       {"\u202E", "\u0085", "\U000E0041", "\x7F", "\x1b"}) {
    EXPECT_THAT(json, testing::Not(testing::HasSubstr(hidden)));
  }
  EXPECT_EQ(nlohmann::json::parse(json)["path"], node.path);
}

TEST(TerminalText, WrapsAtColumns) {
  struct Case {
    const char* name;
    const char* text;
    int columns;
    std::vector<std::string> want;
  };
  for (const Case& c : {
           Case{"fits", "one two", 7, {"one two"}},
           Case{"breaks", "one two", 6, {"one", "two"}},
           Case{"long word", "a abcdefgh b", 4, {"a", "abcdefgh", "b"}},
           Case{"empty", "", 4, {""}},
           Case{"spaces", "  a   b ", 9, {"a b"}},
           Case{"wide", "\u65e5\u672c \u8a9e", 6, {"\u65e5\u672c", "\u8a9e"}},
           Case{"combining", "e\u0301 a", 3, {"e\u0301 a"}},
       }) {
    EXPECT_EQ(WrapWords(c.text, c.columns), c.want) << c.name;
  }
}

TEST(Output, MarkdownActsAsTextOnly) {
  IndexSnapshot s = Sample();
  s.nodes = {Node(Level::kFile, "a.c", "", "")};
  struct Case {
    const char* name;
    const char* line;
    const char* want;
  };
  for (const Case& c : {
           Case{"tag", "<script>", "\\<script\\>"},
           Case{"snake", "read_line _x_", "read_line \\_x\\_"},
           Case{"code", "calls `f_(*x)` *now*", "calls `f_(*x)` \\*now\\*"},
           Case{"open code", "a ` <b", "a \\` \\<b"},
           Case{"two backticks", "``<b>``", "\\`\\`\\<b\\>\\`\\`"},
           Case{"list", "- a", "\\- a"},
           Case{"numbered", "12. a", "12\\. a"},
           Case{"sentence", "Ends. (So)", "Ends. (So)"},
       }) {
    s.nodes[0].text.lines = {c.line, "x"};
    EXPECT_THAT(WriteSnapshot(s, Format::kMarkdown),
                testing::HasSubstr(std::string("\n\n") + c.want + "\\\nx\n"))
        << c.name;
  }
}

}  // namespace
}  // namespace dobby
