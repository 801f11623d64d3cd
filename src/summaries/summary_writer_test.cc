#include "summaries/summary_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>

#include "summaries/fake_engine.h"

namespace dobby {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Language kGo = {"go", "Go"};
constexpr Language kPython = {"python", "Python"};

Chunk GoChunk() {
  Chunk chunk;
  chunk.first_line = 1;
  chunk.text = "package ring\n\nfunc PushItem() {}\n";
  chunk.hash = HashOf(chunk.text);
  chunk.outline = {{"function", "PushItem", 3, 0}};
  return chunk;
}

class SummaryWriterTest : public testing::Test {
 protected:
  SummaryWriterTest() {
    options_.model_writes = {Level::kChunk, Level::kFile, Level::kDir};
  }
  SummaryWriter Writer() {
    auto kit = MakePromptKit("", "", "", options_.prompts);
    return {&engine_, *kit, options_};
  }
  static FileFacts File(const char* path) {
    FileFacts file;
    file.path = path;
    file.language = kGo;
    return file;
  }
  std::string PromptOf(const Assignment& assignment) {
    return *engine_.tokenizer().Decode(assignment.request.prompt);
  }
  static Result<Assignment> AssignedBy(const SummaryWriter& writer,
                                       const Chunk& chunk) {
    const FileFacts file = File("ring/a.go");
    const TextFacts facts(file, chunk);
    return writer.Assign(facts, writer.DraftOf(Level::kChunk, facts));
  }
  SummaryKey KeyOf(const Chunk& chunk, const char* path = "ring/a.go") {
    const SummaryWriter writer = Writer();
    const FileFacts file = File(path);
    const TextFacts facts(file, chunk);
    return writer.KeyOf(facts, writer.DraftOf(Level::kChunk, facts));
  }

