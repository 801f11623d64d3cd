// A search is never an error, whatever the words, and marks nothing but what
// is there.
#include <memory>
#include <string>
#include <string_view>

#include "base/fuzz_target.h"
#include "base/utf8.h"
#include "dobby/store.h"
#include "store/sample_records.h"
#include "store/search_text.h"

namespace dobby {
namespace {

std::unique_ptr<Store> SmallIndex(const std::string& path) {
  auto store = Store::OpenForWriting(path);
  Require(store.has_value(), "an index can be made");
  for (int i = 0; i < 8; ++i) {
    const std::string name = "src/parseHTTPRequest_" + std::to_string(i);
    Require((*store)->ReplaceFile(SampleFile(name + ".cc", 2, i)).has_value(),
            "a file can be kept");
  }
  return *std::move(store);
}

std::string WithoutMarks(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c != '[' && c != ']') plain += c;
  }
  return plain;
}

void RequireHighlight(std::string_view text, std::string_view query) {
  const std::string marked = Highlight(text, query);
  Require(WithoutMarks(marked) == WithoutMarks(text),
          "a highlight adds marks and nothing else");
  Require(!IsUtf8(text) || IsUtf8(marked), "marks split no character");
}

}  // namespace

/// The first line is the query, the rest a text that might hold its words.
DOBBY_FUZZ_TARGET(search) {
  static const FuzzFolder folder;
  static const std::unique_ptr<Store> store =
      SmallIndex(folder.path() + "/index.db");
  const std::string query(TakeLine(input));
  const auto hits = store->Search(query, {"", 5});
  Require(hits.has_value(), "a search is no error: " + query);
  Require(hits->size() <= 5, "a search keeps to its limit");
  for (const SearchHit& hit : *hits) {
    Require(IsUtf8(hit.snippet), "a snippet is UTF-8");
  }
  RequireHighlight(input, query);
  RequireHighlight("Reads parseHTTPRequest_1 of HTTP. ", query);
  std::size_t end = 0;
  for (const Identifier& word : FindIdentifiers(input)) {
    const auto begin =
        static_cast<std::size_t>(word.whole.data() - input.data());
    Require(begin >= end, "identifiers are in order");
    end = begin + word.whole.size();
    std::size_t parts = 0;
    for (const auto part : word.parts) parts += part.size();
    Require(parts == word.whole.size(), "the parts are the whole");
  }
  (void)SplitIdentifiers(input);
}

}  // namespace dobby
