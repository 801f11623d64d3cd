// Blind ratings of summaries by people, and what comes out of them.
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

/// A text that is rated. Where several systems say the same of a row, it is
/// one candidate, rated once for all of them.
struct Candidate {
  std::string id;  ///< A hash of row and text: says nothing of the system.
  std::size_t row = 0;
  std::string text;                  ///< The lines, "\n" between them.
  std::vector<std::size_t> systems;  ///< Whose text it is.
};

/// The reference's number among the systems.
inline constexpr std::size_t kReference = 0;

/// What is to be rated.
struct RatingSet {
  std::vector<EvalRow> rows;         ///< In an order of their own; see below.
  std::vector<std::string> systems;  ///< The first one is the reference.
  std::vector<Candidate> candidates;
};

/// A system's name and its answers, in any order.
using NamedAnswers = std::pair<std::string, std::vector<EvalAnswer>>;

/// Returns the rows that a system has answered, `most` at most (0: all), and
/// their candidates: the answers and the first reference. The rows are ordered
/// by a hash of their ids: any beginning is a sample of the whole, and the same
/// one for every rater. Errors: kUsage where no row is answered.
Result<RatingSet> MakeRatingSet(std::vector<EvalRow> rows,
                                std::span<const NamedAnswers> answers,
                                std::size_t most);

/// Returns the candidates (numbers in the set) in the order in which this rater
/// sees them: row by row, each row's in an order drawn from the rater's name
/// and the row's id.
std::vector<std::size_t> OrderFor(std::string_view rater, const RatingSet& set);

/// What a rater said of a candidate.
struct Rating {
  std::string rater, row, candidate;
  std::string text;  ///< Of the candidate, so that the file stands alone.
  CriterionScores scores{};
  std::string time;  ///< "2026-11-24T15:30:00Z".
};

/// Returns the ratings of a file of JSON lines, the last one of each rater and
/// candidate. A last line that was cut short, as by a killed process, is left
/// out and said in `warning`. A missing file has none. Errors: kIo; kCorrupt
/// with the number of any other bad line.
Result<std::vector<Rating>> ReadRatings(const std::string& path,
                                        std::string* warning);

/// A file of ratings that is written to by this process alone.
class RatingsFile {
 public:
  /// Opens or makes the file. Half a last line is cut off. Errors: kIo; kUsage
  /// where another process has it open.
  static Result<RatingsFile> Open(const std::string& path);
  ~RatingsFile();
  RatingsFile(RatingsFile&& other) noexcept;
  RatingsFile& operator=(RatingsFile&& other) noexcept;

  /// Appends a line and waits until the disk has it. Errors: kIo; then the file
  /// is as it was.
  Result<void> Append(const Rating& rating);

 private:
  RatingsFile(std::string path, int fd);

  std::string path_;
  int fd_ = -1;
};

/// Where a rater stands. Positions count from 0, in the order of OrderFor.
struct RaterProgress {
  std::size_t total = 0, rated = 0;
  std::size_t next = 0;  ///< The first that is not rated; `total`: none.
};

/// What a rater sees: nothing in it tells a system.
struct RatingItem {
  std::size_t position = 0;
  std::size_t row = 0, rows = 0;          ///< "Code 3 of 20", from 0.
  std::size_t of_row = 0, row_texts = 0;  ///< "Summary 2 of 4", from 0.
  std::string candidate, language, path, code, text;
  std::optional<CriterionScores> scores;  ///< What this rater gave before.
};

/// Raters at work. Any thread may call it.
class RatingSession {
 public:
  /// `earlier` are the ratings that the file holds; `now` gives their time.
  RatingSession(RatingSet set, RatingsFile file,
                std::span<const Rating> earlier,
                std::function<std::string()> now);

  /// Errors, of all three: kUsage for a name that is empty, longer than 64
  /// bytes or no printable UTF-8. Blanks around it do not count.
  Result<RaterProgress> ProgressOf(std::string_view rater);

  /// Errors: kNotFound where there is no such position.
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
/// what chance gives. `units` holds the values that each rated thing got, from
/// any of the raters; those with fewer than two don't count. Nothing where no
/// value can be paired or all are the same. Source: Krippendorff (2011),
/// Computing Krippendorff's Alpha-Reliability, section D and ordinal metric.
std::optional<double> OrdinalAlpha(std::span<const std::vector<int>> units);

/// What people thought of one system. Intervals are bootstrapped over rows.
struct RatedSystem {
  std::string name;
  std::size_t rows = 0;     ///< With a rating.
  std::size_t ratings = 0;  ///< Of all raters.
  std::array<MeanInterval, kCriteria> means;
  MeanInterval overall;  ///< Of the four.
  /// How often (0 to 1) a rater gave it at least as much as the reference of
  /// the same row, by the sum of the four; over the rows where one rated both.
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
  std::size_t unknown = 0;  ///< Ratings of texts that no system says any more.
  std::vector<std::pair<Rating, std::vector<std::string>>> ratings;
};

/// `data` is the set's name in the report.
RatingResults SumUp(const RatingSet& set, std::span<const Rating> ratings,
                    std::string data);

std::string RatingsJson(const RatingResults& results);
std::string RatingsMarkdown(const RatingResults& results);

}  // namespace dobby