  FakeEngine engine_;
  SummariserOptions options_;
};

bool Has(const SortedWords& words, const std::string& word) {
  return words.Has(word);
}

TEST_F(SummaryWriterTest, TheModelGoesOnFromTheOpening) {
  const auto writer = Writer();
  const auto assignment = AssignedBy(writer, GoChunk());
  ASSERT_TRUE(assignment);
  EXPECT_EQ(assignment->opening, "Package ring");
  EXPECT_TRUE(PromptOf(*assignment).ends_with("Package ring"));
  EXPECT_EQ(assignment->request.decoding.words->before, "Package ring");
  Completion completion;
  completion.text = " throttles items.";
  const SummaryText text = writer.TextOf(completion, *assignment);
  EXPECT_EQ(text.lines[0], "Package ring throttles items.");
  EXPECT_EQ(text.voices[0], Voice::kModel);
  EXPECT_EQ(text.model, "fake");
  EXPECT_EQ(text.lines[1], "Defines function PushItem.");
  EXPECT_EQ(text.voices[1], Voice::kStructure);
  completion.text = " is a ring.";
  EXPECT_EQ(writer.TextOf(completion, *assignment).lines[0],
            "Function to push item.")
      << "that it is a ring says nothing of it";
}

TEST_F(SummaryWriterTest, WhatWordsWereForcedOnTheModelIsNotShown) {
  const auto writer = Writer();
  auto assignment = AssignedBy(writer, GoChunk());
  ASSERT_TRUE(assignment);
  Completion completion;
  completion.text = " throttles ring rings.";
  completion.most_forced = 8;
  const SummaryText text = writer.TextOf(completion, *assignment);
  EXPECT_EQ(text.lines[0], "Function to push item.");
  EXPECT_EQ(text.voices[0], Voice::kStructure);
  EXPECT_EQ(text.lines[1], "Defines function PushItem.");
  assignment->request.decoding.words = nullptr;
  EXPECT_EQ(writer.TextOf(completion, *assignment).lines[0],
            "Package ring throttles ring rings.")
      << "its own words";
}

TEST_F(SummaryWriterTest, WordsAreThoseOfTheEvidence) {
  const auto assignment = AssignedBy(Writer(), GoChunk());
  ASSERT_TRUE(assignment);
  const auto& words = assignment->request.decoding.words;
  ASSERT_TRUE(words);
  EXPECT_TRUE(Has(words->names, "PushItem"));
  EXPECT_TRUE(Has(words->words, "pushes"));
  EXPECT_FALSE(Has(words->words, "scheduler"));
  options_.limit_words = false;
  EXPECT_FALSE(AssignedBy(Writer(), GoChunk())->request.decoding.words);
}

TEST_F(SummaryWriterTest, WhatACommentOfTheChunkBeforeSaysIsEvidence) {
  Chunk chunk = GoChunk();
  chunk.first_line = 301;
  chunk.outline[0].doc = "If it is `Frobnicate`, it is done.";
  const auto writer = Writer();
  const auto assignment = AssignedBy(writer, chunk);
  ASSERT_TRUE(assignment);
  EXPECT_EQ(assignment->opening, "");
  EXPECT_TRUE(Has(assignment->request.decoding.words->names, "Frobnicate"));
  Completion completion;
  completion.text = "Pushes to `Frobnicate`.";
  const SummaryText text = writer.TextOf(completion, *assignment);
  EXPECT_TRUE(text.grounded);
}

TEST_F(SummaryWriterTest, AChunkInTheMiddleSaysOfWhat) {
  Chunk chunk = GoChunk();
  chunk.first_line = 301;
  chunk.enclosing = {{"class", "Ring", 20, 0}};
  chunk.outline[0].depth = 1;
  const SummaryWriter writer = Writer();
  const auto assignment = AssignedBy(writer, chunk);
  ASSERT_TRUE(assignment);
  EXPECT_EQ(assignment->opening, "This part of Ring");
  EXPECT_THAT(PromptOf(*assignment),
              HasSubstr("class Ring\n  function PushItem\n"));
  EXPECT_TRUE(Has(assignment->request.decoding.words->names, "Ring"));
  const SummaryKey key = KeyOf(chunk);
  chunk.enclosing[0].doc = "A queue of bytes.";
  EXPECT_NE(KeyOf(chunk), key);
}

TEST_F(SummaryWriterTest, WithoutAModelTheDraftIsTheSummary) {
  const SummaryWriter writer = Writer();
  Draft draft;
  draft.lines = {Line{"Keeps items.", Voice::kHeader, ""},
                 Line{"Defines Ring.", Voice::kStructure, ""}};
  const KnownSummary known = writer.Finish(draft);
  EXPECT_EQ(known.text.lines[0], "Keeps items.");
  EXPECT_EQ(known.text.voices[0], Voice::kHeader);
  EXPECT_EQ(known.text.model, "");
  EXPECT_EQ(writer.Finish(draft).key, known.key);
  draft.lines[0].voice = Voice::kReadme;
  EXPECT_NE(writer.Finish(draft).key, known.key);
}

TEST_F(SummaryWriterTest, TheModelAloneGetsNoOpening) {
  options_.only_model = true;
  const auto assignment = AssignedBy(Writer(), GoChunk());
  ASSERT_TRUE(assignment);
  EXPECT_EQ(assignment->opening, "");
  EXPECT_EQ(assignment->draft.lines[1].text, "");
  EXPECT_EQ(assignment->request.decoding.lines, 2);
  EXPECT_THAT(PromptOf(*assignment), Not(HasSubstr("Package ring")));
  const auto sentence = Writer().AssignSentence("ring/a.go", kGo, GoChunk());
  ASSERT_TRUE(sentence);
  EXPECT_EQ(sentence->opening, "");
}

TEST_F(SummaryWriterTest, ASentenceBeginsWithTheFunction) {
  struct Case {
    const char* name;
    Language language;
    std::vector<Symbol> outline;
    const char* want;
  };
  for (const Case& c : {
           Case{"Go",
                kGo,
                {{"function", "PushItem", 1, 0}},
                "PushItem pushes the item"},
           Case{"Python",
                kPython,
                {{"function", "push_item", 1, 0}},
                "Push the item"},
           Case{"of several the first",
                kPython,
                {{"function", "push_item", 1, 0}, {"function", "pop", 2, 0}},
                "Push the item"},
           Case{"no name", kPython, {}, ""},
       }) {
    Chunk chunk = GoChunk();
    chunk.outline = c.outline;
    const auto assignment = Writer().AssignSentence("a", c.language, chunk);
    ASSERT_TRUE(assignment) << c.name;
    EXPECT_EQ(assignment->opening, c.want) << c.name;
    EXPECT_TRUE(PromptOf(*assignment).ends_with(c.want)) << c.name;
    EXPECT_EQ(assignment->request.decoding.lines, 1) << c.name;
    EXPECT_EQ(assignment->request.decoding.words->before, c.want) << c.name;
  }
}

TEST_F(SummaryWriterTest, TheOpeningFitsBehindTheLongestPrompt) {
  Chunk chunk = GoChunk();
  chunk.outline = {{"function", "PushX" + std::string(75, 'x'), 1, 0}};
  for (int i = 0; i < 3000; ++i) chunk.text += "// more\n";
  const auto assignment = Writer().AssignSentence("a.go", kGo, chunk);
  ASSERT_TRUE(assignment);
  EXPECT_TRUE(assignment->truncated);
  options_.max_prompt_tokens = 1000000;
  const auto whole = Writer().AssignSentence("a.go", kGo, chunk);
  ASSERT_TRUE(whole);
  EXPECT_TRUE(whole->truncated);
  EXPECT_GT(whole->opening.size(), 80u);
  EXPECT_LE(whole->request.prompt.size() + whole->request.decoding.MostTokens(),
            static_cast<std::size_t>(engine_.model().shape.context));
}

TEST_F(SummaryWriterTest, KeysDifferWithWhatTheSummarySays) {
  const SummaryKey key = KeyOf(GoChunk());
  EXPECT_EQ(KeyOf(GoChunk()), key);
  EXPECT_NE(KeyOf(GoChunk(), "ring/b.go"), key) << "another path in the prompt";
  EXPECT_NE(KeyOf(GoChunk(), "ring/a_test.go"), key) << "no opening";
  Chunk later = GoChunk();
  later.first_line = 301;
  EXPECT_NE(KeyOf(later), key) << "no opening";
  Chunk other = GoChunk();
  other.outline.push_back({"function", "Pop", 9, 0});
  EXPECT_NE(KeyOf(other), key) << "another second line";
  Chunk described = GoChunk();
  described.outline[0].doc = std::string(200, 'x') + ".";
  EXPECT_NE(KeyOf(described), key) << "another outline in the prompt";
  options_.limit_words = false;
  EXPECT_NE(KeyOf(GoChunk()), key) << "any words";
  options_.limit_words = true;
  options_.only_model = true;
  EXPECT_NE(KeyOf(GoChunk()), key) << "only the model";
}

TEST_F(SummaryWriterTest, TheModelAloneHasKeysOfItsOwn) {
  Chunk nameless = GoChunk();
  nameless.outline.clear();
  nameless.text = "x\n";
  const SummaryKey key = KeyOf(nameless);
  options_.only_model = true;
  EXPECT_NE(KeyOf(nameless), key) << "its first line has no opening";
}

TEST_F(SummaryWriterTest, RollUpsAreOfTheWordsOfTheirParts) {
  const std::vector<RollUpPart> parts = {{"ring.go", "Keeps items.", "Holds."}};
  const auto writer = Writer();
  const auto draft = [](const char* holds) {
    Draft lines;
    lines.lines[1].text = holds;
    return lines;
  };
  const auto assignment =
      writer.Assign(RollUpLevel::kDir, "src", parts, "ring.go\nKeeps items.\n",
                    draft("Holds ring.go."));
  ASSERT_TRUE(assignment);
  EXPECT_EQ(assignment->opening, "");
  EXPECT_TRUE(Has(assignment->request.decoding.words->words, "ring"));
  EXPECT_FALSE(Has(assignment->request.decoding.words->words, "scheduler"));
  const auto key = [&](const char* holds) {
    return writer.KeyOf(RollUpLevel::kDir, "src", parts, draft(holds));
  };
  EXPECT_EQ(key("Holds ring.go."), key("Holds ring.go."));
  EXPECT_NE(key("Holds ring.go."), key("Holds tree.go."));
}

/// Summarises and waits; `prompt` is what the engine was asked.
Result<SummaryText> Summarised(FakeEngine& engine,
                               const SummariserOptions& options,
                               const Summariser::Snippet& snippet,
                               std::string& prompt) {
  engine.before = [&](const std::string& asked) -> std::optional<Error> {
    prompt = asked;
    return {};
  };
  const auto summariser = MakeSummariser(&engine, options);
  std::promise<Result<SummaryText>> promise;
  auto future = promise.get_future();
  (*summariser)->Summarise(snippet, [&](Result<SummaryText> text) {
    promise.set_value(std::move(text));
  });
  return future.get();
}

TEST(Summariser, TakesTheNamesThatPeopleHaveForLanguages) {
  for (const char* name : {"python", "Python", "py"}) {
    FakeEngine engine;
    std::string prompt;
    const auto text =
        Summarised(engine, {}, {"def push(x):\n    pass\n", "", name}, prompt);
    ASSERT_TRUE(text) << name;
    EXPECT_EQ(text->lines[1], "Defines `def push(x)`.") << name;
  }
  FakeEngine engine;
  std::string prompt;
  const auto text = Summarised(engine, {}, {"x", "", "pythn"}, prompt);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kUsage);
  EXPECT_EQ(text.error().context, "pythn");
  EXPECT_NE(text.error().message.find("near names: python"), std::string::npos);
}

