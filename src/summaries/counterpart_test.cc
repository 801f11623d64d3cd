#include "summaries/counterpart.h"

#include <gtest/gtest.h>

namespace dobby {
namespace {

std::string Names(std::string_view file) {
  std::string names;
  for (const Counterpart& counterpart : CounterpartsOf(file)) {
    names += (counterpart.is_tested ? "tests " : "implements ") +
             counterpart.name + "; ";
  }
  return names;
}

TEST(Counterpart, NamesFollowTheCustomOfLanguages) {
  EXPECT_EQ(Names("ring.cc"),
            "implements ring.h; implements ring.hh; implements ring.hpp; "
            "implements ring.hxx; ");
  EXPECT_EQ(Names("ring_test.cc"),
            "tests ring.h; tests ring.hh; tests ring.hpp; tests ring.hxx; "
            "tests ring.cc; ");
  EXPECT_EQ(Names("test_ring.py"), "tests ring.py; ");
  EXPECT_EQ(Names("ring_test.go"), "tests ring.go; ");
  EXPECT_EQ(Names("RingTest.java"), "tests Ring.java; ");
  EXPECT_EQ(Names("ring.spec.ts"), "tests ring.ts; ");
  for (const char* none : {"ring.h", "ring.py", "Makefile", "latest.py",
                           "test.py", "_test.go", ""}) {
    EXPECT_EQ(Names(none), "") << none;
  }
}

FileEntry File(const std::string& path) {
  FileEntry entry;
  entry.path = path;
  return entry;
}

std::string Found(const Repo& repo, std::string_view path) {
  const auto found = CounterpartFinder(repo).Find(path);
  if (!found) return "";
  return (found->is_tested ? "tests " : "implements ") + found->entry->path;
}

TEST(Counterpart, IsTheNeighbourOrTheOnlyOneOfItsName) {
  Repo repo;
  for (const char* path :
       {"a/ring.cc", "a/ring.h", "b/ring.h", "include/queue.h", "src/queue.cc",
        "src/ring.cc", "tests/queue_test.cc"}) {
    repo.entries.push_back(File(path));
  }
  EXPECT_EQ(Found(repo, "a/ring.cc"), "implements a/ring.h");
  EXPECT_EQ(Found(repo, "src/queue.cc"), "implements include/queue.h");
  EXPECT_EQ(Found(repo, "tests/queue_test.cc"), "tests include/queue.h");
  EXPECT_EQ(Found(repo, "src/ring.cc"), "") << "two have that name";
  repo.entries[3].skip = SkipReason::kIgnored;
  EXPECT_EQ(Found(repo, "src/queue.cc"), "");
  EXPECT_EQ(Found(repo, "tests/queue_test.cc"), "tests src/queue.cc");
}

SourceFile Header(const std::string& text) {
  SourceFile file;
  file.path = "base/ring.h";
  file.language = {"cpp", "C++"};
  file.text = text;
  return file;
}

std::string Read(const std::string& text, const RepoFacts& facts = {}) {
  const CounterpartFacts read =
      ReadCounterpart(Header(text), /*is_tested=*/true, facts);
  return read.name + "|" + read.definition + "|" + read.sentence;
}

TEST(Counterpart, SpeaksForTheFileThatServesIt) {
  EXPECT_EQ(Read("// Queues of bytes.\n#pragma once\n"),
            "ring.h||Queues of bytes.");
  EXPECT_EQ(Read("#pragma once\n\nnamespace a {\n\n"
                 "/// A queue of bytes.\nclass Ring {};\n}\n"),
            "ring.h|Ring|A queue of bytes.");
  EXPECT_EQ(Read("class Ring {};\n"), "ring.h||");
}

}  // namespace
}  // namespace dobby
