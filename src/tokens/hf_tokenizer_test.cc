#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "dobby/tokenizer.h"
#include "tokens/test_model.h"

namespace dobby {
namespace {

using ::testing::HasSubstr;
using Ids = std::vector<TokenId>;

const Tokenizer& Model() {
  static const auto* loaded = new auto(LoadTokenizer(TestTokenizerPath()));
  if (!*loaded) throw std::runtime_error(loaded->error().ToString());
  return ***loaded;
}

std::string Repeated(const std::string& text, std::size_t bytes) {
  std::string all;
  while (all.size() < bytes) all += text;
  return all;
}

TEST(HfTokenizer, GivesTheIdsOfLlamaCpp) {
  const auto cases = ReadGolden("smollm2_ids.json");
  ASSERT_GE(cases.size(), 100u);
  for (const auto& c : cases) {
    const auto text = c["text"].get<std::string>();
    const auto plain = Model().Encode(text);
    ASSERT_TRUE(plain) << c["name"];
    EXPECT_EQ(*plain, c["plain"].get<Ids>()) << c["name"];
    const auto trusted = Model().EncodeTrusted(text);
    ASSERT_TRUE(trusted) << c["name"];
    EXPECT_EQ(*trusted, c["trusted"].get<Ids>()) << c["name"];
  }
}

TEST(HfTokenizer, PlainTextComesBackAndNeverGivesControlTokens) {
  for (const auto& c : ReadGolden("smollm2_ids.json")) {
    const auto text = c["text"].get<std::string>();
    const auto ids = Model().Encode(text);
    ASSERT_TRUE(ids) << c["name"];
    for (const TokenId id : *ids) {
      EXPECT_FALSE(Model().IsControl(id)) << c["name"];
    }
    const auto decoded = Model().Decode(*ids);
    ASSERT_TRUE(decoded) << c["name"];
    EXPECT_EQ(*decoded, text) << c["name"];
  }
}

TEST(HfTokenizer, NoControlTokenOfTheVocabularyComesFromItsName) {
  int controls = 0;
  const auto json = ReadJson(TestTokenizerPath());
  for (const auto& token : json["added_tokens"]) {
    const auto name = token["content"].get<std::string>();
    const auto id = token["id"].get<TokenId>();
    if (!Model().IsControl(id)) continue;
    ++controls;
    const auto plain = Model().Encode("a " + name + name + "\n");
    ASSERT_TRUE(plain) << name;
    EXPECT_THAT(*plain, ::testing::Not(::testing::Contains(id))) << name;
    const auto trusted = Model().EncodeTrusted(name);
    ASSERT_TRUE(trusted) << name;
    EXPECT_EQ(*trusted, Ids{id}) << name;
  }
  EXPECT_GE(controls, 3);
}

std::string Utf8Of(char32_t c) {
  const auto tail = [c](int shift) {
    return static_cast<char>(0x80 | ((c >> shift) & 0x3F));
  };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0 | (c >> 6)), tail(0)};
  if (c < 0x10000) {
    return {static_cast<char>(0xE0 | (c >> 12)), tail(6), tail(0)};
  }
  return {static_cast<char>(0xF0 | (c >> 18)), tail(12), tail(6), tail(0)};
}

/// SmolLM2 has no token for these bytes: the only ones of the first planes.
constexpr std::string_view kLeftOut = "\x04\x06\x13\x14\x16\x1D";

TEST(HfTokenizer, EveryCharacterOfTheFirstPlanesComesBack) {
  std::string text;
  for (char32_t c = 0; c < 0x20000; c += c < 0x3000 ? 1 : 61) {
    const bool surrogate = c >= 0xD800 && c < 0xE000;
    const std::string utf8 = surrogate ? "" : Utf8Of(c);
    if (kLeftOut.find(utf8) == std::string_view::npos) text += utf8;
  }
  const auto ids = Model().Encode(text);
  ASSERT_TRUE(ids);
  const auto decoded = Model().Decode(*ids);
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(*decoded == text);
}

TEST(HfTokenizer, BytesWithoutATokenAreLeftOut) {
  const auto ids = Model().Encode("a" + std::string(kLeftOut) + "b");
  ASSERT_TRUE(ids);
  EXPECT_EQ(*Model().Decode(*ids), "ab");
}

