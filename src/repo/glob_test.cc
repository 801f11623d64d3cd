#include "repo/glob.h"

#include <string>

#include "gtest/gtest.h"

namespace dobby {
namespace {

TEST(Glob, FollowsGitignore) {
  struct Case {
    const char* name;
    const char* pattern;
    const char* text;
    bool want;
  };
  for (const Case& c : {
           Case{"literal", "abc", "abc", true},
           Case{"literal is whole", "abc", "abcd", false},
           Case{"star", "a*c", "abbc", true},
           Case{"star stops at a slash", "a*c", "a/c", false},
           Case{"question mark", "a?c", "abc", true},
           Case{"question mark is no slash", "a?c", "a/c", false},
           Case{"leading folders, none", "**/a", "a", true},
           Case{"leading folders, two", "**/a", "x/y/a", true},
           Case{"leading folders are whole", "**/a", "xa", false},
           Case{"inner folders, none", "a/**/b", "a/b", true},
           Case{"inner folders, two", "a/**/b", "a/x/y/b", true},
           Case{"trailing folders", "a/**", "a/x/y", true},
           Case{"trailing folders need one", "a/**", "a", false},
           Case{"three stars are two", "a/***/b", "a/x/y/b", true},
           Case{"glued stars are one", "a/x**/b", "a/xy/z/b", false},
           Case{"range", "[a-c]", "b", true},
           Case{"range ends", "[a-c]", "d", false},
           Case{"negated", "[!a]", "b", true},
           Case{"negated is no slash", "x[!a]y", "x/y", false},
           Case{"bracket first", "[]]", "]", true},
           Case{"dash last", "[a-]", "-", true},
           Case{"escape in a class", "[\\]]", "]", true},
           Case{"named class", "[[:digit:]x]", "7", true},
           Case{"no such class", "[[:letter:]]", "a", false},
           Case{"open class", "[ab", "a", false},
           Case{"escape", "\\*", "*", true},
           Case{"escape is literal", "\\*", "a", false},
           Case{"backslash at the end", "a\\", "a\\", false},
           Case{"bytes", "\xFF*", "\xFF\xFE", true},
           Case{"star then folders", "*/**/b", "a/x/b", true},
           Case{"near gives way to far", "**/a*b/c", "x/ab/ayb/c", true},
       }) {
    EXPECT_EQ(Glob(c.pattern).Matches(c.text), c.want) << c.name;
  }
}

TEST(Glob, ManyStarsTakeNoTime) {
  std::string pattern = "**/";
  for (int i = 0; i < 50; ++i) pattern += "a*";
  EXPECT_FALSE(Glob(pattern + "b").Matches(std::string(5000, 'a')));
}

}  // namespace
}  // namespace dobby
