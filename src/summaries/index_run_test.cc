#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "base/cpu_growth.h"
#include "dobby/summary.h"
#include "summaries/counterpart.h"
#include "summaries/fake_engine.h"
#include "summaries/memory_index.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;

/// A repository in a temporary folder, removed at the end.
class IndexRunTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) /
            ("dobby_run_" + std::to_string(::getpid()) + "_" +
             testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(root_);
    options_.model_writes = {Level::kChunk, Level::kFile, Level::kDir,
                             Level::kRepo};
    Write("README.md", "# A project\nIt adds numbers.\n");
    Write("src/add.py", "def add(a, b):\n    return a + b\n");
    Write("src/copy.py", "def add(a, b):\n    return a + b\n");
    std::string functions;
    for (const char* name : {"one", "two", "three"}) {
      functions += "def " + std::string(name) + "(x):\n" + Lines(230, "  x +=");
    }
    Write("src/deep/long.py", functions);
    Write("src/deep/empty.txt", "\n\n");
    Write("data.bin", std::string("a\0b", 3));
  }
  void TearDown() override { fs::remove_all(root_); }

  static std::string Lines(int n, const std::string& word) {
    std::string text;
    for (int i = 0; i < n; ++i) text += word + " " + std::to_string(i) + "\n";
    return text;
  }
  void Write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }
  RunReport Run(Engine& engine, MemoryIndex& index, std::stop_token stop = {}) {
    const auto repo = OpenRepo(root_.string(), options_.repo);
    const auto summariser = MakeSummariser(&engine, options_);
    auto report = (*summariser)->Run(*repo, index, {}, std::move(stop));
    EXPECT_TRUE(report) << report.error().message;
    const auto& files = report->files;
    const auto& chunks = report->chunks;
    EXPECT_EQ(files.total, files.summarised + files.skipped + files.failed);
    EXPECT_EQ(chunks.total, chunks.summarised + chunks.reused + chunks.failed);
    return *std::move(report);
  }

  fs::path root_;
  SummariserOptions options_;
};

TEST_F(IndexRunTest, SummarisesEveryLevelOnce) {
  FakeEngine engine;
  MemoryIndex index;
  const RunReport report = Run(engine, index);
  EXPECT_TRUE(report.complete());
  EXPECT_EQ(report.files.summarised, 4u);
  EXPECT_EQ(report.files.skipped, 2u);
  EXPECT_EQ(report.chunks.reused, 0u)
      << "the prompt of the duplicate file has another path";
  EXPECT_EQ(index.files.at("src/deep/long.py").nodes.size(), 4u)
      << "three chunks and the file";
  EXPECT_NE(index.files.at("src/copy.py").nodes[0].key,
            index.files.at("src/add.py").nodes[0].key);
  EXPECT_EQ(index.files.at("data.bin").row.reason, "binary");
  EXPECT_EQ(index.dirs.size(), 3u) << "., src, src/deep";
  EXPECT_EQ(index.dirs.at("src/deep").text.lines,
            index.files.at("src/deep/long.py").nodes.back().text.lines)
      << "a folder of one file says what the file says";
  EXPECT_EQ(index.dirs.at(".").level, Level::kRepo);
  EXPECT_EQ(index.finished, 1);
}

TEST_F(IndexRunTest, WhatTheAuthorSaysComesFirstAndNamesSecond) {
  Write("src/ring.py",
        "\"\"\"Keeps the last values.\n\nMore.\n\"\"\"\n\n"
        "def push(x):\n    pass\n");
  Write("src/big.py", "# Counts all there is.\n\n\ndef first():\n    pass\n\n" +
                          Lines(400, "x =") + "def last():\n    pass\n");
  FakeEngine engine;
  MemoryIndex index;
  for (int run = 0; run < 2; ++run) {
    const RunReport report = Run(engine, index);
    EXPECT_TRUE(report.complete());
    if (run == 1) {
      EXPECT_EQ(report.chunks.reused, report.chunks.total);
    }
    const auto& ring = index.files.at("src/ring.py").nodes;
    ASSERT_EQ(ring.size(), 2u);
    EXPECT_EQ(ring[1].text.lines[0], "Keeps the last values.");
    EXPECT_EQ(ring[1].text.lines[1], "Defines `def push(x)`.");
    EXPECT_EQ(ring[1].text.model, "");
    EXPECT_EQ(ring[1].text.voices[0], Voice::kHeader);
    EXPECT_EQ(ring[1].text.voices[1], Voice::kStructure);
    EXPECT_TRUE(ring[1].text.grounded);
    const auto& big = index.files.at("src/big.py").nodes;
    ASSERT_EQ(big.size(), 3u) << "two chunks and the file";
    EXPECT_EQ(big[2].text.lines[0], "Counts all there is.");
    EXPECT_EQ(big[2].text.lines[1], "Defines functions first, last.");
    EXPECT_EQ(big[0].text.lines[0], "Counts all there is.");
    EXPECT_EQ(big[0].text.lines[1], "Defines `def first()`.");
    EXPECT_EQ(big[1].text.model, "fake");
    EXPECT_EQ(index.dirs.at("src").text.lines[1],
              "Holds deep/ (1 file: long.py), big.py (2 functions), ring.py "
              "(function), add.py (function), copy.py (function).");
  }
}

