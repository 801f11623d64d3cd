// What the author of a file says about it in comments.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/chunk.h"
#include "dobby/repo.h"
#include "prose/licences.h"

namespace dobby {

/// Returns the first sentence of the comment or docstring at the head of a
/// file, without comment marks, tags and extra white space; in Markdown, the
/// first sentence of prose. Empty if there is none, or if it says nothing about
/// the file: a licence, a file name, a row of dashes, an order to its reader.
/// `language` decides how comments look.
std::string AuthorsSentence(std::string_view text, const Language& language);

/// Returns the same, but nothing if that comment is on the first of several
/// definitions: then it is not on the file.
std::string HeadSentence(std::string_view text, const Language& language,
                         std::span<const Symbol> outline);

/// A comment in a text.
struct CommentSentence {
  std::string text;       ///< The first sentence, three words or more.
  std::size_t lines = 0;  ///< Lines that are not blank, up to the next comment.
  bool is_indented = false;
};

/// Returns the comments of a text, in order, without repetitions, licences and
/// the like.
std::vector<CommentSentence> CommentSentences(std::string_view text,
                                              const Language& language);

/// Returns a sentence about `subject` from the comment on it: "Ring: A queue of
/// bytes.", "Ring, which buffers bytes." Empty without a comment, and if the
/// comment says when instead of what: "If the queue is full."
std::string SentenceAbout(const std::string& subject, const std::string& doc);

/// Returns the first sentence of a paragraph, fit for a line of a summary;
/// empty in the same cases as AuthorsSentence.
std::string SentenceOfText(const std::string& paragraph);

/// Returns the same for a paragraph of prose; also empty if the sentence gives
/// an order to its reader (chunks/instructions.h), since it does not say what a
/// thing is.
std::string SentenceOfProse(const std::string& paragraph);

/// Returns the first sentence of the comment on a definition: in Python the
/// docstring below it, otherwise the comment right above it or above its
/// attributes and template head. In C and C++ a comment a little further up
/// counts too, if it has the name on a line of its own. `lines`: the lines of
/// the file, trimmed; `at`: the line of the definition's name, from 0. A name
/// at the beginning of the sentence is removed: "Push adds an item." becomes
/// "adds an item." Empty in the same cases as AuthorsSentence, and for comments
/// to tools: NOLINT, TODO.
std::string SentenceOnDefinition(std::span<const std::string_view> lines,
                                 std::size_t at, std::string_view name,
                                 const Language& language);

}  // namespace dobby
