// What the author of a file says of it, in comments.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/repo.h"

namespace dobby {

/// Returns the first sentence of the comment or docstring at the head of a
/// file, without comment marks, tags and white space to spare; empty where
/// there is none, or where it says nothing in words: a licence, a file name, a
/// row of dashes, an order to its reader. `language` says how comments look; of
/// Markdown it is the first sentence of prose.
std::string AuthorsSentence(std::string_view text, const Language& language);

/// What a comment of a text says.
struct CommentSentence {
  std::string text;       ///< The first sentence, three words or more.
  std::size_t lines = 0;  ///< Between it and the next comment, not blank.
  bool is_indented = false;
};

/// Returns the comments of a text, none twice and none of a licence and the
/// like, in order.
std::vector<CommentSentence> CommentSentences(std::string_view text,
                                              const Language& language);

/// Returns a sentence on `subject` from the comment on it: "Ring: A queue of
/// bytes.", "Ring, which buffers bytes." Empty without a comment, and for one
/// that says when and not what: "If the queue is full."
std::string SentenceAbout(const std::string& subject, const std::string& doc);

/// Whether a paragraph is a licence or a note of copyright.
bool IsLicence(std::string_view text);

/// Returns the first sentence of a paragraph, fit for a line of a summary;
/// empty as AuthorsSentence.
std::string SentenceOfText(const std::string& paragraph);

/// Returns the same of a paragraph of prose; empty also where it gives an order
/// to its reader (chunks/instructions.h) and so says of nothing what it is.
std::string SentenceOfProse(const std::string& paragraph);

/// Returns the first sentence of the comment on a definition: the docstring
/// below it in Python, else what stands right above, attributes and template
/// heads between. `lines` are those of the file, trimmed; `at` is the line of
/// the definition's name, from 0. A sentence that begins with the name loses
/// it: "Push adds an item." is "adds an item.", "A Ring is full." is "is
/// full.". Of C and C++ a comment somewhat above counts too if it has the name
/// on a line of its own. Empty as AuthorsSentence, and for a comment that tells
/// a tool something: NOLINT, TODO.
std::string SentenceOnDefinition(std::span<const std::string_view> lines,
                                 std::size_t at, std::string_view name,
                                 const Language& language);

}  // namespace dobby