TEST(HfTokenizer, NamesAndIdsAgree) {
  const TokenId end = Model().IdOf("<|im_end|>");
  ASSERT_GE(end, 0);
  EXPECT_TRUE(Model().IsControl(end));
  const TokenId word = Model().IdOf("return");
  ASSERT_GE(word, 0);
  EXPECT_FALSE(Model().IsControl(word));
  EXPECT_EQ(Model().IdOf("no such token is in there"), -1);
  EXPECT_EQ(Model().IdOf("\xFF"), -1);
  EXPECT_FALSE(Model().IsControl(-1));
  EXPECT_EQ(Model().vocab_size(), 49152u);
}

TEST(HfTokenizer, DecodingLeavesControlTokensOut) {
  const auto ids = Model().EncodeTrusted("<|im_start|>user\nhi<|im_end|>\n");
  ASSERT_TRUE(ids);
  const auto text = Model().Decode(*ids);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "user\nhi\n");
  EXPECT_EQ(*Model().Decode({}), "");
}

TEST(HfTokenizer, HalfACharacterDecodesToTheReplacement) {
  const auto ids = Model().Encode("\U0001F916");
  ASSERT_TRUE(ids);
  ASSERT_GT(ids->size(), 1u);
  const auto half = Model().Decode(std::span(*ids).first(ids->size() - 1));
  ASSERT_TRUE(half);
  EXPECT_THAT(*half, HasSubstr("\uFFFD"));
}

TEST(HfTokenizer, RefusesIdsThatNoTokenHas) {
  for (const TokenId id : {-1, 49152, 2000000000}) {
    const auto text = Model().Decode(Ids{1, id});
    ASSERT_FALSE(text) << id;
    EXPECT_EQ(text.error().code, ErrorCode::kUsage) << id;
  }
}

TEST(HfTokenizer, RefusesTextThatIsNotUtf8) {
  for (const char* text : {"\xFF", "ok \xC3", "\xED\xA0\x80", "\xC0\x80"}) {
    const auto plain = Model().Encode(text);
    ASSERT_FALSE(plain) << text;
    EXPECT_EQ(plain.error().code, ErrorCode::kCorrupt) << text;
    EXPECT_FALSE(Model().EncodeTrusted(text)) << text;
  }
}

TEST(HfTokenizer, DegenerateMegabytesComeBack) {
  struct Case {
    const char* name;
    std::string text;
  };
  constexpr std::size_t kBytes = 1000000;
  for (const Case& c :
       {Case{"spaces", Repeated(" ", kBytes)},
        Case{"spaces and a letter", Repeated(" ", kBytes) + "x = 1;"},
        Case{"newlines", Repeated("\n", kBytes)},
        Case{"wide spaces", Repeated("\u3000", kBytes) + "x"},
        Case{"one word", Repeated("a", kBytes)},
        Case{"digits", Repeated("7", kBytes)},
        Case{"nul bytes", std::string(kBytes, '\0')},
        Case{"quotes", Repeated("'", kBytes)}}) {
    const auto ids = Model().Encode(c.text);
    ASSERT_TRUE(ids) << c.name;
    const auto text = Model().Decode(*ids);
    ASSERT_TRUE(text) << c.name;
    EXPECT_TRUE(*text == c.text) << c.name;
  }
}

TEST(HfTokenizer, TextAfterALongRunOfWhiteSpaceIsStillSplit) {
  const std::string code = "int x = 1;\nint y = 2;\n";
  const auto long_run = Model().Encode(Repeated(" ", 1200000) + code);
  const auto alone = Model().Encode(" " + code);
  ASSERT_TRUE(long_run && alone);
  ASSERT_GE(long_run->size(), alone->size());
  EXPECT_EQ(Ids(long_run->end() - static_cast<std::ptrdiff_t>(alone->size()),
                long_run->end()),
            *alone);
}

TEST(HfTokenizer, RunsUpToTheLimitAreEncodedWhole) {
  const std::string run(1000, ' ');
  const auto whole = Model().Encode(run + "x");
  const auto cut = Model().Encode(run + " x");
  ASSERT_TRUE(whole && cut);
  const auto run_alone = Model().Encode(run);
  ASSERT_TRUE(run_alone);
  EXPECT_NE(Ids(whole->begin(), whole->end() - 1), *run_alone)
      << "the last space joins the word";
  EXPECT_EQ(Ids(cut->begin(), cut->end() - 1), *run_alone)
      << "the 1,001st starts a new piece";
}

