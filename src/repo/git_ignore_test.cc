// The ignore rules against git's own answer, on random trees and patterns.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "repo/test_tree.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;

using Random = std::mt19937;

template <class Range>
const auto& Pick(Random& random, const Range& choices) {
  return choices[random() % std::size(choices)];
}

std::string RandomName(Random& random) {
  static const std::vector<std::string> names = {
      "a", "b",   "c",   "ab",   "abc", "b.c", "a.o", "a b",
      "x", "foo", "bar", "f[o]", "a*b", "d-e", "Foo", "a\\b"};
  return Pick(random, names);
}

std::string RandomPart(Random& random) {
  static const std::vector<std::string> parts = {
      "*",      "**",    "?",     "[a-c]",       "[!a]",         "[^b-x]",
      "*.o",    "a*",    "*b",    "f?o",         "[ab]*",        "\\a",
      "a\\*b",  "[]a]",  "[a-",   "[[:alpha:]]", "[[:upper:]]*", "a**",
      "**b",    "***",   "[\\]]", "f[[]o]",      "[a-c-x]",      "*a*b*",
      "a\\\\b", "[!-~]", "x\\"};
  return random() % 2 == 0 ? RandomName(random) : Pick(random, parts);
}

std::string RandomPattern(Random& random) {
  std::string pattern;
  if (random() % 4 == 0) pattern += "!";
  if (random() % 4 == 0) pattern += "/";
  const std::size_t parts = 1 + random() % 3;
  for (std::size_t i = 0; i < parts; ++i) {
    if (i > 0) pattern += '/';
    pattern += RandomPart(random);
  }
  static const std::vector<std::string> ends = {"",    "",    "",   "/", " ",
                                                "\\ ", "/**", "\r", "  "};
  return pattern + Pick(random, ends);
}

std::string RandomRules(Random& random) {
  std::string text = random() % 8 == 0 ? "\xEF\xBB\xBF" : "";
  const std::size_t lines = 1 + random() % 5;
  for (std::size_t i = 0; i < lines; ++i) {
    if (random() % 8 == 0) text += "# " + RandomName(random) + "\n\n";
    text += RandomPattern(random) + "\n";
  }
  return text;
}

/// Files two to four levels deep, with rules in some folders.
void MakeTree(Random& random, const std::string& root) {
  const auto write = [](const fs::path& path, const std::string& text) {
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (!error && !fs::is_directory(path)) std::ofstream(path) << text;
  };
  for (int i = 0; i < 14; ++i) {
    fs::path path = root;
    const std::size_t parts = 1 + random() % 4;
    for (std::size_t p = 0; p < parts; ++p) path /= RandomName(random);
    write(path, "x\n");
    if (random() % 4 == 0) {
      write(path.parent_path() / ".gitignore", RandomRules(random));
    }
  }
  write(root + "/.gitignore", RandomRules(random));
}

std::set<std::string> AskGit(const std::string& root) {
  const std::string paths = root + "/../paths";
  {
    std::ofstream list(paths, std::ios::binary);
    for (const auto& item : fs::recursive_directory_iterator(root)) {
      const std::string path = fs::relative(item.path(), root).string();
      if (path.starts_with(".git/") || path == ".git") continue;
      if (!item.is_directory()) list << path << '\0';
    }
  }
  const std::string command = "cd '" + root +
                              "' && git check-ignore --no-index -z --stdin < "
                              "../paths > ../ignored";
  EXPECT_LE(std::system(command.c_str()), 256);  // 1: nothing is ignored.
  std::ifstream answer(root + "/../ignored", std::ios::binary);
  std::set<std::string> ignored;
  for (std::string path; std::getline(answer, path, '\0');) {
    ignored.insert(path);
  }
  return ignored;
}

