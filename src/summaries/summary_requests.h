// Asking the engine for summaries.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <unordered_map>
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

/// The summaries that the engine is asked for, once a key: who wants one that
/// is under way waits for the same answer. All calls come from one thread.
class SummaryRequests {
 public:
  using Waiter = std::function<void(const Result<SummaryText>&)>;
  /// Brings an answer to the thread of this object; called from any thread.
  using Post = std::function<void(KeyAnswer)>;

  /// All but `stop` and `post` must outlive this, and every answer be taken.
  SummaryRequests(Engine& engine, const SummaryWriter& writer,
                  RunLedger& ledger, RunProgress& progress, Post post)
      : engine_(engine),
        writer_(writer),
        ledger_(ledger),
        progress_(progress),
        post_(std::move(post)) {}

  /// Requests that are made from now on end with this stop.
  void set_stop(std::stop_token stop) { stop_ = std::move(stop); }

  /// How many keys are asked for.
  std::size_t size() const { return open_.size(); }

  /// Waits for the answer to a request that was made; false where none was.
  bool Join(const SummaryKey& key, const Waiter& waiter);

  /// Makes a request; one that cannot be made is answered at once.
  void Submit(const SummaryKey& key, Result<Assignment> assignment,
              Waiter waiter);

  /// Keeps what the engine said and tells those who wait.
  void TakeAnswer(KeyAnswer answer);

 private:
  struct OpenKey {
    Assignment assignment;
    std::vector<Waiter> waiters;
  };

  Engine& engine_;
  const SummaryWriter& writer_;
  RunLedger& ledger_;
  RunProgress& progress_;
  const Post post_;
  std::stop_token stop_;
  std::unordered_map<std::string, OpenKey> open_;  ///< By hex key.
};

}  // namespace dobby
