// What a README says that its project is for.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "prose/document.h"

namespace dobby {

/// Tells something of a sentence, as IsInstruction() does.
using SentenceTest = bool (*)(std::string_view sentence);

/// Returns the sentence of a README that says what the project is or does, on
/// one line of at most 240 bytes; empty if none does. `names` are those that
/// the project has: of its folder, of its manifests. Sentences that
/// `is_instruction` are taken only right under the title.
std::string DescriptionIn(const Document& document,
                          std::span<const std::string> names,
                          SentenceTest is_instruction = nullptr);

/// Returns the sentence that says what a document which is no README is about:
/// the description of its front matter, else the first sentence of its first
/// paragraph of prose. Empty if it has none.
std::string OpeningOf(const Document& document);

}  // namespace dobby
