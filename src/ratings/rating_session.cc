// Raters at work: who sees what, and what they said.
#include <algorithm>

#include "base/text.h"
#include "base/utf8.h"
#include "dobby/ratings.h"

namespace dobby {
namespace {

constexpr std::size_t kLongestName = 64;  ///< Bytes.

Result<std::string> NameOfRater(std::string_view given) {
  const std::string_view name = Trim(given);
  const bool printable = std::none_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
  if (name.empty() || name.size() > kLongestName || !printable ||
      !IsUtf8(name)) {
    return Error{ErrorCode::kUsage, "give a name of 1 to 64 bytes", "rater"};
  }
  return std::string(name);
}

}  // namespace

RatingSession::RatingSession(RatingSet set, RatingsFile file,
                             std::span<const Rating> earlier,
                             std::function<std::string()> now)
    : set_(std::move(set)), now_(std::move(now)), file_(std::move(file)) {
  for (std::size_t i = 0; i < set_.candidates.size(); ++i) {
    by_id_[set_.candidates[i].id] = i;
  }
  for (const Rating& rating : earlier) {
    if (by_id_.contains(rating.candidate)) {
      given_[rating.rater][rating.candidate] = rating.scores;
    }
  }
}

RaterProgress RatingSession::Count(const std::string& rater) const {
  const std::vector<std::size_t> order = OrderFor(rater, set_);
  RaterProgress progress{order.size(), 0, order.size()};
  const auto given = given_.find(rater);
  if (given == given_.end()) return {order.size(), 0, 0};
  for (std::size_t i = order.size(); i-- > 0;) {
    if (given->second.contains(set_.candidates[order[i]].id)) {
      ++progress.rated;
    } else {
      progress.next = i;
    }
  }
  return progress;
}

Result<RaterProgress> RatingSession::ProgressOf(std::string_view rater) {
  const auto name = NameOfRater(rater);
  if (!name) return name.error();
  const std::lock_guard lock(mutex_);
  return Count(*name);
}

Result<RatingItem> RatingSession::ItemAt(std::string_view rater,
                                         std::size_t position) {
  const auto name = NameOfRater(rater);
  if (!name) return name.error();
  const std::vector<std::size_t> order = OrderFor(*name, set_);
  if (position >= order.size()) {
    return Error{ErrorCode::kNotFound, "there is no such summary", ""};
  }
  const Candidate& candidate = set_.candidates[order[position]];
  const EvalRow& row = set_.rows[candidate.row];
  RatingItem item{position, candidate.row, set_.rows.size(), 0, 0};
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (set_.candidates[order[i]].row != candidate.row) continue;
    item.of_row += i < position ? 1 : 0;
    ++item.row_texts;
  }
  item.candidate = candidate.id;
  item.language = row.language;
  item.path = row.path;
  item.code = row.code;
  item.text = candidate.text;
  const std::lock_guard lock(mutex_);
  const Given& given = given_[*name];
  if (const auto at = given.find(candidate.id); at != given.end()) {
    item.scores = at->second;
  }
  return item;
}

Result<RaterProgress> RatingSession::Rate(std::string_view rater,
                                          std::string_view candidate,
                                          const CriterionScores& scores) {
  const auto name = NameOfRater(rater);
  if (!name) return name.error();
  const auto at = by_id_.find(candidate);
  if (at == by_id_.end()) {
    return Error{ErrorCode::kNotFound, "there is no such summary", ""};
  }
  for (const int score : scores) {
    if (score < kWorstScore || score > kBestScore) {
      return Error{ErrorCode::kUsage, "a score is a number from 1 to 5", ""};
    }
  }
  const Candidate& rated = set_.candidates[at->second];
  const std::lock_guard lock(mutex_);
  auto kept = file_.Append(
      {*name, set_.rows[rated.row].id, rated.id, rated.text, scores, now_()});
  if (!kept) return kept.error();
  given_[*name][rated.id] = scores;
  return Count(*name);
}

}  // namespace dobby
