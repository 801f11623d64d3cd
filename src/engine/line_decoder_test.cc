#include "engine/line_decoder.h"

#include <gtest/gtest.h>

#include "engine/fake_executor.h"

namespace dobby {
namespace {

constexpr TokenId kEos = 256;

/// Feeds a decoder what a model would like to say, byte by byte ('$' is the
/// end token); bytes that the decoder refuses are passed over.
LineDecoder Fed(const std::string& wanted, TokenShapes& shapes) {
  Decoding decoding;
  decoding.lines = 2;
  decoding.max_line_tokens = 8;
  const TokenId end_tokens[] = {kEos};
  LineDecoder decoder(decoding, end_tokens, '\n', shapes);
  for (const char byte : wanted) {
    const TokenId token = byte == '$' ? kEos : static_cast<TokenId>(byte);
    if (!decoder.done() && decoder.Allows(token)) decoder.Take(token);
  }
  return decoder;
}

TEST(LineDecoder, TwoLinesByConstruction) {
  struct Case {
    const char* name;
    std::string wanted;
    const char* text;
    bool cut;
  };
  const Case cases[] = {
      {"two lines", "one\ntwo\n", "one\ntwo", false},
      {"leading blanks and newlines are refused", "\n\n \none\n\ntwo\n",
       "one\ntwo", false},
      {"an early end is a newline", "one$two$", "one\ntwo", false},
      {"an end at once is refused", "$$one$$two\n", "one\ntwo", false},
      {"a line at its limit is cut", "abcdefghijklmnopq", "abcdefgh\nijklmnop",
       true},
      {"carriage returns end lines too", "one\r\ntwo\r", "one\ntwo", false},
  };
  const ByteTokenizer tokenizer;
  for (const Case& c : cases) {
    TokenShapes shapes(tokenizer);
    const LineDecoder decoder = Fed(c.wanted, shapes);
    EXPECT_TRUE(decoder.done()) << c.name;
    EXPECT_EQ(*tokenizer.Decode(decoder.tokens()), c.text) << c.name;
    EXPECT_EQ(decoder.line_cut(), c.cut) << c.name;
  }
}

/// Words as tokens: each id stands for a piece of text.
class WordTokenizer : public ByteTokenizer {
 public:
  explicit WordTokenizer(std::vector<std::string> words)
      : words_(std::move(words)) {}
  Result<std::string> Decode(std::span<const TokenId> ids) const override {
    std::string text;
    for (const TokenId id : ids) text += words_[static_cast<std::size_t>(id)];
    return text;
  }