TEST_F(IndexRunTest, AnImplementationAndATestSpeakThroughTheirHeader) {
  Write("src/ring.h", "// Queues of bytes.\n\nclass Ring {};\n");
  Write("src/ring.cc", "void Ring::Push() {}\n");
  Write("tests/ring_test.cc", "int main() {}\n");
  Write("src/own.h", "// Not said.\nclass Own {};\n");
  Write("src/own.cc", "// Says it itself.\n\nvoid Own::Push() {}\n");
  FakeEngine engine;
  MemoryIndex index;
  const auto first_line = [&](const char* path) {
    return index.files.at(path).nodes.back().text.lines[0];
  };
  Run(engine, index);
  EXPECT_EQ(first_line("src/ring.cc"), "Implements ring.h: “Queues of bytes.”");
  EXPECT_EQ(first_line("tests/ring_test.cc"),
            "Tests ring.h: “Queues of bytes.”");
  EXPECT_EQ(first_line("src/own.cc"), "Says it itself.");
  Write("src/ring.h", "// Queues of words.\n\nclass Ring {};\n");
  Run(engine, index);
  EXPECT_EQ(first_line("src/ring.cc"), "Implements ring.h: “Queues of words.”")
      << "though the file itself has not changed";
}

TEST_F(IndexRunTest, WithoutAModelEveryLineIsOfDobbyOrAnAuthor) {
  options_.model_writes.clear();
  const auto repo = OpenRepo(root_.string(), options_.repo);
  const auto summariser = MakeSummariser(nullptr, options_);
  MemoryIndex index;
  for (int run = 0; run < 2; ++run) {
    const auto report = (*summariser)->Run(*repo, index, {}, {});
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->complete());
    EXPECT_EQ(report->chunks.reused, run == 0 ? 1 : report->chunks.total)
        << "first only the file that is a copy";
  }
  const auto& add = index.files.at("src/add.py").nodes.back().text;
  EXPECT_EQ(add.lines[0], "Function add.");
  EXPECT_EQ(add.voices[0], Voice::kStructure);
  EXPECT_EQ(add.model, "");
}

TEST_F(IndexRunTest, WhatManyFilesBeginWithIsOfNone) {
  const std::string banner = "# The project of the rings.\n\n";
  Write("src/a.py", banner + "# Adds rings.\n\nx = 1\n");
  Write("src/b.py", banner + "def push_ring():\n    pass\n");
  FakeEngine engine;
  options_.model_writes.clear();
  MemoryIndex index;
  const auto first_line = [&](const char* path) {
    return index.files.at(path).nodes.back().text.lines[0];
  };
  Run(engine, index);
  EXPECT_EQ(first_line("src/b.py"), "The project of the rings.")
      << "two files may well begin alike";
  Write("src/c.py", banner + "y = 1\n");
  Run(engine, index);
  EXPECT_EQ(first_line("src/b.py"), "Function to push ring.");
}

TEST_F(IndexRunTest, TakesTheLanguageOfAScriptFromItsFirstLine) {
  Write("tool", "#!/usr/bin/env python3\n# Counts words.\ndef count(): pass\n");
  FakeEngine engine;
  MemoryIndex index;
  Run(engine, index);
  EXPECT_EQ(index.files.at("tool").row.language, "python");
  EXPECT_EQ(index.files.at("tool").nodes.back().text.lines[0], "Counts words.");
}

TEST_F(IndexRunTest, SecondRunAsksNothing) {
  FakeEngine engine;
  MemoryIndex index;
  Run(engine, index);
  const std::string content = index.Content();
  const std::size_t asked = engine.asked();
  const RunReport report = Run(engine, index);
  EXPECT_EQ(engine.asked(), asked);
  EXPECT_EQ(report.chunks.reused, report.chunks.total);
  EXPECT_EQ(index.Content(), content);
}

