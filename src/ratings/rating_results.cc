// What raters said, summed up.
#include <algorithm>
#include <numeric>

#include "dobby/ratings.h"

namespace dobby {
namespace {

/// A rater's scores of a candidate of the set.
struct Given {
  const Rating* rating;
  const Candidate* candidate;
};

/// Values by row, so that several raters of one row count as one.
using ByRow = std::map<std::size_t, std::vector<double>>;

double SumOf(const CriterionScores& scores) {
  return std::accumulate(scores.begin(), scores.end(), 0.0);
}

MeanInterval MeanOf(const ByRow& values) {
  std::vector<double> means;
  for (const auto& [row, of_row] : values) {
    means.push_back(std::accumulate(of_row.begin(), of_row.end(), 0.0) /
                    static_cast<double>(of_row.size()));
  }
  return BootstrapMean(means);
}

bool IsOf(const Candidate& candidate, std::size_t system) {
  return std::find(candidate.systems.begin(), candidate.systems.end(),
                   system) != candidate.systems.end();
}

std::vector<Given> Known(const RatingSet& set,
                         std::span<const Rating> ratings) {
  std::map<std::string_view, const Candidate*> by_id;
  for (const Candidate& candidate : set.candidates) {
    by_id[candidate.id] = &candidate;
  }
  std::vector<Given> known;
  for (const Rating& rating : ratings) {
    const auto at = by_id.find(rating.candidate);
    if (at != by_id.end()) known.push_back({&rating, at->second});
  }
  return known;
}

/// The references' scores, summed, by rater and row.
using ReferenceSums = std::map<std::pair<std::string, std::size_t>, double>;

ReferenceSums SumsOfReferences(std::span<const Given> known) {
  ReferenceSums sums;
  for (const auto& [rating, candidate] : known) {
    if (IsOf(*candidate, kReference)) {
      sums[{rating->rater, candidate->row}] = SumOf(rating->scores);
    }
  }
  return sums;
}

RatedSystem SumUpSystem(const RatingSet& set, std::size_t system,
                        std::span<const Given> known,
                        const ReferenceSums& references) {
  RatedSystem rated;
  rated.name = set.systems[system];
  std::array<ByRow, kCriteria> values;
  ByRow overall, wins;
  for (const auto& [rating, candidate] : known) {
    if (!IsOf(*candidate, system)) continue;
    ++rated.ratings;
    const double sum = SumOf(rating->scores);
    overall[candidate->row].push_back(sum / kCriteria);
    for (std::size_t i = 0; i < kCriteria; ++i) {
      values[i][candidate->row].push_back(rating->scores[i]);
    }
    const auto reference = references.find({rating->rater, candidate->row});
    if (system == kReference || reference == references.end()) continue;
    ++rated.pairs;
    wins[candidate->row].push_back(sum >= reference->second ? 1 : 0);
  }
  rated.rows = overall.size();
  rated.overall = MeanOf(overall);
  for (std::size_t i = 0; i < kCriteria; ++i) {
    rated.means[i] = MeanOf(values[i]);
  }
  rated.at_least_reference = MeanOf(wins);
  return rated;
}

void AddAlpha(std::span<const Given> known, RatingResults* results) {
  std::map<std::string_view, std::vector<const CriterionScores*>> by_candidate;
  for (const auto& [rating, candidate] : known) {
    by_candidate[candidate->id].push_back(&rating->scores);
  }
  for (std::size_t i = 0; i < kCriteria; ++i) {
    std::vector<std::vector<int>> units;
    for (const auto& [id, scores] : by_candidate) {
      std::vector<int>& unit = units.emplace_back();
      for (const CriterionScores* of_rater : scores) {
        unit.push_back((*of_rater)[i]);
      }
    }
    results->alpha[i] = OrdinalAlpha(units);
  }
  for (const auto& [id, scores] : by_candidate) {
    results->shared += scores.size() > 1 ? 1 : 0;
  }
}

}  // namespace

RatingResults SumUp(const RatingSet& set, std::span<const Rating> ratings,
                    std::string data) {
  const std::vector<Given> known = Known(set, ratings);
  RatingResults results;
  results.data = std::move(data);
  results.candidates = set.candidates.size();
  results.unknown = ratings.size() - known.size();
  std::map<std::string, std::size_t> raters;
  for (const auto& [rating, candidate] : known) {
    ++raters[rating->rater];
    auto& [kept, systems] = results.ratings.emplace_back();
    kept = *rating;
    for (const std::size_t system : candidate->systems) {
      systems.push_back(set.systems[system]);
    }
  }
  results.raters.assign(raters.begin(), raters.end());
  const ReferenceSums references = SumsOfReferences(known);
  for (std::size_t i = 0; i < set.systems.size(); ++i) {
    results.systems.push_back(SumUpSystem(set, i, known, references));
  }
  AddAlpha(known, &results);
  return results;
}

}  // namespace dobby
