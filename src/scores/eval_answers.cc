// Asking for summaries of evaluation rows.
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "dobby/evaluation.h"
#include "scores/kept_answers.h"
#include "scores/row_outline.h"

namespace dobby {
namespace {

EvalAnswer AnswerOf(const EvalRow& row, const Result<SummaryText>& text,
                    bool sentence) {
  EvalAnswer answer;
  answer.id = row.id;
  if (!text) {
    answer.error = text.error().ToString();
    return answer;
  }
  answer.lines = {text->lines[0]};
  if (!sentence) answer.lines.push_back(text->lines[1]);
  answer.prompt_tokens = text->prompt_tokens;
  answer.generated_tokens = text->generated_tokens;
  return answer;
}

/// Answers on their way, in the order of the rows.
class Asking {
 public:
  Asking(std::span<const EvalRow> rows, const EvalRun& run, KeptAnswers& kept)
      : rows_(rows), run_(run), kept_(kept), answers_(rows.size()) {}

  /// Asks for all of them and waits for those that were asked for.
  Result<std::vector<EvalAnswer>> Run(Summariser& summariser) {
    for (std::size_t i = 0; i < rows_.size() && WaitForRoom(); ++i) {
      if (const EvalAnswer* kept = kept_.Find(rows_[i].id)) {
        Take(i, *kept, /*is_new=*/false);
        continue;
      }
      const EvalRow& row = rows_[i];
      summariser.Summarise({row.code, row.path, row.language, run_.sentence},
                           [this, i](const Result<SummaryText>& text) {
                             Take(i, AnswerOf(rows_[i], text, run_.sentence),
                                  /*is_new=*/true);
                           });
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return in_flight_ == 0; });
    if (failure_) return *failure_;
    if (run_.stop.stop_requested()) {
      return Error{ErrorCode::kCancelled,
                   "stopped; what was answered is kept, run it again", ""};
    }
    return std::move(answers_);
  }

 private:
  /// Returns false when no more is to be asked for.
  bool WaitForRoom() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return in_flight_ < run_.in_flight; });
    if (failure_ || run_.stop.stop_requested()) return false;
    ++in_flight_;
    return true;
  }

  void Take(std::size_t i, EvalAnswer answer, bool is_new) {
    const std::lock_guard lock(mutex_);
    // A failure may pass: it is not kept.
    if (is_new && answer.error.empty()) {
      if (auto kept = kept_.Keep(answer); !kept) failure_ = kept.error();
    }
    answers_[i] = std::move(answer);
    --in_flight_;
    if (run_.progress) run_.progress(++done_, rows_.size());
    changed_.notify_all();
  }

  std::span<const EvalRow> rows_;
  const EvalRun& run_;
  KeptAnswers& kept_;
  std::vector<EvalAnswer> answers_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t in_flight_ = 0, done_ = 0;
  std::optional<Error> failure_;
};

template <typename Say>
std::vector<EvalAnswer> Answers(std::span<const EvalRow> rows, Say say) {
  std::vector<EvalAnswer> answers;
  for (const EvalRow& row : rows) {
    EvalAnswer answer;
    answer.id = row.id;
    answer.lines = {say(row)};
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace

Result<std::vector<EvalAnswer>> AnswerRows(Summariser& summariser,
                                           std::span<const EvalRow> rows,
                                           const EvalRun& run) {
  KeptAnswers kept(run.answers_path, run.key);
  if (auto opened = kept.Open(); !opened) return opened.error();
  return Asking(rows, run, kept).Run(summariser);
}

std::vector<EvalAnswer> ConstantAnswers(std::span<const EvalRow> rows) {
  return Answers(rows, [](const EvalRow&) { return ConstantSummary(); });
}

std::vector<EvalAnswer> NameAnswers(std::span<const EvalRow> rows) {
  return Answers(
      rows, [](const EvalRow& row) { return NameSummary(OutlineOf(row)); });
}

}  // namespace dobby
