#include "prompts/chat_frame.h"

#include <dobby_text_strings.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/files.h"

namespace dobby {
namespace {

using ::testing::HasSubstr;

std::string ReadGolden(const std::string& name) {
  const auto text =
      ReadWholeFile(std::string(DOBBY_TEST_DATA) + "/golden/" + name);
  if (!text) throw std::runtime_error(text.error().ToString());
  return *text;
}

KindText SmallKind() {
  KindText kind;
  kind.system = "Be brief.";
  kind.user_lines = {"Say what it is.", "{code}"};
  return kind;
}

std::string Rendered(const std::string& source, const std::string& json) {
  DtBuffer text = {};
  DtBuffer error = {};
  if (!dt_render(Borrowed(source), Borrowed(json), &text, &error)) {
    return "error: " + Taken(error);
  }
  return Taken(text);
}

TEST(ChatTemplate, SmolLm2ReadsAsInLlamaCpp) {
  const std::string source = ReadGolden("smollm2_chat_template.jinja");
  const auto chats = nlohmann::json::parse(ReadGolden("smollm2_chats.json"));
  ASSERT_FALSE(chats.empty());
  for (const auto& chat : chats) {
    const nlohmann::json variables = {{"messages", chat["messages"]},
                                      {"add_generation_prompt", true}};
    EXPECT_EQ(Rendered(source, variables.dump()), chat["text"]) << chat["name"];
  }
}

TEST(ChatTemplate, KnowsWhatHuggingFaceTemplatesUse) {
  struct Case {
    const char* name;
    const char* source;
    const char* want;
  };
  for (const Case& c : {
           Case{"strip", "{{ ' a '.strip() }}", "a"},
           Case{"startswith", "{{ 'abc'.startswith('ab') }}", "True"},
           Case{"split", "{{ 'a</t>b'.split('</t>')[-1] }}", "b"},
           Case{"slice", "{{ 'abc'[1:] }}", "bc"},
           Case{"namespace",
                "{% set n = namespace(x=1) %}{% set n.x = 2 %}{{ n.x }}", "2"},
           Case{"loop controls",
                "{% for i in [1,2,3] %}{% if i == 2 %}{% break %}{% endif %}"
                "{{ i }}{% endfor %}",
                "1"},
           Case{"blocks trimmed", "{% if true %}\nx\n{% endif %}\ny", "x\ny"},
           Case{"raise", "{{ raise_exception('no system turn') }}",
                "no system turn"},
           Case{"macro", "{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m(1) }}",
                "<1>"},
           Case{"tojson", "{{ {'a': 1} | tojson }}", "\"a\""},
           // The same every day: the same text has the same summary.
           Case{"date", "{{ strftime_now('%A, %-d %b %Y, %H:%M%%') }}",
                "Friday, 26 Jul 2024, 00:00%"},
           Case{"unknown date", "{{ strftime_now('%Q') }}", "%Q"},
           Case{"half a date", "{{ strftime_now('%') }}", "error: "},
           // Marks what a model says, for training.
           Case{"generation",
                "a {% generation %}b{%- generation -%} c {% endgeneration %}"
                "{%- endgeneration -%} d{{ '{% generation' }}"
                "{%generation%}e{%endgeneration%}",
                "a bc d{% generatione"},
           Case{"half a tag", "a{% generation", "error: "},
           Case{"syntax error", "{% for %}", "error: "},
           Case{"computes for ever",
                "{% for i in range(90000) %}{% for j in range(90000) %}"
                "{% endfor %}{% endfor %}",
                "error: "},
       }) {
    EXPECT_THAT(Rendered(c.source, "{}"), HasSubstr(c.want)) << c.name;
  }
}

std::string Repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

/// Each of them overflowed the stack, or would.
TEST(ChatTemplate, WhatNestsDeepIsATextOrAnError) {
  constexpr std::size_t kLevels = 100000;
  for (const std::string& source :
       {"{{ " + Repeated("-", kLevels) + "1 }}",
        "{{ " + Repeated("not ", kLevels / 4) + "1 }}",
        "{{ a" + Repeated(".a", kLevels / 2) + " }}",
        "{{ 1" + Repeated("+1", kLevels / 2) + " }}",
        "{{ 1" + Repeated("~1", kLevels / 20) + " }}",
        "{{ x" + Repeated("|e", kLevels / 2) + " }}",
        "{{ x" + Repeated("[0]", kLevels / 3) + " }}",
        "{{ f" + Repeated("()", kLevels / 2) + " }}",
        "{{ 1" + Repeated(" and 1", kLevels / 6) + " }}",
        "{{ " + Repeated("1 if 1 else ", kLevels / 12) + "1 }}",
        "{{ " + Repeated("(", kLevels) + " }}",
        "{{ " + Repeated("[", kLevels / 2) + Repeated("]", kLevels / 2) + "}}",
        Repeated("{% if 1 %}", kLevels / 10),
        "{% if 1 %}" + Repeated("{% elif 1 %}", kLevels / 12) + "{% endif %}",
        "{% set n = namespace(a=[]) %}" +
            std::string("{% for i in range(20000) %}{% set n.a = [n.a] %}"
                        "{% endfor %}{{ n.a }}")}) {
    EXPECT_LT(Rendered(source, "{}").size(), 200000u) << source.substr(0, 40);
  }
}

TEST(ChatTemplate, WhatGrowsWithoutEndIsAnError) {
  const std::string doubled = Repeated("{% set x = [x, x] %}", 60);
  for (const std::string& source :
       {std::string(200000, 'x'), std::string("{{ 'a' * 1000000000 }}"),
        "{% set x = 'aaaaaaaa' %}" + Repeated("{% set x = x~x~x~x %}", 20) +
            "{{ x }}",
        "{% set x = [1] %}" + doubled + "{{ x }}",
        std::string("{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}")}) {
    EXPECT_THAT(Rendered(source, "{}"), HasSubstr("error: "))
        << source.substr(0, 40);
  }
}

TEST(ChatFrame, HoldsTheSystemTextAndTheAnswersStart) {
  const auto frame =
      FrameOf({ReadGolden("smollm2_chat_template.jinja"), "", ""}, SmallKind());
  ASSERT_TRUE(frame) << frame.error().ToString();
  EXPECT_EQ(frame->before,
            "<|im_start|>system\nBe brief.<|im_end|>\n"
            "<|im_start|>user\n");
  EXPECT_EQ(frame->after, "<|im_end|>\n<|im_start|>assistant\n");
}

TEST(ChatFrame, ATemplateWithoutSystemTurnsGetsTheTextInFrontOfTheUsers) {
  const char* refuses =
      "{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}"
      "{{ raise_exception('no system') }}{% endif %}"
      "[{{ m.role }}]{{ m.content | trim }}{{ eos_token }}{% endfor %}";
  const char* ignores =
      "{{ bos_token }}{% for m in messages %}{% if m.role != 'system' %}"
      "[{{ m.role }}]{{ m.content | trim }}{{ eos_token }}{% endif %}"
      "{% endfor %}";
  for (const char* source : {refuses, ignores}) {
    const auto frame = FrameOf({source, "<s>", "</s>"}, SmallKind());
    ASSERT_TRUE(frame) << frame.error().ToString();
    EXPECT_EQ(frame->before, "<s>[user]Be brief.\n\n");
    EXPECT_EQ(frame->after, "</s>");
  }
}

TEST(ChatFrame, ATemplateThatLosesTextIsRefused) {
  struct Case {
    const char* name;
    const char* source;
    const char* says;
  };
  for (const Case& c : {
           Case{"no messages", "hello", "leaves the user's text out"},
           Case{"system only",
                "{{ messages[0].content if messages[1] else '' }}",
                "leaves the user's text out"},
           Case{"twice",
                "{% for m in messages %}{{ m.content * 2 }}"
                "{% endfor %}",
                "repeats"},
           Case{"broken", "{% if %}", "syntax error"},
       }) {
    const auto frame = FrameOf({c.source, "", ""}, SmallKind());
    ASSERT_FALSE(frame) << c.name;
    EXPECT_EQ(frame.error().code, ErrorCode::kModel) << c.name;
    EXPECT_THAT(frame.error().message, HasSubstr(c.says)) << c.name;
  }
}

}  // namespace
}  // namespace dobby
