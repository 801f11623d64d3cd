#include "chunks/settings.h"

#include <gtest/gtest.h>

#include <string>

namespace dobby {
namespace {

using enum SettingsFormat;

/// Returns "path=value" of each setting; "-" in front of what lies in a list.
std::string SettingsOf(const std::string& text, SettingsFormat format) {
  std::string all;
  for (const Setting& setting : ReadSettings(text, format)) {
    EXPECT_LT(setting.begin, text.size());
    all += (all.empty() ? "" : "|") + std::string(setting.in_list ? "-" : "") +
           setting.path + "=" + setting.value;
  }
  return all;
}

TEST(ReadSettings, GivesPathsAndValues) {
  struct Case {
    const char* name;
    SettingsFormat format;
    const char* text;
    const char* want;
  };
  for (const Case& c : {
           Case{"JSON", kJson,
                "{\"a\": {\"b\": \"x\\u00e9\\ty\", \"c\": [1, {\"d\": null}]}}",
                "a=|a.b=x\u00e9\ty|a.c=|-a.c=1|-a.c.d=null"},
           Case{"comments in JSON", kJson,
                "// x\n{\"a\": 1, /* y */ \"b\": true,}", "a=1|b=true"},
           Case{"TOML", kToml,
                "[project]\nname = 'a\\b'\nurls.\"x y\" = \"z\"\n[[bin]]\nname "
                "= \"m\"\n",
                "project=|project.name=a\\b|project.urls.x y=z|bin=|-bin.name="
                "m"},
           Case{"strings of several lines", kToml,
                "d = \"\"\"\nOne \\\n   line.\"\"\"\n", "d=One line."},
           Case{"YAML", kYaml,
                "a: 'it''s'\nb:\n  - \"c\\td\"\n  - e: f\ng: [h]\n",
                "a=it's|b=|-b=c\td|-b.e=f|g=|-g=h"},
           Case{"blocks of YAML", kYaml, "d: >-\n  one\n  two\ne: |\n  x\n",
                "d=one two|e=x"},
           Case{"XML", kXml,
                "<p a=\"b\"><d>A &amp; B<!-- c --> C</d><e><![CDATA[q]]></e>"
                "<f/></p>",
                "p=|p.a=b|p.d=A & B C|p.e=q|p.f="},
           Case{"INI", kIni,
                "top = 1\n[meta]\n; no\nname = x\nlist =\n    a\n    b\n",
                "top=1|meta=|meta.name=x|meta.list=a\nb"},
           Case{"properties", kIni, "a.b=c \\\n  d\n! no\ne: f\nhttp://x\n",
                "a.b=c\nd|e=f"},
           Case{"environment", kIni, "export A=\"b c\"\nB='d'\n", "A=b c|B=d"},
           Case{"fields", kFields,
                "Source: ring\nDescription: Queues\n of bytes\n# no\n",
                "Source=ring|Description=Queues\nof bytes"},
           Case{"fields in stanzas", kFields,
                "name: x\n-- no\nlibrary\n  build-depends: a,\n      b\n",
                "name=x|library=|library.build-depends=a,\nb"},
       }) {
    EXPECT_EQ(SettingsOf(c.text, c.format), c.want) << c.name;
  }
}

TEST(ReadSettings, HasLimits) {
  std::string wide = "{", deep;
  for (int i = 0; i < 9000; ++i) {
    wide += "\"k" + std::to_string(i) + "\": 1,\n";
    deep += "{\"k\":";
  }
  EXPECT_EQ(ReadSettings(wide + "\"z\": 1}", kJson).size(), kMostSettings);
  EXPECT_LE(ReadSettings(deep, kJson).size(), 33u);
  const std::string value(3000, 'v');  // Longer than what is decoded.
  const auto long_value = ReadSettings("{\"a\": \"" + value + "\"}", kJson);
  ASSERT_EQ(long_value.size(), 1u);
  EXPECT_EQ(long_value[0].value.size(), kMostValueBytes);
  EXPECT_TRUE(ReadSettings("{\"" + value + "\": {\"a\": 1}}", kJson).empty());
}

}  // namespace
}  // namespace dobby
