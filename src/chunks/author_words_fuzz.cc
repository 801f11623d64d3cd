// What is read off a text without its chunks: sentences of comments, headings,
// names in lines. All of it is fit for one line of a summary.
#include <algorithm>
#include <string>
#include <string_view>

#include "base/fuzz_target.h"
#include "base/text.h"
#include "base/utf8.h"
#include "chunks/author_words.h"
#include "chunks/fuzz_languages.h"
#include "chunks/headings.h"
#include "chunks/line_names.h"
#include "chunks/macros.h"

namespace dobby {
namespace {

void RequireDefinitions(const std::vector<Definition>& definitions,
                        std::string_view text) {
  const auto lines =
      static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n') + 1);
  std::uint64_t before = 0;
  for (const Definition& definition : definitions) {
    RequireSymbol(definition.symbol, lines);
    Require(definition.begin >= before && definition.begin < text.size(),
            "definitions are in order and in the text");
    Require(definition.end == 0 || (definition.end > definition.begin &&
                                    definition.end <= text.size()),
            "a definition ends behind its beginning, in the text");
    before = definition.begin;
  }
}

}  // namespace

/// A byte for the language, and the text.
DOBBY_FUZZ_TARGET(author_words) {
  const std::string_view path = TakeFile(input);
  const std::string text = ReplaceInvalidUtf8(input);
  const Language language = DetectLanguage(path, "");
  RequireOneLine(AuthorsSentence(text, language), "the author's sentence");
  RequireOneLine(SentenceOfText(text), "a text's first sentence");
  RequireOneLine(SentenceAbout("Ring", text.substr(0, text.find('\n'))),
                 "a sentence about a subject");
  (void)IsLicence(text);
  for (const CommentSentence& sentence : CommentSentences(text, language)) {
    RequireOneLine(sentence.text, "a comment's sentence");
  }
  const auto lines = TrimmedLines(text, text.size());
  for (std::size_t at = 0; at < std::min<std::size_t>(lines.size(), 40); ++at) {
    RequireOneLine(SentenceOnDefinition(lines, at, "Push", language),
                   "a sentence on a definition");
  }
  RequireOneLine(FirstProse(text), "prose");
  RequireDefinitions(HeadingsOf(text), text);
  RequireDefinitions(LineNamesOf(text, language.id), text);
  Require(WithoutMacros(text).size() == text.size(),
          "without macros every byte keeps its place");
}

}  // namespace dobby
