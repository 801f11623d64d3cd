#include "summaries/middle.h"

#include "base/text.h"
#include "chunks/author_words.h"
#include "summaries/outline_items.h"

namespace dobby {

std::string MiddleOpening(std::span<const Symbol> enclosing) {
  if (enclosing.empty()) return "";
  const std::string name = OneLine(enclosing.back().name);
  return name.size() > kLongestName ? "" : "This part of " + name;
}

std::string MiddleSentence(std::span<const Symbol> enclosing) {
  std::string subject = "Continues ";
  while (!enclosing.empty()) {
    const Symbol& symbol = enclosing.back();
    if (symbol.name.size() > kLongestName) return "";
    subject += symbol.kind + " " + symbol.name;
    if (!symbol.owner.empty()) subject += " of " + symbol.owner;
    std::string sentence = SentenceAbout(subject, symbol.doc);
    if (!sentence.empty()) return sentence;
    subject += " of ";
    enclosing = enclosing.first(enclosing.size() - 1);
  }
  return "";
}

}  // namespace dobby
