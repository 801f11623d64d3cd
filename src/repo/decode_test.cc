#include "repo/decode.h"

#include <string>

#include "gtest/gtest.h"

namespace dobby {
namespace {

using std::string_literals::operator""s;

std::string Utf16(std::string_view ascii, bool little) {
  std::string bytes;
  for (const char c : ascii) {
    if (!little) bytes += '\0';
    bytes += c;
    if (little) bytes += '\0';
  }
  return bytes;
}

TEST(Decode, ReadsEveryEncodingOfText) {
  struct Case {
    const char* name;
    std::string bytes;
    std::optional<std::string> want;
  };
  const std::string code = "int a;\r\nint b;\n";
  for (const Case& c : {
           Case{"UTF-8", "g\xC3\xBCn\n", "g\xC3\xBCn\n"},
           Case{"UTF-8 mark", "\xEF\xBB\xBFx = 1\n", "x = 1\n"},
           Case{"a replacement character", "x\xEF\xBF\xBD\n",
                "x\xEF\xBF\xBD\n"},
           Case{"UTF-16LE mark", "\xFF\xFE" + Utf16(code, true), code},
           Case{"UTF-16BE mark", "\xFE\xFF" + Utf16(code, false), code},
           Case{"UTF-16LE", Utf16(code, true), code},
           Case{"UTF-16BE", Utf16(code, false), code},
           Case{"UTF-16 with an emoji", "\xFF\xFE\x3D\xD8\x00\xDE"s,
                "\xF0\x9F\x98\x80"},
           Case{"UTF-16 with half an emoji",
                "\xFF\xFE" + Utf16(std::string(99, 'x'), true) + "\x3D\xD8"s,
                std::string(99, 'x') + "\xEF\xBF\xBD"},
           Case{"UTF-32LE mark", "\xFF\xFE\0\0a\0\0\0\n\0\0\0"s, "a\n"},
           Case{"Latin-1",
                "// Stra\xDF"
                "en und Pl\xE4tze\nint x;\n",
                "// Stra\xC3\x9F"
                "en und Pl\xC3\xA4tze\nint x;\n"},
           Case{"declared", "# -*- coding: cp437 -*-\nname = 'M\x81ller'\n",
                "# -*- coding: cp437 -*-\nname = 'M\xC3\xBCller'\n"},
           Case{"declared in XML",
                "<?xml version='1.0' encoding='koi8-r'?>\n<a>\xD0\xD2</a>\n",
                "<?xml version='1.0' encoding='koi8-r'?>\n"
                "<a>\xD0\xBF\xD1\x80</a>\n"},
           Case{"Shift JIS", "/* \x83\x65\x83\x58\x83\x67\x82\xCC\x8A\xD6 */\n",
                "/* \xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88\xE3\x81\xAE"
                "\xE9\x96\xA2 */\n"},
           Case{"ISO-2022-JP", "/* \x1B$B%F%9%H\x1B(B */\n",
                "/* \xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88 */\n"},
           Case{"UTF-8 with a bad byte", "\xC3\xA4\xC3\xA4\xC3\xA4 \xFF\n",
                "\xC3\xA4\xC3\xA4\xC3\xA4 \xEF\xBF\xBD\n"},
           Case{"CR", "a\rb\r", "a\nb\n"},
           Case{"CRLF", "a\r\nb\r\n", "a\r\nb\r\n"},
           Case{"LF and a CR", "a\rb\nc\n", "a\rb\nc\n"},
           Case{"binary",
                "\x7F"
                "ELF\x02\x01\x01\0\0\0"s,
                {}},
           Case{"bytes", "\x89\x01\x02\x03\x04\xFF\x05\x06", {}},
           Case{"UTF-16 mark on bytes", "\xFF\xFE\x01\0\x02\0\x03\0\0\0"s, {}},
           Case{"empty", "", ""},
       }) {
    EXPECT_EQ(DecodeText(c.bytes), c.want) << c.name;
  }
}

TEST(Decode, FindsWhatATextDeclares) {
  struct Case {
    const char* head;
    const char* want;
  };
  for (const Case& c : {
           Case{"#!/bin/x\n# vim: set fileencoding=latin-1 :\n", "latin-1"},
           Case{"# -*- coding: euc-jp-unix -*-\n", "euc-jp"},
           Case{"<html>\n\n<meta charset=\"big5\">", "big5"},
           Case{"@charset \"windows-1251\";\n", "windows-1251"},
           Case{"a\nb\n# coding: late\n", ""},
           Case{"encoding is what we do\n", ""},
           Case{"x\n", ""},
       }) {
    EXPECT_EQ(DeclaredEncoding(c.head), c.want) << c.head;
  }
}

TEST(Decode, TakesNoLatinTextForChinese) {
  // Old Macintosh text: no encoding that ICU looks for, yet no kanji.
  const auto text = DecodeText("/* M\x8Ahlrad f\x9Fr S\x8Age */\n");
  ASSERT_TRUE(text);
  for (const char c : *text) EXPECT_NE(c & 0xF0, 0xE0) << *text;
}

TEST(Decode, KeepsTheNumberOfLines) {
  std::string bytes;
  for (int i = 0; i < 20'000; ++i) {
    bytes += static_cast<char>(i * 37 % 128 < 32 ? '\n' : 128 + i * 29 % 128);
  }
  const auto text = DecodeText(bytes);
  ASSERT_TRUE(text);
  EXPECT_EQ(std::count(text->begin(), text->end(), '\n'),
            std::count(bytes.begin(), bytes.end(), '\n'));
}

}  // namespace
}  // namespace dobby
