#include "prose/sentences.h"

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/text.h"

namespace dobby {
namespace {

struct CloseBreaks {
  void operator()(UBreakIterator* breaks) const { ubrk_close(breaks); }
};
using Breaks = std::unique_ptr<UBreakIterator, CloseBreaks>;

struct CloseText {
  void operator()(UText* text) const { utext_close(text); }
};

/// Opens an iterator for this thread: one is slow to make and not to be shared.
UBreakIterator* BreaksOf(UBreakIteratorType type) {
  thread_local Breaks sentences, words;
  Breaks& breaks = type == UBRK_SENTENCE ? sentences : words;
  if (!breaks) {
    UErrorCode code = U_ZERO_ERROR;
    breaks.reset(ubrk_open(type, "en@ss=standard", nullptr, 0, &code));
    if (U_FAILURE(code)) breaks.reset();
  }
  return breaks.get();
}

/// Calls `take` with the end of each piece in turn and its rule's status, until
/// it returns false.
template <class Take>
void EachBreak(UBreakIteratorType type, std::string_view text,
               const Take& take) {
  UBreakIterator* breaks = BreaksOf(type);
  UErrorCode code = U_ZERO_ERROR;
  const std::unique_ptr<UText, CloseText> source(utext_openUTF8(
      nullptr, text.data(), static_cast<std::int64_t>(text.size()), &code));
  if (!breaks || U_FAILURE(code)) return;
  ubrk_setUText(breaks, source.get(), &code);
  if (U_FAILURE(code)) return;
  ubrk_first(breaks);
  for (std::int32_t end; (end = ubrk_next(breaks)) != UBRK_DONE;) {
    if (!take(static_cast<std::size_t>(end), ubrk_getRuleStatus(breaks))) break;
  }
  // The iterator must not keep what it was lent.
  static const std::unique_ptr<UText, CloseText> none(
      utext_openUTF8(nullptr, "", 0, &code));
  ubrk_setUText(breaks, none.get(), &code);
}

/// Whether a text ends in an abbreviation that CLDR does not know: one that
/// stands in the middle of sentences alone, initials ("U.S."), or a capital and
/// consonants ("Dr.", "St.").
bool EndsInAbbreviation(std::string_view text) {
  std::string_view word = text.substr(text.find_last_of(" \n") + 1);
  const bool is_capital = word.size() > 1 && word.ends_with('.') &&
                          word[0] >= 'A' && word[0] <= 'Z';
  if (is_capital) {
    word.remove_suffix(1);
    const bool has_vowel =
        word.find_first_of("AEIOUYaeiouy") != std::string_view::npos;
    const bool has_dot = word.find('.') == 1;
    if (has_dot || (word.size() == 2 && !has_vowel && word[1] >= 'a')) {
      return true;
    }
  }
  static constexpr std::array<std::string_view, 6> kKnown = {
      "e.g.", "i.e.", "cf.", "vs.", "approx.", "resp."};
  return std::any_of(kKnown.begin(), kKnown.end(),
                     [text](auto end) { return text.ends_with(end); });
}

}  // namespace

std::string FirstSentence(std::string_view text) {
  std::size_t end = text.size();
  EachBreak(UBRK_SENTENCE, text, [&](std::size_t at, std::int32_t) {
    const std::string_view sentence = Trim(text.substr(0, at));
    if (EndsInAbbreviation(sentence)) return true;
    end = at;
    return false;
  });
  return std::string(Trim(text.substr(0, end)));
}

std::size_t CountWords(std::string_view text) {
  std::size_t words = 0;
  EachBreak(UBRK_WORD, text, [&](std::size_t, std::int32_t status) {
    if (status >= UBRK_WORD_NONE_LIMIT) ++words;
    return true;
  });
  return words;
}

}  // namespace dobby
