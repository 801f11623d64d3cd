// Summaries that take no model: what a score is worth shows beside theirs.
#include "base/name_words.h"
#include "dobby/scores.h"

namespace dobby {

std::string ConstantSummary() {
  return "Returns the value of the given object .";
}

std::string NameSummary(std::span<const Symbol> outline) {
  std::string summary;
  if (!outline.empty()) {
    for (const std::string& word : WordsOfName(outline.front().name)) {
      summary += word + " ";
    }
  }
  return summary.empty() ? ConstantSummary() : summary + ".";
}

}  // namespace dobby