 private:
  std::vector<std::string> words_;
};

TEST(LineDecoder, ASecondSentenceIsTheNextLine) {
  struct Case {
    const char* name;
    std::vector<std::string> words;
    const char* text;
  };
  const Case cases[] = {
      {"two sentences",
       {"It", " adds", " up", " numbers", ".", " Then", " it", " stops", "\n"},
       "It adds up numbers.\n it stops"},
      {"a name with a full stop",
       {"It", " calls", " up", " os", ".", "path", " now", "\n", "B", "\n"},
       "It calls up os.path now\nB"},
      {"an abbreviation early on",
       {"E.g", ".", " Adds", " numbers", "\n", "B", "\n"},
       "E.g. Adds numbers\nB"},
      {"fences are refused",
       {"A", "```", " b", "\n", "```c", "B", "\n"},
       "A b\nB"},
  };
  for (const Case& c : cases) {
    std::vector<std::string> words = c.words;
    words.push_back("\n");
    const auto newline = static_cast<TokenId>(words.size() - 1);
    const WordTokenizer tokenizer(words);
    TokenShapes shapes(tokenizer);
    Decoding decoding;
    decoding.lines = 2;
    LineDecoder decoder(decoding, {}, newline, shapes);
    for (TokenId id = 0; id < newline && !decoder.done(); ++id) {
      if (decoder.Allows(id)) decoder.Take(id);
    }
    EXPECT_TRUE(decoder.done()) << c.name;
    EXPECT_EQ(*tokenizer.Decode(decoder.tokens()), c.text) << c.name;
  }
}

TEST(LineDecoder, LinesAreOfTheWordsThatAreAllowed) {
  struct Case {
    const char* name;
    std::vector<std::string> pieces;  ///< Those that are refused are skipped.
    const char* text;
  };
  const Case cases[] = {
      {"words of the limit",
       {"Reads", " my", " a", " ring", "\n"},
       "Reads a ring\n"},
      {"a piece with several words",
       {"Reads a", " my ring", " a ring", "\n"},
       "Reads a a ring\n"},
      {"no end within a word", {"Rea", "\n", " ", "ds", "\n"}, "Reads\n"},
      {"no blank within a word",
       {"Rea", " ", "ds", " ", "a", "\n"},
       "Reads a\n"},
      {"a line begins with no open word",
       {"ring", "\n", "s", "Reads", "\n"},
       "ring\nReads"},
      {"nor in backticks", {"`Ring", "\n", "reads", "\n"}, "`Ring\nreads"},
  };
  const auto limit = std::make_shared<WordLimit>();
  limit->names = {"Ring"};
  limit->words = {"a", "reads", "ring", "rings"};
  for (const Case& c : cases) {
    std::vector<std::string> pieces = c.pieces;
    pieces.emplace_back("\n");
    const auto newline = static_cast<TokenId>(pieces.size() - 1);
    const WordTokenizer tokenizer(pieces);
    TokenShapes shapes(tokenizer);
    Decoding decoding;
    decoding.lines = 2;
    decoding.words = limit;
    LineDecoder decoder(decoding, {}, newline, shapes);
    for (TokenId id = 0; id < newline && !decoder.done(); ++id) {
      if (decoder.Allows(id)) decoder.Take(id);
    }
    EXPECT_EQ(*tokenizer.Decode(decoder.tokens()), c.text) << c.name;
  }
}

TEST(LineDecoder, FreeTextHasNoLimitOfWords) {
  const ByteTokenizer tokenizer;
  TokenShapes shapes(tokenizer);
  Decoding decoding;
  decoding.words = std::make_shared<WordLimit>();
  LineDecoder decoder(decoding, {}, '\n', shapes);
  EXPECT_TRUE(decoder.Allows('x'));
}

TEST(LineDecoder, ALineThatCannotGoOnIsCut) {
  const ByteTokenizer tokenizer;
  TokenShapes shapes(tokenizer);
  LineDecoder decoder = Fed("one", shapes);
  decoder.Cut();
  EXPECT_FALSE(decoder.done());
  decoder.Take('x');
  decoder.Cut();
  EXPECT_TRUE(decoder.done());
  EXPECT_TRUE(decoder.line_cut());
  EXPECT_EQ(*tokenizer.Decode(decoder.tokens()), "one\nx");
}

TEST(LineDecoder, WithoutANewlineTokenTheFirstLineIsTheLast) {
  const ByteTokenizer tokenizer;
  TokenShapes shapes(tokenizer);
  Decoding decoding;
  decoding.lines = 2;
  const TokenId end_tokens[] = {kEos};
  LineDecoder decoder(decoding, end_tokens, /*newline=*/-1, shapes);
  decoder.Take('a');
  decoder.Take(kEos);
  EXPECT_TRUE(decoder.done());
  EXPECT_EQ(decoder.tokens(), std::vector<TokenId>{'a'});
}

TEST(LineDecoder, FreeTextEndsAtAnEndTokenOrTheLimit) {
  const ByteTokenizer tokenizer;
  TokenShapes shapes(tokenizer);
  Decoding decoding;
  decoding.max_new_tokens = 3;
  const TokenId end_tokens[] = {kEos};
  LineDecoder limited(decoding, end_tokens, '\n', shapes);
  for (const TokenId id : {'a', '\n', 'b'}) limited.Take(id);
  EXPECT_TRUE(limited.done());
  EXPECT_EQ(limited.finish(), FinishReason::kLength);
  LineDecoder stopped(decoding, end_tokens, '\n', shapes);
  stopped.Take('a');
  stopped.Take(kEos);
  EXPECT_TRUE(stopped.done());
  EXPECT_EQ(stopped.finish(), FinishReason::kStop);
  EXPECT_EQ(stopped.tokens(), std::vector<TokenId>{'a'});
  decoding.ignore_eos = true;
  LineDecoder endless(decoding, end_tokens, '\n', shapes);
  EXPECT_FALSE(endless.Allows(kEos));
}

}  // namespace
}  // namespace dobby
