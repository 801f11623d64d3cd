#include "repo/code_view.h"

#include <algorithm>
#include <string>

#include "gtest/gtest.h"

namespace dobby {
namespace {

constexpr std::string_view kNotebook = R"({
 "cells": [
  {
   "cell_type": "markdown",
   "source": [
    "Counts \"ducks\".\n",
    "Slowly."
   ]
  },
  {
   "cell_type": "code",
   "outputs": [{"text": ["source\n"]}],
   "source": [
    "%matplotlib inline\n",
    "def count():\n",
    "    return 1"
   ]
  }
 ],
 "metadata": {"kernelspec": {"language": "python"}},
 "nbformat": 4
}
)";

TEST(NotebookView, KeepsEachStringOnItsLine) {
  const auto view = ViewNotebook(kNotebook);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->text,
            "\n\n\n\n\n# Counts \"ducks\".\n# Slowly.\n\n\n\n\n\n\n"
            "# %matplotlib inline\ndef count():\n    return 1"
            "\n\n\n\n\n\n\n");
  EXPECT_EQ(std::count(view->text.begin(), view->text.end(), '\n'),
            std::count(kNotebook.begin(), kNotebook.end(), '\n'));
  EXPECT_EQ(view->language.id, "python");
  EXPECT_EQ(view->language.display, "Jupyter notebook (Python)");
}

TEST(NotebookView, ReadsWhatIsNotWrittenSo) {
  struct Case {
    const char* name;
    const char* json;
    std::optional<std::string> want;
  };
  for (const Case& c : {
           Case{"on one line",
                R"({"cells":[{"source":["a = 1\n","b"],"cell_type":"code"}]})",
                "a = 1\nb\n\n"},
           Case{"one string",
                R"({"cells":[{"cell_type":"code","source":"a\nb\n"}]})",
                "a\nb\n\n"},
           Case{"an old one",
                R"({"worksheets":[{"cells":[{"cell_type":"code",)"
                R"("input":"a"}]}]})",
                "a"},
           Case{"another language",
                "{\"metadata\":{\"language_info\":{\"name\":\"scala\"}},\n"
                "\"cells\":[{\"cell_type\":\"markdown\",\"source\":\"Hi\"}]}",
                "\n// Hi"},
           Case{"bash in a cell",
                "{\"cells\":[{\"cell_type\":\"code\",\"source\":[\"%%bash\\n\","
                "\n"
                "\"ls\"]}]}",
                "# %%bash\n# ls"},
           Case{"a title and prose",
                R"({"cells":[{"cell_type":"markdown","source":"# Ducks\nAll.\n)"
                R"(## More"}]})",
                "\n# All.\n# ## More\n\n"},
           Case{"a title alone",
                R"({"cells":[{"cell_type":"markdown","source":"# Ducks"}]})",
                "# # Ducks"},
           Case{"breaks off",
                "{\"cells\":[{\"cell_type\":\"code\",\"source\":[\"a\"]},\n{",
                "a\n"},
           Case{"no cells", "{\"cells\": []}\n", "\n"},
           Case{"no notebook", "[1, 2]", {}},
       }) {
    const auto view = ViewNotebook(c.json);
    EXPECT_EQ(view.has_value(), c.want.has_value()) << c.name;
    EXPECT_EQ(view ? view->text : "", c.want.value_or("")) << c.name;
  }
  EXPECT_FALSE(ViewNotebook("{\"cells\":" + std::string(4 << 20, '[')));
}

TEST(ComponentView, ShowsScriptsOnTheirLines) {
  struct Case {
    const char* name;
    const char* file;
    const char* text;
    const char* id;
    const char* want;
  };
  for (const Case& c : {
           Case{"Vue", "vue",
                "<!-- A pond. -->\n<template>\n <p>hi</p>\n</template>\n"
                "<script setup lang=\"ts\">\nconst a: number = 1\n</script>\n",
                "typescript", "/* A pond. */\n\n\n\n\nconst a: number = 1\n\n"},
           Case{"Svelte", "svelte", "<script>\nlet a\n</script>\n<p>{a}</p>\n",
                "javascript", "\nlet a\n\n\n"},
           Case{"Astro", "astro",
                "---\nconst a = 1\n---\n<p/>\n<script>b()\n"
                "</script>\n",
                "typescript", "\nconst a = 1\n\n\nb()\n\n"},
           Case{"no code in it", "vue",
                "<script type=\"application/ld+json\">{}</script>\n"
                "<!-- <script>x</script> -->\n<SCRIPT>y</SCRIPT>\n",
                "javascript", "\n\ny\n"},
           Case{"a comment that ends early", "vue",
                "<!-- a */ b -->\n<script>x</script>", "javascript",
                "/* a  / b */\nx"},
       }) {
    const auto view = ViewComponent(c.text, *FindLanguage(c.file));
    ASSERT_TRUE(view) << c.name;
    EXPECT_EQ(view->text, c.want) << c.name;
    EXPECT_EQ(view->language.id, c.id) << c.name;
    EXPECT_EQ(view->language.display, FindLanguage(c.file)->display) << c.name;
  }
  for (const char* text : {"<template/>", "<script", "<script>", "<!--", "<"}) {
    EXPECT_FALSE(ViewComponent(text, {"vue", "Vue"})) << text;
  }
}

}  // namespace
}  // namespace dobby
