#include "tokens/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "dobby/tokenizer.h"
#include "tokens/test_model.h"

namespace dobby {
namespace {

using ::testing::HasSubstr;
using Ids = std::vector<TokenId>;

/// Returns the vocabulary of the installed model, as GGUF would give it.
Vocabulary ModelVocabulary() {
  const auto json = ReadJson(TestTokenizerPath());
  Vocabulary vocabulary;
  vocabulary.pre_tokenizer = "smollm";
  vocabulary.tokens.resize(json["model"]["vocab"].size());
  vocabulary.types.assign(vocabulary.tokens.size(), TokenType::kNormal);
  for (const auto& [token, id] : json["model"]["vocab"].items()) {
    vocabulary.tokens.at(id.get<std::size_t>()) = token;
  }
  for (const auto& added : json["added_tokens"]) {
    vocabulary.types.at(added["id"].get<std::size_t>()) = TokenType::kControl;
  }
  for (const auto& merge : json["model"]["merges"]) {
    vocabulary.merges.push_back(merge.is_string()
                                    ? merge.get<std::string>()
                                    : merge[0].get<std::string>() + " " +
                                          merge[1].get<std::string>());
  }
  return vocabulary;
}

/// A small SentencePiece vocabulary: every byte, some pieces, one name.
Vocabulary SmallSentencePiece() {
  Vocabulary vocabulary;
  vocabulary.kind = VocabularyKind::kSentencePieceBpe;
  const auto add = [&](std::string token, TokenType type, float score) {
    vocabulary.tokens.push_back(std::move(token));
    vocabulary.types.push_back(type);
    vocabulary.scores.push_back(score);
  };
  add("<unk>", TokenType::kUnknown, 0);
  add("<s>", TokenType::kControl, 0);
  add("</s>", TokenType::kControl, 0);
  for (int byte = 0; byte < 256; ++byte) {
    constexpr char kHex[] = "0123456789ABCDEF";
    add(std::string("<0x") + kHex[byte / 16] + kHex[byte % 16] + ">",
        TokenType::kByte, 0);
  }
  add("<mask>", TokenType::kUserDefined, 0);
  float score = -1;
  for (const char* piece : {"ab", "bc", "abc", "\u2581ab", "\u2581", "a", "b",
                            "c", "<", "s", ">"}) {
    add(piece, TokenType::kNormal, score--);
  }
  return vocabulary;
}

std::shared_ptr<const Tokenizer> Load(const Vocabulary& vocabulary) {
  const auto json = TokenizerJsonOf(vocabulary);
  if (!json) throw std::runtime_error(json.error().ToString());
  const std::string path = testing::TempDir() + "/vocabulary.json";
  if (!WriteFileAtomically(path, *json)) throw std::runtime_error(path);
  auto tokenizer = LoadTokenizer(path);
  if (!tokenizer) throw std::runtime_error(tokenizer.error().ToString());
  return *tokenizer;
}

/// Returns the tokens of `text`, so that a case reads as a list of pieces.
std::vector<std::string> Pieces(const Vocabulary& vocabulary,
                                const std::string& text, bool trusted) {
  const auto tokenizer = Load(vocabulary);
  const auto ids =
      trusted ? tokenizer->EncodeTrusted(text) : tokenizer->Encode(text);
  if (!ids) return {ids.error().ToString()};
  std::vector<std::string> pieces;
  for (const TokenId id : *ids) {
    pieces.push_back(vocabulary.tokens.at(static_cast<std::size_t>(id)));
  }
  return pieces;
}

TEST(Vocabulary, TheModelsOwnGivesTheIdsOfLlamaCpp) {
  const auto tokenizer = Load(ModelVocabulary());
  for (const auto& c : ReadGolden("smollm2_ids.json")) {
    const auto ids = tokenizer->EncodeTrusted(c["text"].get<std::string>());
    ASSERT_TRUE(ids) << c["name"];
    EXPECT_EQ(*ids, c["trusted"].get<Ids>()) << c["name"];
  }
}

TEST(Vocabulary, EveryPreTokenizerGivesTheIdsOfLlamaCpp) {
  std::map<std::string, std::string> texts;
  for (const auto& c : ReadGolden("smollm2_ids.json")) {
    texts[c["name"]] = c["text"];
  }
  Vocabulary vocabulary = ModelVocabulary();
  std::shared_ptr<const Tokenizer> tokenizer;
  vocabulary.pre_tokenizer.clear();
  for (const auto& c : ReadGolden("smollm2_splits.json")) {
    if (c["pre_tokenizer"] != vocabulary.pre_tokenizer) {
      vocabulary.pre_tokenizer = c["pre_tokenizer"];
      tokenizer = Load(vocabulary);
    }
    const auto ids = tokenizer->Encode(texts.at(c["name"]));
    ASSERT_TRUE(ids) << c["name"];
    EXPECT_EQ(*ids, c["ids"].get<Ids>())
        << vocabulary.pre_tokenizer << ": " << c["name"];
  }
}

TEST(Vocabulary, SentencePieceJoinsTheBestScoreFirst) {
  struct Case {
    const char* name;
    const char* text;
    bool trusted;
    std::vector<std::string> want;
  };
  for (const Case& c : {
           Case{"the best pair, then the word", "abc", false, {"abc"}},
           Case{"a pair that is not best", "bc", false, {"bc"}},
           Case{"a space is a piece", "c ab", false, {"c", "\u2581ab"}},
           Case{"no piece: bytes",
                "a\n\u00e9",
                false,
                {"a", "<0x0A>", "<0xC3>", "<0xA9>"}},
           Case{"control name in plain text", "<s>", false, {"<", "s", ">"}},
           Case{"control name in trusted text", "<s>a", true, {"<s>", "a"}},
           Case{"user-defined", "a<mask>b", false, {"a", "<mask>", "b"}},
       }) {
    EXPECT_EQ(Pieces(SmallSentencePiece(), c.text, c.trusted), c.want)
        << c.name;
  }
}

TEST(Vocabulary, SpacePrefixIsAddedAndTakenAway) {
  Vocabulary vocabulary = SmallSentencePiece();
  vocabulary.add_space_prefix = true;
  EXPECT_EQ(Pieces(vocabulary, "ab", false),
            std::vector<std::string>{"\u2581ab"});
  const auto tokenizer = Load(vocabulary);
  const auto ids = tokenizer->Encode("ab  c");
  ASSERT_TRUE(ids);
  EXPECT_EQ(*tokenizer->Decode(*ids), "ab  c");
}

TEST(Vocabulary, TypesMayBeLeftOut) {
  Vocabulary vocabulary;
  vocabulary.tokens = {"a", "b", "ab"};
  vocabulary.merges = {"a b"};
  vocabulary.pre_tokenizer = "gpt-2";
  EXPECT_EQ(Pieces(vocabulary, "aba", false),
            (std::vector<std::string>{"ab", "a"}));
}

TEST(Vocabulary, NamesAnUnknownPreTokenizer) {
  Vocabulary vocabulary = ModelVocabulary();
  vocabulary.pre_tokenizer = "viking";
  const auto json = TokenizerJsonOf(vocabulary);
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(json.error().message, HasSubstr("viking"));
  EXPECT_THAT(json.error().message, HasSubstr("smollm"));
}

/// A SentencePiece vocabulary of `count` long pieces.
Vocabulary LongPieces(std::size_t count) {
  Vocabulary vocabulary;
  vocabulary.kind = VocabularyKind::kSentencePieceBpe;
  for (std::size_t i = 0; i < count; ++i) {
    std::string piece(500, 'a');
    const std::string number = std::to_string(i);
    piece.replace(piece.size() - number.size(), number.size(), number);
    vocabulary.tokens.push_back(piece);
  }
  vocabulary.scores.resize(count);
  return vocabulary;
}

/// Returns the least CPU time of some runs, in seconds.
double CpuSecondsOf(const Vocabulary& vocabulary) {
  const auto now = [] {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) +
           static_cast<double>(time.tv_nsec) * 1e-9;
  };
  double least = 1e9;
  for (int run = 0; run < 5; ++run) {
    const double before = now();
    EXPECT_TRUE(TokenizerJsonOf(vocabulary));
    least = std::min(least, now() - before);
  }
  return least;
}

TEST(Vocabulary, TwiceThePiecesTakeTwiceTheTime) {
  const double once = CpuSecondsOf(LongPieces(400));
  const double twice = CpuSecondsOf(LongPieces(800));
  EXPECT_LT(twice, 2.5 * once);
}

TEST(Vocabulary, APieceThatNoVocabularyHasIsRefusedAtOnce) {
  Vocabulary vocabulary = LongPieces(3);
  vocabulary.tokens[1] = std::string(4 << 20, 'b');
  const auto json = TokenizerJsonOf(vocabulary);
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(json.error().message, HasSubstr("token 1 has 4194304 bytes"));
}

TEST(Vocabulary, PartsThatDoNotFitAreCorrupt) {
  struct Case {
    const char* name;
    void (*spoil)(Vocabulary&);
    const char* says;
  };
  for (const Case& c : {
           Case{"no tokens", [](Vocabulary& v) { v.tokens.clear(); },
                "no tokens"},
           Case{"too few types", [](Vocabulary& v) { v.types.pop_back(); },
                "token types"},
           Case{"two alike", [](Vocabulary& v) { v.tokens[5] = v.tokens[4]; },
                "tokens 4 and 5"},
           Case{"merge without a space",
                [](Vocabulary& v) { v.merges[0] = "ab"; }, "no space"},
           Case{"merge of unknown pieces",
                [](Vocabulary& v) { v.merges[0] = "no-such piece"; },
                "no-such"},
           Case{"token not UTF-8", [](Vocabulary& v) { v.tokens[9] = "\xFF"; },
                "UTF-8"},
           Case{"no scores",
                [](Vocabulary& v) {
                  v.kind = VocabularyKind::kSentencePieceBpe;
                },
                "scores"},
       }) {
    Vocabulary vocabulary = ModelVocabulary();
    c.spoil(vocabulary);
    const auto json = TokenizerJsonOf(vocabulary);
    ASSERT_FALSE(json) << c.name;
    EXPECT_EQ(json.error().code, ErrorCode::kCorrupt) << c.name;
    EXPECT_THAT(json.error().message, HasSubstr(c.says)) << c.name;
  }
}

}  // namespace
}  // namespace dobby
