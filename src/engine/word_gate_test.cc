#include "engine/word_gate.h"

#include <gtest/gtest.h>

namespace dobby {
namespace {

std::shared_ptr<const WordLimit> Limit(std::string before = "") {
  auto limit = std::make_shared<WordLimit>();
  limit->names = {"HTTP",   "RingBuffer", "js",    "jsx",
                  "size_t", "utf8",       "\u65e5"};
  limit->words = {"buffer", "reads", "ring", "the"};
  limit->before = std::move(before);
  return limit;
}

TEST(WordGate, TellsWhatMayComeNext) {
  struct Case {
    const char* name;
    const char* text;  ///< So far.
    const char* piece;
    bool allowed;
    bool ends;  ///< Whether the text may end behind the piece.
  };
  const Case cases[] = {
      {"a whole word", "", "reads", true, true},
      {"the beginning of one", "", "rea", true, false},
      {"its end", "rea", "ds", true, true},
      {"another end", "rea", "der", false, false},
      {"no such word", "", "writes", false, false},
      {"several words", "", " reads the ring", true, true},
      {"several, one of them wrong", "", " reads my ring", false, false},
      {"a word that ends too early", "rea", " the", false, false},
      {"a capital first", "", "The", true, true},
      {"all capitals", "", "THE", false, false},
      {"a capital within", "", "tHe", false, false},
      {"a name as written", "", "RingBuffer", true, true},
      {"a name in lower case", "", "ringbuffer", false, false},
      {"the beginning of a name", "", "RingBu", true, false},
      {"a name of capitals", "", "HTTP", true, true},
      {"with an underscore", "", "size_", true, false},
      {"a digit of a name", "utf", "8", true, true},
      {"a digit of none", "", "9", false, false},
      {"a name in backticks", "`", "js`", true, true},
      {"a word in backticks", "", "`ring`", false, false},
      {"a word behind backticks", "`js`", " ring", true, true},
      {"a name that is called", "js", "(", true, true},
      {"a word that is called", "ring", "(", false, false},
      {"a word in brackets", "", "(ring)", true, true},
      {"signs alone", "", " - , .", true, true},
      {"an end", "the ring", ".", true, true},
      {"an end within a word", "the ri", ".", false, false},
      {"a character of a name", "", "\u65e5.", true, true},
      {"half of one", "", "\xe6\x97", true, false},
      {"its other half", "\xe6\x97", "\xa5", true, true},
      {"a character that no name has", "", "\u00e9", false, false},
      {"no word beside such", "ring", "\u2019q", false, false},
      {"a half word beside such", "rin", "\u00e9", false, false},
      {"nothing", "", "", true, true},
  };
  for (const Case& c : cases) {
    WordGate gate(Limit());
    gate.Take(c.text);
    EXPECT_EQ(gate.Allows(c.piece), c.allowed) << c.name;
    if (!c.allowed) continue;
    gate.Take(c.piece);
    EXPECT_EQ(gate.AllowsEnd(), c.ends) << c.name;
  }
}

TEST(WordGate, GoesOnFromWhatIsGiven) {
  struct Case {
    const char* name;
    const char* before;
    const char* piece;
    bool allowed;
  };
  const Case cases[] = {
      {"a new word", "Package js", " reads", true},
      {"no longer word, even if that is one", "Package js", "x", false},
      {"nor a digit", "Package js", "2", false},
      {"a sign", "Package js", ".", true},
      {"words of no list", "Quux", " reads", true},
      {"behind a word of no list", "Quux quuux. ", "the", true},
      {"still within the limit", "Package js", " quux", false},
      {"behind a blank a word", "Package ", "jsx", true},
      {"within backticks", "The `", "ring`", false},
      {"a non-ASCII end", "Caf\u00e9", " reads", true},
  };
  for (const Case& c : cases) {
    const WordGate gate(Limit(c.before));
    EXPECT_TRUE(gate.AllowsEnd()) << c.name;
    EXPECT_EQ(gate.Allows(c.piece), c.allowed) << c.name;
  }
}

TEST(WordGate, ALineForgetsTheOneBefore) {
  for (const char* before : {"Package js", "An open `", "Half a rin"}) {
    WordGate gate(Limit(before));
    gate.NextLine();
    EXPECT_TRUE(gate.Allows("ring")) << before;
    EXPECT_FALSE(gate.Allows("ringer")) << before;
  }
}

TEST(WordGate, WithoutALimitAllIsAllowed) {
  WordGate gate(nullptr);
  EXPECT_TRUE(gate.Allows("anything"));
  gate.Take("anyth");
  EXPECT_TRUE(gate.AllowsEnd());
  EXPECT_TRUE(gate.Allows("("));
}

}  // namespace
}  // namespace dobby
