#include "summaries/allowed_words.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/word_gate.h"

namespace dobby {
namespace {

bool Has(const std::vector<std::string>& sorted, const std::string& word) {
  return std::binary_search(sorted.begin(), sorted.end(), word);
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
  EXPECT_EQ(limit->names,
            (std::vector<std::string>{
                "2", "Buffer", "N", "N2", "Ring", "RingBuffer", "This", "back",
                "header", "push", "push_back", "size", "size_t", "t"}));
  EXPECT_EQ(limit->before, "This header");
}

TEST(AllowedWords, ListsAreSortedWithoutDoubles) {
  const auto limit = WordsAllowedBy("b a b A parse \xff\x80 Z_z", "a b");
  for (const auto* list : {&limit->names, &limit->words}) {
    EXPECT_TRUE(std::is_sorted(list->begin(), list->end()));
    EXPECT_EQ(std::adjacent_find(list->begin(), list->end()), list->end());
  }
  for (const std::string& word : limit->words) {
    EXPECT_EQ(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789"),
              std::string::npos)
        << word;
    EXPECT_LT(word.size(), 20u) << word << ": a blank is missing in the list";
  }
}

TEST(AllowedWords, AHugeWordHasNoEndings) {
  const std::string huge(100000, 'x');
  const auto limit = WordsAllowedBy(huge, "");
  EXPECT_TRUE(Has(limit->names, huge));
  EXPECT_FALSE(Has(limit->words, huge + "s"));
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
