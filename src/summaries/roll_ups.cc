#include "summaries/roll_ups.h"

#include <utility>

#include "base/text.h"

namespace dobby {

void RollUp::Add(const std::string& name, const SummaryText& text) {
  parts.push_back({name, WithoutQuotationMarks(text.lines[0]),
                   WithoutQuotationMarks(text.lines[1])});
  evidence += name + "\n";
  if (text.grounded) evidence += text.lines[0] + "\n" + text.lines[1] + "\n";
}

void RollUps::Start(const RollUp& rollup, const KeyedWaiter& waiter) {
  const SummaryKey key =
      writer_.KeyOf(rollup.level, rollup.path, rollup.parts, rollup.draft);
  Start(
      rollup.path, key,
      [&] {
        return writer_.Assign(rollup.level, rollup.path, rollup.parts,
                              rollup.evidence, rollup.draft);
      },
      [waiter, key](const auto& text) { waiter(key, text); });
}

void RollUps::Start(const std::string& path, const SummaryKey& key,
                    const std::function<Result<Assignment>()>& assign,
                    const Waiter& waiter) {
  ++progress_.counts().rollups_known;
  if (auto found = ledger_.Find(key)) {
    ++ledger_.report().rollups_reused;
    ++progress_.counts().rollups_done;
    return waiter(*std::move(found));
  }
  const auto done = [this, path, waiter](Result<SummaryText> text) {
    ++progress_.counts().rollups_done;
    if (text) {
      ++ledger_.report().rollups_summarised;
    } else {
      text = Error{text.error().code, text.error().message, path};
    }
    waiter(text);
  };
  if (!requests_.Join(key, done)) requests_.Submit(key, assign(), done);
}

}  // namespace dobby