/// Returns the files that the walk leaves out, those below left out folders
/// among them.
std::set<std::string> AskDobby(const std::string& root) {
  RepoOptions options;
  options.include_hidden = true;
  const auto repo = OpenRepo(root, options);
  EXPECT_TRUE(repo);
  std::set<std::string> ignored;
  for (const FileEntry& entry : repo->entries) {
    EXPECT_FALSE(entry.error);
    if (entry.skip != SkipReason::kIgnored) continue;
    if (!entry.path.ends_with('/')) {
      ignored.insert(entry.path);
      continue;
    }
    for (const auto& item :
         fs::recursive_directory_iterator(root + "/" + entry.path)) {
      if (item.is_directory()) continue;
      ignored.insert(fs::relative(item.path(), root).string());
    }
  }
  return ignored;
}

/// Returns how many seeds to try; DOBBY_IGNORE_SEEDS asks for more.
unsigned Seeds() {
  const char* asked = std::getenv("DOBBY_IGNORE_SEEDS");
  return asked != nullptr ? static_cast<unsigned>(std::atoi(asked)) : 12;
}

TEST(GitIgnore, AgreesWithGitOnRandomTrees) {
  const TestTree tree;
  std::size_t files = 0;
  // Many trees in one work tree, so that git starts only once for them.
  for (unsigned seed = 0; seed < Seeds(); ++seed) {
    Random random(seed);
    const std::string root = tree.root() + "/" + std::to_string(seed) + "/r";
    fs::create_directories(root + "/.git/objects");
    fs::create_directories(root + "/.git/refs");
    std::ofstream(root + "/.git/HEAD") << "ref: refs/heads/main\n";
    fs::create_directories(root + "/.git/info");
    std::ofstream(root + "/.git/info/exclude") << RandomRules(random);
    for (int i = 0; i < 40; ++i) {
      MakeTree(random, root + "/t" + std::to_string(i));
    }
    const auto want = AskGit(root);
    files += want.size();
    ASSERT_EQ(AskDobby(root), want) << "seed " << seed << " in " << root;
  }
  EXPECT_GT(files, 1000u);  // The trees are not trivial.
}

/// Returns the lines of a command's output that end in NUL.
std::set<std::string> OutputOf(const std::string& command,
                               const std::string& place) {
  EXPECT_EQ(std::system((command + " > '" + place + "'").c_str()), 0)
      << command;
  std::ifstream output(place, std::ios::binary);
  std::set<std::string> lines;
  for (std::string line; std::getline(output, line, '\0');) lines.insert(line);
  return lines;
}

TEST(GitIgnore, AgreesWithGitOnWhatIsTracked) {
  const TestTree tree;
  std::size_t tracked_though_ignored = 0;
  for (unsigned seed = 0; seed < Seeds(); ++seed) {
    Random random(1000 + seed);
    const std::string root = tree.root() + "/" + std::to_string(seed) + "/r";
    fs::create_directories(root);
    for (int i = 0; i < 10; ++i) {
      MakeTree(random, root + "/t" + std::to_string(i));
    }
    const std::string git = "cd '" + root + "' && git ";
    OutputOf(git + "init -q .", "/dev/null");
    {
      std::ofstream list(root + "/../some", std::ios::binary);
      for (const auto& item : fs::recursive_directory_iterator(root)) {
        const std::string path = fs::relative(item.path(), root).string();
        if (path.starts_with(".git/") || item.is_directory()) continue;
        if (random() % 4 == 0) list << path << '\0';
      }
    }
    OutputOf("cd '" + root +
                 "' && git --literal-pathspecs add -f "
                 "--pathspec-from-file=../some --pathspec-file-nul",
             "/dev/null");
    const auto want = OutputOf(git + "ls-files -z -co --exclude-standard",
                               tree.home() + "/taken");
    tracked_though_ignored +=
        OutputOf(git + "ls-files -z -ci --exclude-standard",
                 tree.home() + "/both")
            .size();
    RepoOptions options;
    options.include_hidden = true;
    const auto repo = OpenRepo(root, options);
    ASSERT_TRUE(repo);
    std::set<std::string> taken;
    for (const FileEntry& entry : repo->entries) {
      if (entry.skip != SkipReason::kIgnored) taken.insert(entry.path);
    }
    ASSERT_EQ(taken, want) << "seed " << seed << " in " << root;
  }
  EXPECT_GT(tracked_though_ignored, 50u);
}

}  // namespace
}  // namespace dobby
