#include "summaries/allowed_words.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/word_gate.h"

namespace dobby {
namespace {

bool Has(const SortedWords& sorted, const std::string& word) {
  return sorted.Has(word);
}

std::vector<std::string> ListOf(const SortedWords& words) {
  std::vector<std::string> list;
  for (std::size_t i = 0; i < words.size(); ++i) list.emplace_back(words[i]);
  return list;
}

TEST(AllowedWords, AreThoseOfTheEvidenceWithTheirEndings) {
  struct Case {
    const char* evidence;
    std::vector<const char*> allowed;
    std::vector<const char*> refused;
  };
  const Case cases[] = {
      {"parse",
       {"parse", "parses", "parsed", "parsing", "parser", "parsers"},
       {"pars", "sparse"}},
      {"stop", {"stops", "stopped", "stopping", "stopper"}, {"stope"}},
      {"copy", {"copies", "copied", "copying"}, {"copie"}},
      {"copies", {"copy", "copied"}, {}},
      {"stopping", {"stop", "stops"}, {}},
      {"parser", {"parse", "parses", "parsing"}, {}},
      {"decoded", {"decode", "decoder", "decoding"}, {}},
      {"allocation", {"allocate", "allocates"}, {}},
      {"queues", {"queue", "queued"}, {}},
      {"parseHeader", {"parses", "header", "headers", "parseheader"}, {"hea"}},
      {"HTTP_SERVER", {"http", "server", "servers", "serve"}, {}},
      {"utf8", {"utf", "8", "utf8"}, {"16"}},
      {"x", {"x"}, {"xs"}},
      {"", {"the", "returns", "file", "error"}, {"parse", "queue"}},
      {"caf\u00e9 \xff\xfe ring\n", {"caf", "ring"}, {"caf\u00e9"}},
  };
  for (const Case& c : cases) {
    const auto limit = WordsAllowedBy(c.evidence, "");
    for (const char* word : c.allowed) {
      EXPECT_TRUE(Has(limit->words, word)) << c.evidence << ": " << word;
    }
    for (const char* word : c.refused) {
      EXPECT_FALSE(Has(limit->words, word)) << c.evidence << ": " << word;
    }
  }
}

TEST(AllowedWords, NamesAreAsTheyAreWritten) {
  const auto limit =
      WordsAllowedBy("RingBuffer::push_back(size_t N2)", "This header");
  EXPECT_EQ(ListOf(limit->names),
            (std::vector<std::string>{
                "2", "Buffer", "N", "N2", "Ring", "RingBuffer", "This", "back",
                "header", "push", "push_back", "size", "size_t", "t"}));
  EXPECT_EQ(limit->before, "This header");
}

TEST(AllowedWords, ListsAreSortedWithoutDoubles) {
  const auto limit = WordsAllowedBy("b a b A parse \xff\x80 Z_z", "a b");
  for (const auto* words : {&limit->names, &limit->words}) {
    const std::vector<std::string> list = ListOf(*words);
    EXPECT_TRUE(std::is_sorted(list.begin(), list.end()));
    EXPECT_EQ(std::adjacent_find(list.begin(), list.end()), list.end());
  }
  for (const std::string& word : ListOf(limit->words)) {
    EXPECT_EQ(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789"),
              std::string::npos)
        << word;
    EXPECT_LT(word.size(), 20u) << word << ": a blank is missing in the list";
  }
}

TEST(AllowedWords, AHugeWordHasNoEndings) {
  const std::string huge(4000, 'x');
  const auto limit = WordsAllowedBy(huge, "");
  EXPECT_TRUE(Has(limit->names, huge));
  EXPECT_FALSE(Has(limit->words, huge + "s"));
  EXPECT_FALSE(Has(WordsAllowedBy(huge + huge, "")->names, huge + huge));
}

TEST(AllowedWords, AreLimitedInNumber) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) {
    std::string word = "aaaaies";
    for (int left = i, at = 0; left > 0; left /= 26, ++at) {
      word[static_cast<std::size_t>(at)] = static_cast<char>('a' + left % 26);
    }
    text += word + " ";
  }
  const auto limit = WordsAllowedBy(text, "This header");
  EXPECT_EQ(limit->names.size(), 10'000u);
  EXPECT_LT(limit->words.size(), 1'200'000u);
  EXPECT_TRUE(Has(limit->names, "header"));
}

TEST(AllowedWords, LetSentencesOfTheTextThroughAndNoOthers) {
  const char* code = "class RingBuffer:\n    def push(self, item): pass\n";
  struct Case {
    const char* text;
    bool allowed;
  };
  for (const Case& c :
       {Case{" keeps items in a ring buffer.", true},
        Case{" defines `RingBuffer`, which pushes an item.", true},
        Case{" calls push() to add items.", true},
        Case{" calls pop() to remove items.", false},
        Case{" defines `Ringbuffer`.", false},
        Case{" keeps jobs of a scheduler.", false}}) {
    const WordGate gate(WordsAllowedBy(code, "This module"));
    EXPECT_EQ(gate.Allows(c.text), c.allowed) << c.text;
  }
}

}  // namespace
}  // namespace dobby
