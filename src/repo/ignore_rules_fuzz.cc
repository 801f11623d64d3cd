// Ignore files and attribute files of strangers: they end in time, and the
// order in which they are asked decides nothing. That they mean what git
// means is git_ignore_test.cc's.
#include <optional>
#include <string>
#include <string_view>

#include "base/fuzz_target.h"
#include "repo/attributes.h"
#include "repo/git_config.h"
#include "repo/git_index.h"
#include "repo/glob.h"
#include "repo/ignore_rules.h"

namespace dobby {

/// The first line is a path, the rest an ignore file.
DOBBY_FUZZ_TARGET(ignore_rules) {
  const std::string path(TakeLine(input));
  const IgnoreRules at_root("", input), in_folder("a/b/", input);
  const auto decided = at_root.Decide(path, false);
  Require(in_folder.Decide("a/b/" + path, false) == decided,
          "rules are relative to their folder");
  if (decided.has_value()) {
    Require(at_root.Decide(path, true).has_value(),
            "what matches a file matches a folder of that name");
  }

  IgnoreStack stack;
  if (!stack.Push(IgnoreSource::kGitignore, "", std::string(input))) return;
  const auto verdict = stack.Decide(path, false);
  Require(verdict.has_value() == decided.has_value() &&
              (!verdict || verdict->is_ignored == *decided),
          "a stack of one file decides as the file");
  stack.Pop("");
  Require(!stack.Decide(path, false), "dropped rules decide nothing");

  const Glob glob(input.substr(0, 256));
  (void)glob.Matches(path);
  AttributeStack attributes;
  if (!attributes.Push("", input) || !attributes.SetOverride(input)) return;
  (void)attributes.MarksOf(path);
  (void)GitIndex(input, 20).HoldsIn(path);
  ForEachSetting(input, [](const GitSetting&) {});
}

}  // namespace dobby
