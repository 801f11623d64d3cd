#include "summaries/holds_line.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "chunks/author_words.h"
#include "summaries/main_item.h"
#include "summaries/outline_items.h"

namespace dobby {
namespace {

constexpr std::size_t kMostNames = 14;   ///< In a line, members among them.
constexpr std::size_t kMostOthers = 6;   ///< Beside one that is described.
constexpr std::size_t kMostMembers = 5;  ///< Of one type.

std::string MakePlural(const std::string& kind) {
  if (kind.ends_with("s")) return kind + "es";
  if (kind.ends_with("y")) return kind.substr(0, kind.size() - 1) + "ies";
  return kind + "s";
}

/// Returns a name as a line shows it: that of a section is its author's prose.
std::string ShownName(const Item& item) {
  return item.kind == "section" ? Quoted(item.name) : item.name;
}

/// Returns "a, b, c and 3 more" of at most `most` names; one more is shown
/// rather than counted.
std::string JoinNames(std::span<const std::string> names, std::size_t most) {
  std::string text;
  const std::size_t shown =
      names.size() == most + 1 ? most + 1 : std::min(names.size(), most);
  for (std::size_t i = 0; i < shown; ++i) {
    text += (i > 0 ? ", " : "") + names[i];
  }
  const std::size_t left = names.size() - shown;
  return left == 0 ? text : text + " and " + std::to_string(left) + " more";
}

/// Items that one phrase tells of: one with members, or neighbours of a kind.
std::size_t FindPhraseEnd(const std::vector<Item>& items, std::size_t begin) {
  std::size_t end = begin + 1;
  if (!items[begin].members.empty()) return end;
  while (end < items.size() && items[end].members.empty() &&
         items[end].kind == items[begin].kind) {
    ++end;
  }
  return end;
}

/// Returns the phrase of items [begin, end), and how many names it took.
std::pair<std::string, std::size_t> MakePhrase(const std::vector<Item>& items,
                                               std::size_t begin,
                                               std::size_t end) {
  const Item& first = items[begin];
  if (!first.members.empty()) {
    const std::string kind = first.kind.empty() ? "" : first.kind + " ";
    return {
        kind + first.name + " (" + JoinNames(first.members, kMostMembers) + ")",
        1 + std::min(first.members.size(), kMostMembers)};
  }
  std::vector<std::string> names;
  for (std::size_t i = begin; i < end; ++i)
    names.push_back(ShownName(items[i]));
  return {(names.size() > 1 ? MakePlural(first.kind) : first.kind) + " " +
              JoinNames(names, kMostNames),
          names.size()};
}

std::string VerbFor(const std::vector<Item>& items) {
  const std::string& kind = items.front().kind;
  return kind == "section" || kind == "key" ? "Has" : "Defines";
}

/// Returns "class Ring (push, pop); functions main, usage; and 3 more" of at
/// most `most` names, or one more.
std::string JoinItems(const std::vector<Item>& items, std::size_t most) {
  std::string text;
  std::size_t names = 0, begin = 0;
  while (begin < items.size()) {
    std::size_t room = most - std::min(names, most);
    if (items.size() - begin == room + 1) ++room;
    if (room == 0) break;
    const std::size_t end = std::min(FindPhraseEnd(items, begin), begin + room);
    const auto [phrase, taken] = MakePhrase(items, begin, end);
    text += (text.empty() ? "" : "; ") + phrase;
    names += taken;
    begin = end;
  }
  const std::size_t left = items.size() - begin;
  return left == 0 ? text : text + "; and " + std::to_string(left) + " more";
}

/// Returns "Defines class Ring (push, pop); function main.", or "Also defines
/// ..." behind that word.
std::string MakeSentence(const std::string& before,
                         const std::vector<Item>& items,
                         std::size_t most = kMostNames) {
  const std::string verb = VerbFor(items);
  return before + (before.empty() ? verb : Lower(verb)) + " " +
         JoinItems(items, most) + ".";
}

/// Returns the lines of a text that is about a described item, the first
/// beginning so.
std::optional<FileLines> LinesOf(std::vector<Item>& items,
                                 std::vector<Item>::iterator main,
                                 const std::string& before) {
  const std::string first = SentenceAbout(before + main->name, main->doc);
  if (first.empty()) return std::nullopt;
  std::rotate(items.begin(), main, main + 1);
  // It is named again for its members' sake alone.
  const bool is_named = items.size() > 1 && items.front().members.empty();
  if (is_named) items.erase(items.begin());
  return FileLines{first,
                   OneLine(MakeSentence(is_named ? "Also " : "", items))};
}

}  // namespace

std::string HoldsLine(std::span<const Symbol> outline, std::string_view path) {
  std::vector<Item> items = NamedItems(outline, path);
  if (items.empty()) return "";
  const auto found = FindMain(items, path);
  if (found == items.end()) {
    PutNamesakeFirst(items, path);
    return OneLine(MakeSentence("", items));
  }
  const Item main = std::move(*found);
  items.erase(found);
  const std::string members =
      main.members.empty() ? ""
                           : " (" + JoinNames(main.members, kMostMembers) + ")";
  std::string line = ShownName(main) + members + ": " + Quoted(main.doc);
  if (!items.empty()) {
    line += " " + MakeSentence("Also ", items, kMostOthers);
  }
  return OneLine(line);
}

std::string CountsOf(std::span<const Symbol> outline) {
  const std::vector<Item> items = ItemsOf(outline);
  if (items.size() == 1 && !items.front().kind.empty()) {
    return OneLine(items.front().kind + " " + items.front().name);
  }
  std::vector<std::pair<std::string, std::size_t>> counts;
  for (const Item& item : items) {
    // Of a type that is defined elsewhere, its members are defined here.
    const bool is_type = !item.kind.empty();
    const std::string kind = is_type ? item.kind : "method";
    auto count = std::find_if(counts.begin(), counts.end(),
                              [&](auto& other) { return other.first == kind; });
    if (count == counts.end()) count = counts.insert(count, {kind, 0});
    count->second += is_type ? 1 : item.members.size();
  }
  std::string text;
  for (const auto& count : counts) {
    const auto& [kind, number] = count;
    const bool is_last = &count == &counts.back();
    if (!text.empty()) text += is_last ? " and " : ", ";
    text +=
        std::to_string(number) + " " + (number == 1 ? kind : MakePlural(kind));
  }
  return text;
}

std::optional<FileLines> LinesOfMain(std::span<const Symbol> outline,
                                     std::string_view path,
                                     std::string_view opening) {
  std::vector<Item> items = NamedItems(outline, path);
  const auto main = FindMain(items, path);
  if (main == items.end() || !IsSubjectOf(*main, path)) return std::nullopt;
  const std::string subject(opening.empty() ? "This file" : opening);
  return LinesOf(items, main, subject + " defines ");
}

std::optional<FileLines> LinesOfPart(std::span<const Symbol> outline,
                                     std::string_view path,
                                     std::string_view opening) {
  std::vector<Item> items = NamedItems(outline, path);
  const auto length = [&path](const Item& item) -> std::uint32_t {
    const bool can_stand = item.kind != "method" && IsDescribed(item) &&
                           !IsPrivate(item.name, path);
    return can_stand ? item.lines : 0;
  };
  const auto main = std::max_element(
      items.begin(), items.end(),
      [&](const Item& a, const Item& b) { return length(a) < length(b); });
  if (main == items.end() || length(*main) == 0) return std::nullopt;
  return LinesOf(
      items, main,
      opening.empty() ? "Defines " : std::string(opening) + " defines ");
}

std::string HoldsLine(std::span<const std::string> names) {
  return OneLine("Holds " + JoinNames(names, kMostNames)) + ".";
}

}  // namespace dobby