TEST_F(IndexRunTest, AnEditRedoesTheFileAndItsAncestors) {
  FakeEngine engine;
  MemoryIndex index;
  Run(engine, index);
  const std::size_t asked = engine.asked();
  Write("src/add.py", "def subtract(a, b):\n    return a - b\n");
  const RunReport report = Run(engine, index);
  EXPECT_EQ(report.chunks.summarised, 1u);
  EXPECT_EQ(engine.asked() - asked, 2u)
      << "the chunk and src; the README speaks for the repository";
}

TEST_F(IndexRunTest, ADeletedFileIsForgotten) {
  FakeEngine engine;
  MemoryIndex index;
  Run(engine, index);
  fs::remove_all(root_ / "src" / "deep");
  Run(engine, index);
  EXPECT_EQ(index.files.count("src/deep/long.py"), 0u);
  EXPECT_EQ(index.dirs.count("src/deep"), 0u);
}

TEST_F(IndexRunTest, AFailedChunkIsReportedAndTriedAgain) {
  MemoryIndex index;
  {
    FakeEngine engine;
    engine.before = [](const std::string& prompt) -> std::optional<Error> {
      if (prompt.find("\nfunction two") == std::string::npos) return {};
      return Error{ErrorCode::kTimeout, "too slow", ""};
    };
    const RunReport report = Run(engine, index);
    EXPECT_FALSE(report.complete());
    EXPECT_EQ(report.files.failed, 1u);
    EXPECT_EQ(report.chunks.failed, 1u);
    ASSERT_EQ(report.errors.size(), 1u);
    EXPECT_EQ(report.errors[0].context.rfind("src/deep/long.py:", 0), 0u);
    EXPECT_EQ(index.files.at("src/deep/long.py").row.code, "timeout");
    EXPECT_EQ(index.files.at("src/deep/long.py").nodes.size(), 2u)
        << "what was done is kept";
  }
  FakeEngine engine;
  const RunReport report = Run(engine, index);
  EXPECT_TRUE(report.complete());
  EXPECT_EQ(report.chunks.summarised, 1u);
}

TEST_F(IndexRunTest, InterruptedRunsEndWithTheSameContent) {
  MemoryIndex whole;
  {
    FakeEngine engine;
    Run(engine, whole);
  }
  for (int stop_at = 1; stop_at <= 8; ++stop_at) {
    MemoryIndex index;
    {
      std::stop_source stop;
      std::atomic<int> count = 0;
      FakeEngine engine;
      engine.before = [&](const std::string&) -> std::optional<Error> {
        if (++count == stop_at) stop.request_stop();
        return {};
      };
      const RunReport report = Run(engine, index, stop.get_token());
      if (count >= stop_at) {
        EXPECT_TRUE(report.interrupted) << stop_at;
      }
      EXPECT_TRUE(report.errors.empty()) << stop_at;
    }
    FakeEngine engine;
    const RunReport report = Run(engine, index);
    EXPECT_TRUE(report.complete()) << stop_at;
    EXPECT_EQ(index.Content(), whole.Content()) << stop_at;
  }
}

TEST_F(IndexRunTest, AnIndexThatCannotBeWrittenEndsTheRun) {
  for (int writes = 0; writes < 8; ++writes) {
    FakeEngine engine;
    MemoryIndex index;
    index.fail_after = writes;
    const auto repo = OpenRepo(root_.string(), options_.repo);
    const auto summariser = MakeSummariser(&engine, options_);
    const auto report = (*summariser)->Run(*repo, index, {}, {});
    ASSERT_FALSE(report) << writes;
    EXPECT_EQ(report.error().code, ErrorCode::kIo);
  }
}

/// Returns what an index holds as a snapshot of a store would.
IndexSnapshot SnapshotOf(const MemoryIndex& index, const fs::path& root) {
  IndexSnapshot snapshot;
  snapshot.root = root.string();
  for (const auto& [path, record] : index.files) {
    snapshot.ledger.push_back(record.row);
    for (const auto& node : record.nodes) snapshot.nodes.push_back(node);
  }
  for (const auto& [path, node] : index.dirs) snapshot.nodes.push_back(node);
  return snapshot;
}

