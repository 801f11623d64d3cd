// What is rated, and in which order.
#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "base/utf8.h"
#include "dobby/hash.h"
#include "dobby/ratings.h"

namespace dobby {
namespace {

constexpr std::size_t kIdDigits = 24;  ///< 96 bits: no two texts share an id.

std::string HexOf(std::initializer_list<std::string_view> fields) {
  FieldHasher hasher;
  for (const std::string_view field : fields) hasher.Add(field);
  return hasher.Finish().ToHex();
}

/// Returns `line` with single blanks, so that its layout tells nothing.
std::string Plain(std::string_view line) {
  std::string plain;
  for (const char c : ReplaceInvalidUtf8(Trim(line))) {
    const bool blank = kBlanks.find(c) != std::string_view::npos;
    if (!blank) {
      plain += c;
    } else if (plain.back() != ' ') {
      plain += ' ';
    }
  }
  return plain;
}

/// Returns the text of an answer as raters see it; empty where it says nothing.
std::string TextOf(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    const std::string plain = Plain(line);
    if (!plain.empty()) text += (text.empty() ? "" : "\n") + plain;
  }
  return text;
}

using Texts = std::map<std::string, std::string>;  ///< By row id.

/// Returns each system's texts, the reference's first.
std::vector<Texts> TextsOf(std::span<const EvalRow> rows,
                           std::span<const NamedAnswers> answers) {
  std::vector<Texts> all(1);
  for (const EvalRow& row : rows) {
    all[kReference][row.id] = TextOf({row.references.front()});
  }
  for (const auto& [name, of_system] : answers) {
    Texts texts;
    for (const EvalAnswer& answer : of_system) {
      texts[answer.id] = TextOf(answer.lines);
    }
    all.push_back(std::move(texts));
  }
  return all;
}

/// Returns the different texts about a row, with who says them.
std::vector<Candidate> CandidatesOf(const EvalRow& row, std::size_t number,
                                    const std::vector<Texts>& all) {
  std::vector<Candidate> candidates;
  for (std::size_t system = 0; system < all.size(); ++system) {
    const auto at = all[system].find(row.id);
    if (at == all[system].end() || at->second.empty()) continue;
    const std::string& text = at->second;
    auto same =
        std::find_if(candidates.begin(), candidates.end(),
                     [&](const Candidate& c) { return c.text == text; });
    if (same == candidates.end()) {
      const std::string id = HexOf({row.id, text}).substr(0, kIdDigits);
      candidates.push_back({id, number, text, {}});
      same = std::prev(candidates.end());
    }
    same->systems.push_back(system);
  }
  return candidates;
}

bool IsAnswered(const std::vector<Candidate>& candidates) {
  return std::any_of(
      candidates.begin(), candidates.end(),
      [](const Candidate& c) { return c.systems.back() != kReference; });
}

}  // namespace

std::string_view NameOf(Criterion criterion) {
  constexpr std::string_view kNames[] = {"functional accuracy", "conciseness",
                                         "clarity", "technical precision"};
  return kNames[static_cast<std::size_t>(criterion)];
}

Result<RatingSet> MakeRatingSet(std::vector<EvalRow> rows,
                                std::span<const NamedAnswers> answers,
                                std::size_t most) {
  std::sort(rows.begin(), rows.end(), [](const EvalRow& a, const EvalRow& b) {
    return HexOf({a.id}) < HexOf({b.id});
  });
  const std::vector<Texts> all = TextsOf(rows, answers);
  RatingSet set;
  set.systems = {"reference"};
  for (const auto& named : answers) set.systems.push_back(named.first);
  for (EvalRow& row : rows) {
    if (most != 0 && set.rows.size() == most) break;
    auto candidates = CandidatesOf(row, set.rows.size(), all);
    if (!IsAnswered(candidates)) continue;
    std::move(candidates.begin(), candidates.end(),
              std::back_inserter(set.candidates));
    set.rows.push_back(std::move(row));
  }
  if (set.rows.empty()) {
    return Error{ErrorCode::kUsage,
                 "none of the rows is answered; answer them with `dobby eval`",
                 ""};
  }
  return set;
}

std::vector<std::size_t> OrderFor(std::string_view rater,
                                  const RatingSet& set) {
  struct Place {
    std::size_t row;
    std::string draw;
    std::size_t candidate;
    auto operator<=>(const Place&) const = default;
  };
  std::vector<Place> places;
  for (std::size_t i = 0; i < set.candidates.size(); ++i) {
    const Candidate& candidate = set.candidates[i];
    places.push_back({candidate.row,
                      HexOf({rater, set.rows[candidate.row].id, candidate.id}),
                      i});
  }
  std::sort(places.begin(), places.end());
  std::vector<std::size_t> order;
  order.reserve(places.size());
  for (const Place& place : places) order.push_back(place.candidate);
  return order;
}

}  // namespace dobby
