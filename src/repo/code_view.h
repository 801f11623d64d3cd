// What a reader sees of files that wrap code in something else.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dobby/repo.h"

namespace dobby {

/// The code of a file, without what it is wrapped in.
struct CodeView {
  std::string text;   ///< May be blank.
  Language language;  ///< `id` is the code's, `display` the file's.
};

/// Returns the cells of a Jupyter notebook as a text of its language: each
/// string of a cell's "source" on its own line of the file, that of Markdown as
/// a comment, every other line blank. A notebook that is not written one string
/// a line gives its cells one after another, and other line numbers. Nothing
/// if `json` is no notebook.
std::optional<CodeView> ViewNotebook(std::string_view json);

/// Returns the scripts of a Vue, Svelte or Astro file on their own lines, and a
/// comment at its head; every other line is blank. `file` is its language.
/// Nothing if it has no script.
std::optional<CodeView> ViewComponent(std::string_view text,
                                      const Language& file);

}  // namespace dobby
