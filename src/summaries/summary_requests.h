// Requests summaries from the engine.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "dobby/summary.h"
#include "summaries/run_ledger.h"
#include "summaries/run_progress.h"
#include "summaries/summary_writer.h"

namespace dobby {

/// The engine's answer to the request for a key.
struct KeyAnswer {
  SummaryKey key;
  Result<Completion> completion;
};

/// The open requests, one for each key: later requests for the same key wait
/// for the same answer. All calls come from one thread.
class SummaryRequests {
 public:
  using Waiter = std::function<void(const Result<SummaryText>&)>;
  /// Passes an answer to the thread of this object. Called from any thread.
  using Post = std::function<void(KeyAnswer)>;

  /// All but `stop` and `post` must outlive this, and every answer must be
  /// taken.
  SummaryRequests(Engine* engine, const SummaryWriter& writer,
                  RunLedger& ledger, RunProgress& progress, Post post)
      : engine_(engine),
        writer_(writer),
        ledger_(ledger),
        progress_(progress),
        post_(std::move(post)) {}

  /// Later requests end with this stop.
  void set_stop(std::stop_token stop) { stop_ = std::move(stop); }

  /// Returns the number of open keys.
  std::size_t size() const { return open_.size(); }

  /// Waits for the answer to an open request; returns false if there is none.
  bool Join(const SummaryKey& key, const Waiter& waiter);

  /// Makes a request. If it cannot be made, answers at once.
  void Submit(const SummaryKey& key, Result<Assignment> assignment,
              Waiter waiter);

  /// Saves the engine's answer and passes it to all that wait for it.
  void TakeAnswer(KeyAnswer answer);

 private:
  struct OpenKey {
    Assignment assignment;
    std::vector<Waiter> waiters;
  };

  Engine* const engine_;
  const SummaryWriter& writer_;
  RunLedger& ledger_;
  RunProgress& progress_;
  const Post post_;
  std::stop_token stop_;
  std::unordered_map<std::string, OpenKey> open_;  ///< By hex key.
  std::unordered_set<std::string> sentences_;      ///< Of a model, in this run.
};

}  // namespace dobby