TEST(HfTokenizer, ThreadsShareOne) {
  const auto want = Model().Encode("for (int i = 0; i < n; ++i) sum += a[i];");
  ASSERT_TRUE(want);
  std::vector<std::thread> threads;
  std::vector<int> same(4, 0);
  for (int& count : same) {
    threads.emplace_back([&count, &want] {
      for (int i = 0; i < 200; ++i) {
        const auto ids =
            Model().Encode("for (int i = 0; i < n; ++i) sum += a[i];");
        count += ids && *ids == *want;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(same, ::testing::Each(200));
}

TEST(LoadTokenizer, SaysWhatIsWrongWithAFile) {
  struct Case {
    const char* name;
    std::string json;
  };
  const std::string bpe =
      R"({"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]})";
  for (const Case& c : {
           Case{"empty", ""},
           Case{"not json", "GGUF"},
           Case{"cut off", R"({"version":"1.0","model":{"type":"BPE")"},
           Case{"no model", R"({"version":"1.0"})"},
           Case{"a merge of unknown pieces",
                R"({"version":"1.0","model":)" + bpe + "}"},
           Case{"deep", Repeated("[", 100000)},
           Case{"a pattern that backtracks",
                R"({"version":"1.0","pre_tokenizer":{"type":"Split",)"
                R"("pattern":{"Regex":"(?=(a+)+b)a"},"behavior":"Isolated",)"
                R"("invert":false},"model":{"type":"BPE","vocab":{"a":0},)"
                R"("merges":[]}})"},
           Case{"a text that grows",
                R"({"version":"1.0","normalizer":{"type":"Replace",)"
                R"("pattern":{"String":"a"},"content":"aaaaaaaaaa"},)"
                R"("model":{"type":"BPE","vocab":{"a":0},"merges":[]}})"},
           Case{"two tokens of one id",
                R"({"version":"1.0","model":{"type":"BPE","vocab":)"
                R"({"a":0,"b":0},"merges":[]}})"},
           Case{"another kind of model",
                R"({"version":"1.0","model":{"type":"WordLevel","vocab":)"
                R"({"a":0},"unk_token":"a"}})"},
       }) {
    const std::string path = testing::TempDir() + "/tokenizer.json";
    ASSERT_TRUE(WriteFileAtomically(path, c.json));
    const auto tokenizer = LoadTokenizer(path);
    ASSERT_FALSE(tokenizer) << c.name;
    EXPECT_EQ(tokenizer.error().code, ErrorCode::kCorrupt) << c.name;
    EXPECT_EQ(tokenizer.error().context, path) << c.name;
  }
}

TEST(LoadTokenizer, NamesAFileThatIsNotThere) {
  const auto tokenizer = LoadTokenizer("/no/such/tokenizer.json");
  ASSERT_FALSE(tokenizer);
  EXPECT_EQ(tokenizer.error().code, ErrorCode::kNotFound);
}

TEST(LoadTokenizer, NeverCutsOrPadsWhateverTheFileSays) {
  auto json = ReadJson(TestTokenizerPath());
  json["truncation"] = {{"direction", "Right"},
                        {"max_length", 2},
                        {"strategy", "LongestFirst"},
                        {"stride", 0}};
  const std::string path = testing::TempDir() + "/truncating.json";
  ASSERT_TRUE(WriteFileAtomically(path, json.dump()));
  const auto tokenizer = LoadTokenizer(path);
  ASSERT_TRUE(tokenizer);
  const auto ids = (*tokenizer)->Encode("one two three four five");
  ASSERT_TRUE(ids);
  EXPECT_EQ(ids->size(), 5u);
}

TEST(LoadTokenizer, AVocabularyThatMergesUpToAControlTokenIsCaught) {
  const std::string path = testing::TempDir() + "/merging.json";
  ASSERT_TRUE(WriteFileAtomically(
      path, R"({"version":"1.0","added_tokens":[{"id":2,"content":"ab",)"
            R"("single_word":false,"lstrip":false,"rstrip":false,)"
            R"("normalized":false,"special":true}],"model":{"type":"BPE",)"
            R"("vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}})"));
  const auto tokenizer = LoadTokenizer(path);
  ASSERT_TRUE(tokenizer);
  const auto ids = (*tokenizer)->Encode("ab");
  ASSERT_FALSE(ids);
  EXPECT_THAT(ids.error().message, HasSubstr("control token 2"));
}

}  // namespace
}  // namespace dobby
