// Blind ratings of summaries by people, and their results.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dobby/evaluation.h"
#include "dobby/result.h"

namespace dobby {

enum class Criterion {
  kFunctionalAccuracy,
  kConciseness,
  kClarity,
  kTechnicalPrecision,
};
inline constexpr std::size_t kCriteria = 4;
std::string_view NameOf(Criterion criterion);  ///< "functional accuracy", ...

/// From kWorstScore to kBestScore, by criterion.
using CriterionScores = std::array<int, kCriteria>;
inline constexpr int kWorstScore = 1, kBestScore = 5;

/// A text to rate. If several systems say the same about a row, that is one
/// candidate, rated once for all of them.
struct Candidate {
  std::string id;  ///< A hash of row and text; it does not reveal the system.
  std::size_t row = 0;
  std::string text;                  ///< The lines, "\n" between them.
  std::vector<std::size_t> systems;  ///< The systems that wrote it.
};

/// The reference's number among the systems.
inline constexpr std::size_t kReference = 0;

/// Everything there is to rate.
struct RatingSet {
  std::vector<EvalRow> rows;         ///< Ordered by a hash; see MakeRatingSet.
  std::vector<std::string> systems;  ///< The first one is the reference.
  std::vector<Candidate> candidates;
};

/// A system's name and its answers, in any order.
using NamedAnswers = std::pair<std::string, std::vector<EvalAnswer>>;

/// Returns the rows that a system has answered, at most `most` of them (0:
/// all), and their candidates: the answers and the first reference. Rows are
/// ordered by a hash of their ids, so any first part is a sample of the whole,
/// the same for every rater. Errors: kUsage if no row is answered.
Result<RatingSet> MakeRatingSet(std::vector<EvalRow> rows,
                                std::span<const NamedAnswers> answers,
                                std::size_t most);

/// Returns the candidates (their indices in the set) in the order in which this
/// rater sees them: row by row, and within a row in an order drawn from the
/// rater's name and the row's id.
std::vector<std::size_t> OrderFor(std::string_view rater, const RatingSet& set);

/// One rater's scores for one candidate.
struct Rating {
  std::string rater, row, candidate;
  std::string text;  ///< Of the candidate, so that the file stands alone.
  CriterionScores scores{};
  std::string time;  ///< "2026-11-24T15:30:00Z".
};

/// Returns the ratings of a file of JSON lines, the last one of each rater and
/// candidate. A last line that was cut short, as by a killed process, is left
/// out and reported in `warning`. A missing file has no ratings. Errors: kIo;
/// kCorrupt with the number of any other bad line.
Result<std::vector<Rating>> ReadRatings(const std::string& path,
                                        std::string* warning);

/// A file of ratings that only this process writes.
class RatingsFile {
 public:
  /// Opens or creates the file. An incomplete last line is removed. Errors:
  /// kIo; kUsage if another process has it open.
  static Result<RatingsFile> Open(const std::string& path);
  ~RatingsFile();
  RatingsFile(RatingsFile&& other) noexcept;
  RatingsFile& operator=(RatingsFile&& other) noexcept;

  /// Appends a line and waits until it is on disk. Errors: kIo; the file is
  /// then unchanged.
  Result<void> Append(const Rating& rating);

 private:
  RatingsFile(std::string path, int fd);

  std::string path_;
  int fd_ = -1;
};

/// How far a rater is. Positions count from 0, in the order of OrderFor.
struct RaterProgress {
  std::size_t total = 0, rated = 0;
  std::size_t next = 0;  ///< The first position not rated; `total` if all are.
};

/// What a rater sees. Nothing in it reveals a system.
struct RatingItem {
  std::size_t position = 0;
  std::size_t row = 0, rows = 0;          ///< "Code 3 of 20", from 0.
  std::size_t of_row = 0, row_texts = 0;  ///< "Summary 2 of 4", from 0.
  std::string candidate, language, path, code, text;
  std::optional<CriterionScores> scores;  ///< What this rater gave before.
};

/// Serves raters and records their ratings. Thread-safe.
class RatingSession {
 public:
  /// `earlier` are the ratings that the file holds; `now` gives their time.
  RatingSession(RatingSet set, RatingsFile file,
                std::span<const Rating> earlier,
                std::function<std::string()> now);

  /// Errors of all three functions: kUsage for a name that is empty, longer
  /// than 64 bytes or not printable UTF-8. Blanks around it do not count.
  Result<RaterProgress> ProgressOf(std::string_view rater);

  /// Errors: kNotFound if there is no such position.
  Result<RatingItem> ItemAt(std::string_view rater, std::size_t position);

  /// Keeps a rating on disk. Errors: kNotFound for an unknown candidate, kUsage
  /// for a score out of range, kIo.
  Result<RaterProgress> Rate(std::string_view rater, std::string_view candidate,
                             const CriterionScores& scores);

 private:
  using Given = std::map<std::string, CriterionScores, std::less<>>;

  RaterProgress Count(const std::string& rater) const;

  const RatingSet set_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
  std::function<std::string()> now_;
  std::mutex mutex_;  ///< Of what follows.
  RatingsFile file_;
  std::map<std::string, Given, std::less<>> given_;  ///< By rater.
};

/// Returns Krippendorff's alpha for ordinal values: 1 for full agreement, 0 for
/// chance. `units` holds the values that each rated thing got from any of the
/// raters; units with fewer than two values do not count. Returns nothing if no
/// values can be paired or all are equal. Source: Krippendorff (2011),
/// Computing Krippendorff's Alpha-Reliability, section D and ordinal metric.
std::optional<double> OrdinalAlpha(std::span<const std::vector<int>> units);

/// What people thought of one system. Intervals are bootstrapped over rows.
struct RatedSystem {
  std::string name;
  std::size_t rows = 0;     ///< With a rating.
  std::size_t ratings = 0;  ///< Of all raters.
  std::array<MeanInterval, kCriteria> means;
  MeanInterval overall;  ///< Of the four.
  /// How often (0 to 1) a rater gave it at least the sum of the four scores
  /// that the same rater gave to the reference of the row.
  MeanInterval at_least_reference;
  std::size_t pairs = 0;
};

struct RatingResults {
  std::string data;
  std::size_t candidates = 0;
  std::vector<std::pair<std::string, std::size_t>> raters;  ///< With counts.
  std::vector<RatedSystem> systems;  ///< The reference first.
  std::array<std::optional<double>, kCriteria> alpha;
  std::size_t shared = 0;   ///< Candidates rated by two raters or more.
  std::size_t unknown = 0;  ///< Ratings of texts that are no answer of any
                            ///< system now.
  std::vector<std::pair<Rating, std::vector<std::string>>> ratings;
};

/// `data` is the set's name in the report.
RatingResults SumUp(const RatingSet& set, std::span<const Rating> ratings,
                    std::string data);

std::string RatingsJson(const RatingResults& results);
std::string RatingsMarkdown(const RatingResults& results);

}  // namespace dobby