TEST_F(IndexRunTest, FreshnessFollowsTheDisk) {
  FakeEngine engine;
  MemoryIndex index;
  Run(engine, index);
  IndexSnapshot snapshot = SnapshotOf(index, root_);
  Write("src/add.py", "changed = 1\n");
  Write("src/new.py", "fresh = 1\n");
  fs::remove(root_ / "README.md");
  const auto fresh = MarkFreshness(snapshot, options_.repo);
  ASSERT_TRUE(fresh);
  EXPECT_EQ(*fresh, std::vector<std::string>{"src/new.py"});
  const std::map<std::string, Freshness> want = {
      {".", Freshness::kStale},
      {"README.md", Freshness::kMissing},
      {"src", Freshness::kStale},
      {"src/add.py", Freshness::kStale},
      {"src/copy.py", Freshness::kCurrent},
      {"src/deep", Freshness::kCurrent},
      {"src/deep/long.py", Freshness::kCurrent}};
  for (const SummaryNode& node : snapshot.nodes) {
    EXPECT_EQ(node.freshness, want.at(node.path)) << node.path;
  }
}

TEST_F(IndexRunTest, AFileIsStaleWhenTheOneThatSpeaksForItChanges) {
  const auto write_header = [this](const char* text) {
    Write("src/ring.h", text);
  };
  write_header("// Queues of bytes.\n\nclass Ring {};\n");
  Write("src/ring.cc", "void Ring::Push() {}\n");
  Write("src/own.h", "// Not said.\nclass Own {};\n");
  Write("src/own.cc", "// Says it itself.\n\nvoid Own::Push() {}\n");
  Write("src/lone.cc", "void Lone() {}\n");
  FakeEngine engine;
  MemoryIndex index;
  Run(engine, index);
  const auto stale = [&](const MemoryIndex& of) {
    IndexSnapshot snapshot = SnapshotOf(of, root_);
    EXPECT_TRUE(MarkFreshness(snapshot, options_.repo));
    std::string paths;
    for (const SummaryNode& node : snapshot.nodes) {
      const bool is_listed =
          node.level == Level::kFile && node.freshness != Freshness::kCurrent;
      if (is_listed) paths += node.path + " ";
    }
    return paths;
  };
  EXPECT_EQ(stale(index), "");
  write_header("// Queues of words.\n\nclass Ring {};\n");
  Write("src/own.h", "// Not said either.\nclass Own {};\n");
  EXPECT_EQ(stale(index), "src/own.h src/ring.cc src/ring.h ");
  fs::remove(root_ / "src/ring.h");
  EXPECT_EQ(stale(index), "src/own.h src/ring.cc src/ring.h ")
      << "nobody speaks for it any more";
  Run(engine, index);
  EXPECT_EQ(stale(index), "");
  Write("src/lone.h", "// Speaks now.\n");
  EXPECT_EQ(stale(index), "src/lone.cc ");
}

TEST_F(IndexRunTest, ProgressOwnsItsPath) {
  FakeEngine engine;
  MemoryIndex index;
  const auto repo = OpenRepo(root_.string(), options_.repo);
  const auto summariser = MakeSummariser(&engine, options_);
  std::vector<Progress> seen;
  const auto keep = [&](const Progress& now) { seen.push_back(now); };
  ASSERT_TRUE((*summariser)->Run(*repo, index, keep, {}));
  ASSERT_FALSE(seen.empty());
  for (const Progress& progress : seen) {
    EXPECT_TRUE(progress.path.empty() || progress.path == "." ||
                fs::exists(root_ / progress.path))
        << progress.path;
  }
}

TEST_F(IndexRunTest, AHeaderIsReadOnceForAllThatImplementIt) {
  fs::remove_all(root_);
  const auto run = [this](std::size_t files) {
    fs::remove_all(root_);
    Write("x.h", Lines(4000, "int a;\nint b"));
    for (std::size_t i = 0; i < files; ++i) {
      Write("d" + std::to_string(i) + "/x.c", "int f(void) { return 1; }\n");
    }
    const auto repo = OpenRepo(root_.string(), options_.repo);
    const RepoFacts facts;
    CounterpartReader reader(*repo, options_.repo, facts);
    const double begin = ThreadCpuSeconds();
    for (const FileEntry& entry : repo->entries) {
      reader.FactsFor(entry.path, {});
    }
    return ThreadCpuSeconds() - begin;
  };
  const double one = run(1);
  EXPECT_LT(run(100), 10 * one) << "and not 100 times that of one";
}

}  // namespace
}  // namespace dobby
