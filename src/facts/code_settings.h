// Values that build files written in a programming language give to names.
#pragma once

#include <string_view>
#include <vector>

#include "chunks/settings.h"

namespace dobby {

/// Which words count as values beside texts in quotes.
enum class BareWords {
  kNone,        ///< None.
  kAfterCalls,  ///< The first argument of a call, as in CMake.
};

/// Returns the texts that a build file gives to names, in order, at most
/// kMostSettings: `setup(name="x")` is "setup.name", `s.summary = 'x'`,
/// `summary: "x"`, `summary "x"`, `{summary, "x"}` and `:summary => "x"` are
/// "summary". The brackets around a name make its path, with the name of the
/// call or key before each. A name in place of a text stands for the text that
/// it has elsewhere outside of brackets. Reads the words of a text, not its
/// grammar, so one reader serves Python, Ruby, Gradle, Elixir, Swift, Scala,
/// Erlang, Lua, Meson, OCaml's opam and dune, and CMake.
std::vector<Setting> ReadCodeSettings(std::string_view text,
                                      BareWords bare_words);

}  // namespace dobby