TEST(Summariser, WritesOpeningsAndWhatItKnows) {
  struct Case {
    const char* name;
    Summariser::Snippet snippet;
    bool only_model;
    const char* prompt_end;
    const char* first;  ///< Beginning of the line.
    const char* second;
  };
  const std::string code = "def push_item(x):\n    pass\n";
  for (const Case& c : {
           Case{"a file",
                {code, "a.py", "python", false},
                false,
                "This module",
                "This module",
                "Defines `def push_item(x)`."},
           Case{"a function",
                {code, "a.py", "python", true},
                false,
                "Push the item",
                "Push the item",
                ""},
           Case{"only the model",
                {code, "a.py", "python", false},
                true,
                "",
                "Does ",
                "Holds "},
       }) {
    FakeEngine engine;
    SummariserOptions options;
    options.only_model = c.only_model;
    options.model_writes = {Level::kFile};
    std::string prompt;
    const auto text = Summarised(engine, options, c.snippet, prompt);
    ASSERT_TRUE(text) << c.name;
    EXPECT_TRUE(prompt.ends_with(c.prompt_end)) << c.name;
    EXPECT_TRUE(text->lines[0].starts_with(c.first))
        << c.name << ": " << text->lines[0];
    EXPECT_TRUE(text->lines[1].starts_with(c.second))
        << c.name << ": " << text->lines[1];
  }
}

TEST(Summariser, AnAuthorsSentenceNeedsNoModel) {
  FakeEngine engine;
  std::string prompt;
  const Summariser::Snippet snippet = {
      "\"\"\"Keeps items.\"\"\"\n\ndef push(x):\n    \"\"\"Adds one to "
      "it.\"\"\"\n",
      "a.py", "python", false};
  const auto text = Summarised(engine, {}, snippet, prompt);
  ASSERT_TRUE(text);
  EXPECT_EQ(text->lines[0], "Keeps items.");
  EXPECT_EQ(text->lines[1], "Defines function push: “Adds one to it.”");
  EXPECT_EQ(text->model, "");
  EXPECT_EQ(engine.asked(), 0u);
}

}  // namespace
}  // namespace dobby
