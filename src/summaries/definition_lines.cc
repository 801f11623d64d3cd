#include "summaries/definition_lines.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/text.h"
#include "chunks/author_words.h"
#include "summaries/main_item.h"
#include "summaries/name_phrases.h"

namespace dobby {
namespace {

constexpr std::size_t kMostNames = 14;   ///< In a line, members among them.
constexpr std::size_t kMostOthers = 6;   ///< Beside one that is described.
constexpr std::size_t kMostMembers = 5;  ///< Of one type.

/// Whether an item of the kind is too small to tell what its text is for.
bool IsDetail(const std::string& kind) {
  return kind == "key" || kind == "section" || kind == "constant" ||
         kind == "route" || kind == "test" || kind == "method";
}

/// Returns a name as a line shows it. That of a section of a text is its
/// author's prose, and so may be that of a test.
std::string ShownName(const std::string& kind, const std::string& name,
                      const std::string& value) {
  if (kind == "call") return value.empty() ? name : name + " " + value;
  const bool is_prose =
      kind == "section" || (kind != "route" && name.find(' ') != name.npos);
  const std::string shown = is_prose ? Quoted(name) : name;
  return value.empty() ? shown : shown + " = " + value;
}

std::vector<std::string> ShownMembers(const Item& item) {
  std::vector<std::string> names;
  names.reserve(item.members.size());
  for (const Member& member : item.members) {
    names.push_back(ShownName(member.kind, member.name, member.value));
  }
  return names;
}

/// Returns "a, b, c and 3 more" of at most `most` names; one more is shown
/// rather than counted. No "and" before the last: the list may go on.
std::string List(std::span<const std::string> names, std::size_t most) {
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

/// Returns the kind as it stands before `count` names; keys need none.
std::string KindWord(const std::string& kind, std::size_t count) {
  if (kind.empty() || kind == "key" || kind == "setting" || kind == "call") {
    return "";
  }
  return (count > 1 ? MakePlural(kind) : kind) + " ";
}

/// Returns the phrase of items [begin, end), and how many names it took.
std::pair<std::string, std::size_t> MakePhrase(const std::vector<Item>& items,
                                               std::size_t begin,
                                               std::size_t end) {
  const Item& first = items[begin];
  if (!first.members.empty()) {
    return {KindWord(first.kind, 1) +
                ShownName(first.kind, first.name, first.value) + " (" +
                List(ShownMembers(first), kMostMembers) + ")",
            1 + std::min(first.members.size(), kMostMembers)};
  }
  std::vector<std::string> names;
  for (std::size_t i = begin; i < end; ++i) {
    names.push_back(ShownName(items[i].kind, items[i].name, items[i].value));
  }
  return {KindWord(first.kind, names.size()) + List(names, kMostNames),
          names.size()};
}

std::string VerbFor(const std::vector<Item>& items) {
  const std::string& kind = items.front().kind;
  if (kind == "section") return "Has";
  if (kind == "call") return "Calls";
  return kind == "key" || kind == "setting" ? "Sets" : "Defines";
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

/// Whether an item is the file's subject or takes a tenth of the lines of all.
bool IsMost(const Item& item, const std::vector<Item>& items,
            std::string_view path) {
  std::uint64_t all = 0;
  for (const Item& other : items) all += other.lines;
  return IsSubjectOf(item, path) || 10 * item.lines >= all;
}

std::optional<DefinitionLine> LineOn(const Item& item) {
  if (SentenceAbout(item.name, item.doc).empty()) return std::nullopt;
  return DefinitionLine{OneLine("Defines " + KindWord(item.kind, 1) +
                                QuoteOn(item.name, item.doc)),
                        item.name};
}

}  // namespace

std::string QuoteOn(const std::string& subject, const std::string& doc) {
  const bool goes_on = !doc.empty() && BeginsSmall(doc);
  return subject + (goes_on ? ", which " : ": ") + Quoted(doc);
}

std::optional<DefinitionLine> LineOnMain(std::vector<Item> items,
                                         std::string_view path) {
  const auto main = FindMain(items, path);
  if (main == items.end() || !IsSubjectOf(*main, path)) return std::nullopt;
  return LineOn(*main);
}

std::optional<DefinitionLine> LineOnLargest(const std::vector<Item>& items,
                                            std::string_view path,
                                            double least_share) {
  const Item* largest = nullptr;
  double all = 0;
  for (const Item& item : items) {
    all += item.lines;
    const bool can_stand = !IsDetail(item.kind) && IsDescribed(item) &&
                           !IsPrivate(item.name, path);
    if (can_stand && (!largest || item.lines > largest->lines)) largest = &item;
  }
  if (!largest || largest->lines < least_share * all) return std::nullopt;
  return LineOn(*largest);
}

std::string HoldsLine(std::vector<Item> items, std::string_view path,
                      const std::string& told) {
  if (items.empty()) return "";
  // Of a document its headings say more than the prose below one of them.
  auto main =
      items.front().kind == "section" ? items.end() : FindMain(items, path);
  if (main != items.end() && !IsMost(*main, items, path)) main = items.end();
  const auto known = std::find_if(
      items.begin(), items.end(),
      [&told](const Item& item) { return !told.empty() && item.name == told; });
  if (known != items.end()) {
    // It is named again for its members' sake alone.
    const bool is_done = known->members.empty() && items.size() > 1;
    std::rotate(items.begin(), known, known + 1);
    if (is_done) items.erase(items.begin());
    return OneLine(MakeSentence(is_done ? "Also " : "", items));
  }
  if (main == items.end() || !told.empty()) {
    const bool is_one = items.size() == 1 && items.front().members.empty() &&
                        !items.front().signature.empty();
    return is_one ? OneLine("Defines `" + items.front().signature + "`.")
                  : OneLine(MakeSentence("", items));
  }
  const Item item = std::move(*main);
  items.erase(main);
  const std::string members =
      item.members.empty()
          ? ""
          : " (" + List(ShownMembers(item), kMostMembers) + ")";
  std::string line = "Defines " + KindWord(item.kind, 1) +
                     QuoteOn(item.name + members, item.doc);
  if (!items.empty()) line += " " + MakeSentence("Also ", items, kMostOthers);
  return OneLine(line);
}

}  // namespace dobby
