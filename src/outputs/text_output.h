// Plain text, Markdown and llms.txt of a snapshot.
#pragma once

#include <string>

#include "dobby/summary.h"

namespace dobby {

std::string WriteText(const IndexSnapshot& snapshot);

/// Returns CommonMark. Nothing from the repository or the model acts as markup,
/// except code spans in summaries.
std::string WriteMarkdown(const IndexSnapshot& snapshot);

/// Returns the map of the repository for language models: a title, the
/// repository's summary, and for each folder its files as links with their
/// first lines. Source: llmstxt.org, "Format".
std::string WriteLlmsTxt(const IndexSnapshot& snapshot);

}  // namespace dobby
