// Every fuzzer on its corpus, in any build: what once went wrong stays right.
// `make fuzz` looks for more.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/fuzz_target.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;

std::string Folder() { return std::string(DOBBY_TEST_DATA) + "/fuzz/corpus"; }

std::vector<fs::path> CorpusOf(std::string_view target) {
  std::vector<fs::path> paths;
  for (const auto& entry :
       fs::directory_iterator(fs::path(Folder()) / target)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// Returns the input with a few bytes changed, left out or said twice.
std::string Mutated(std::string input, std::mt19937& random) {
  for (int i = 0; i < 3 && !input.empty(); ++i) {
    const std::size_t at = random() % input.size();
    const std::size_t length = 1 + random() % 8;
    switch (random() % 3) {
      case 0:
        input[at] = static_cast<char>(random());
        break;
      case 1:
        input.erase(at, length);
        break;
      default:
        input.insert(at, input.substr(at, length));
    }
  }
  return input;
}

class FuzzCorpus : public testing::TestWithParam<FuzzTarget> {};

/// What ends the process is told by the last line that was printed.
TEST_P(FuzzCorpus, Holds) {
  const FuzzTarget& target = GetParam();
  const auto paths = CorpusOf(target.name);
  EXPECT_FALSE(paths.empty()) << "no corpus for " << target.name;
  std::mt19937 random(1);
  for (const fs::path& path : paths) {
    const auto input = ReadWholeFile(path.string());
    ASSERT_TRUE(input) << path;
    std::printf("%s\n", path.c_str());
    std::fflush(stdout);
    target.run(*input);
    for (int i = 0; i < 4; ++i) target.run(Mutated(*input, random));
  }
}

INSTANTIATE_TEST_SUITE_P(All, FuzzCorpus, testing::ValuesIn(FuzzTargets()),
                         [](const auto& each) {
                           return std::string(each.param.name);
                         });

TEST(FuzzCorpora, AreThoseOfTargets) {
  for (const auto& entry : fs::directory_iterator(Folder())) {
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(std::any_of(
        FuzzTargets().begin(), FuzzTargets().end(),
        [&](const FuzzTarget& target) { return target.name == name; }))
        << "no fuzzer " << name;
  }
}

}  // namespace
}  // namespace dobby
