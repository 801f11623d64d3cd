// Rolls the summaries of parts up to one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "dobby/summary.h"
#include "summaries/run_ledger.h"
#include "summaries/run_progress.h"
#include "summaries/summary_requests.h"
#include "summaries/summary_writer.h"

namespace dobby {

/// The input of a roll-up.
struct RollUp {
  RollUpLevel level;
  std::string path;
  std::vector<RollUpPart> parts;
  std::string evidence;
  Draft draft;  ///< Its lines without a model.

  /// Adds a part. Lines that may have invented names are shown to the model but
  /// are not evidence.
  void Add(const std::string& name, const SummaryText& text);
};

/// Answers roll-ups from the index, or asks the engine for them.
class RollUps {
 public:
  using Waiter = SummaryRequests::Waiter;
  using KeyedWaiter =
      std::function<void(const SummaryKey&, const Result<SummaryText>&)>;

  /// All must outlive this.
  RollUps(const SummaryWriter& writer, SummaryRequests& requests,
          RunLedger& ledger, RunProgress& progress)
      : writer_(writer),
        requests_(requests),
        ledger_(ledger),
        progress_(progress) {}

  void Start(const RollUp& rollup, const KeyedWaiter& waiter);

  /// Answers with the summary kept under `key`, or makes the request of
  /// `assign`.
  void Start(const std::string& path, const SummaryKey& key,
             const std::function<Result<Assignment>()>& assign,
             const Waiter& waiter);

 private:
  const SummaryWriter& writer_;
  SummaryRequests& requests_;
  RunLedger& ledger_;
  RunProgress& progress_;
};

}  // namespace dobby
