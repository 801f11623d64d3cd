#include "cli/index_check.h"

#include <algorithm>
#include <functional>

#include "gtest/gtest.h"

namespace dobby::cli {
namespace {

SummaryNode Node(Level level, const std::string& path, std::uint32_t first = 0,
                 std::uint32_t last = 0) {
  SummaryNode node;
  node.level = level;
  node.path = path;
  node.start_line = first;
  node.end_line = last;
  node.key = HashOf(path);
  node.text.lines = {"One.", "Two."};
  return node;
}

LedgerRow Row(const std::string& path, LedgerRow::State state) {
  LedgerRow row;
  row.path = path;
  row.state = state;
  row.reason = "binary";
  row.code = "io";
  return row;
}

IndexSnapshot Sound() {
  IndexSnapshot snapshot;
  snapshot.finished_unix_s = 1;
  snapshot.nodes = {Node(Level::kRepo, "."), Node(Level::kDir, "a"),
                    Node(Level::kFile, "a/x.c", 1, 500),
                    Node(Level::kChunk, "a/x.c", 1, 300),
                    Node(Level::kChunk, "a/x.c", 301, 500)};
  snapshot.ledger = {Row("a/x.c", LedgerRow::State::kSummarised),
                     Row("b.bin", LedgerRow::State::kSkipped),
                     Row("c.c", LedgerRow::State::kFailed)};
  return snapshot;
}

TEST(CheckIndex, FindsNothingWrongWithASoundIndex) {
  EXPECT_TRUE(CheckIndex(Sound()).empty());
  EXPECT_TRUE(CheckIndex(IndexSnapshot()).empty());
}

TEST(CheckIndex, FindsEachDamage) {
  struct Case {
    const char* want;
    std::function<void(IndexSnapshot&)> damage;
  };
  for (const Case& c : {
           Case{"a/x.c:1-300 (chunk) has an empty line",
                [](auto& s) { s.nodes[3].text.lines[1] = ""; }},
           Case{"a/x.c:1-300 (chunk) has more than two lines",
                [](auto& s) { s.nodes[3].text.lines[0] = "a\nb"; }},
           Case{"a (dir) has no key", [](auto& s) { s.nodes[1].key = {}; }},
           Case{"a is a folder without a summary",
                [](auto& s) { s.nodes.erase(s.nodes.begin() + 1); }},
           Case{". is a folder without a summary",
                [](auto& s) { s.nodes.erase(s.nodes.begin()); }},
           Case{"a/x.c counts as summarised, but has no summary",
                [](auto& s) { s.nodes.erase(s.nodes.begin() + 2); }},
           Case{"a/x.c has a summary, but no ledger row",
                [](auto& s) { s.ledger.erase(s.ledger.begin()); }},
           Case{"a/x.c has no summary of lines 1 to 301",
                [](auto& s) { s.nodes.erase(s.nodes.begin() + 3); }},
           Case{"b.bin is in the ledger twice",
                [](auto& s) { s.ledger.push_back(s.ledger[1]); }},
           Case{"b.bin was skipped without a reason",
                [](auto& s) { s.ledger[1].reason = ""; }},
           Case{"c.c failed without an error",
                [](auto& s) { s.ledger[2].code = ""; }},
       }) {
    IndexSnapshot snapshot = Sound();
    c.damage(snapshot);
    const auto problems = CheckIndex(snapshot);
    EXPECT_NE(std::find(problems.begin(), problems.end(), c.want),
              problems.end())
        << c.want << (problems.empty() ? "" : "; first: " + problems[0]);
  }
}

TEST(CheckIndex, AnUnfinishedRunMayLackFolders) {
  IndexSnapshot snapshot = Sound();
  snapshot.finished_unix_s = 0;
  snapshot.nodes.erase(snapshot.nodes.begin(), snapshot.nodes.begin() + 2);
  EXPECT_TRUE(CheckIndex(snapshot).empty());
}

}  // namespace
}  // namespace dobby::cli
