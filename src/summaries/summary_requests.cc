#include "summaries/summary_requests.h"

namespace dobby {

bool SummaryRequests::Join(const SummaryKey& key, const Waiter& waiter) {
  const auto open = open_.find(key.ToHex());
  if (open == open_.end()) return false;
  open->second.waiters.push_back(waiter);
  return true;
}

void SummaryRequests::Submit(const SummaryKey& key,
                             Result<Assignment> assignment, Waiter waiter) {
  if (!assignment) return waiter(assignment.error());
  assignment->request.stop = stop_;
  Request request = assignment->request;
  OpenKey& open = open_[key.ToHex()];
  open.assignment = std::move(*assignment);
  open.assignment.request.prompt.clear();
  open.waiters.push_back(std::move(waiter));
  progress_.counts().in_flight = open_.size();
  engine_->Submit(std::move(request),
                  [post = post_, key](Result<Completion> result) {
                    post({key, std::move(result)});
                  });
}

void SummaryRequests::TakeAnswer(KeyAnswer answer) {
  auto asked = open_.extract(answer.key.ToHex());
  progress_.counts().in_flight = open_.size();
  const OpenKey& open = asked.mapped();
  Result<SummaryText> text = Error{};
  if (answer.completion) {
    text = writer_.TextOf(*answer.completion, open.assignment);
    // What a model says of two texts, it says of neither.
    const bool is_models = text->voices[0] == Voice::kModel;
    if (is_models && !sentences_.insert(text->lines[0]).second) {
      writer_.Withhold(open.assignment, *text);
    }
    ledger_.report().prompt_tokens += text->prompt_tokens;
    ledger_.report().generated_tokens += text->generated_tokens;
    if (!ledger_.Save(answer.key, *text)) return;
  } else {
    text = answer.completion.error();
  }
  for (const Waiter& waiter : open.waiters) waiter(text);
  progress_.Show();
}

}  // namespace dobby
