#include "engine/step_runner.h"

#include <algorithm>
#include <utility>

#include "engine/prompt_lookup.h"

namespace dobby {

StepRunner::StepRunner(ModelExecutor& executor, const EngineOptions& options,
                       std::size_t decoding_tokens, Hooks hooks)
    : executor_(executor),
      scheduler_(options.prefill_chunk_tokens, decoding_tokens),
      threads_(options.threads),
      drafts_(options.drafts && executor.limits().same_for_all_cuts),
      hooks_(std::move(hooks)) {}

void StepRunner::Run(Active active) {
  std::vector<SequenceView> views;
  views.reserve(active.size());
  for (const auto& sequence : active) {
    Draft(*sequence);
    views.push_back(sequence->view());
  }
  Compute(active, scheduler_.Plan(views));
}

void StepRunner::Compute(Active active, std::span<const PlannedSegment> plan) {
  StepReport report;
  report.start_s = hooks_.clock();
  const double cpu_start = hooks_.cpu_clock();
  Pack(active, plan);
  const auto logits = executor_.Step(step_);
  report.computed_s = hooks_.clock() - report.start_s;
  charge_s_ = ChargeOf(report.computed_s, hooks_.cpu_clock() - cpu_start);
  if (!logits) return Fail(active, plan, logits.error());
  report.computed = true;
  report.tokens = step_.tokens();
  report.segments = plan.size();
  report.prefills =
      std::any_of(plan.begin(), plan.end(), [&](const PlannedSegment& segment) {
        return segment.begin < active[segment.index]->prompt_tokens();
      });
  const double sampling_start = hooks_.clock();
  TakeResults(active, plan, *logits, report);
  report.sampling_s = hooks_.clock() - sampling_start;
  hooks_.report(report);
}

void StepRunner::Pack(Active active, std::span<const PlannedSegment> plan) {
  step_.Clear();
  for (const PlannedSegment& segment : plan) {
    const Sequence& s = *active[segment.index];
    const auto ids =
        std::span(s.tokens).subspan(segment.begin, segment.end - segment.begin);
    step_.Add(s.kv, segment.begin, ids,
              segment.wants_logits ? s.logit_rows() : 0, s.draft);
  }
}

void StepRunner::Fail(Active active, std::span<const PlannedSegment> plan,
                      const Error& error) {
  const bool again = plan.size() > 1 && error.code != ErrorCode::kCancelled;
  for (const PlannedSegment& segment : plan) {
    if (again) {
      Compute(active, {&segment, 1});
    } else {
      hooks_.finish(*active[segment.index], error);
    }
  }
}

void StepRunner::TakeResults(Active active,
                             std::span<const PlannedSegment> plan,
                             std::span<const float> logits,
                             StepReport& report) {
  const std::size_t vocab = executor_.limits().vocab;
  std::size_t row = 0;
  for (const PlannedSegment& segment : plan) {
    Sequence& s = *active[segment.index];
    s.computed = segment.end;
    const std::size_t tokens = segment.end - segment.begin + s.draft.size();
    s.charged_s += charge_s_ * static_cast<double>(tokens) /
                   static_cast<double>(step_.tokens());
    if (s.computed == s.request.shared_prefix_tokens) hooks_.prefix_done(s);
    if (!segment.wants_logits) continue;
    const std::size_t rows = s.logit_rows();
    TakeRows(s, logits.subspan(vocab * row, vocab * rows), report);
    row += rows;
  }
}

/// Returns the seconds that a step counts against time limits. While other
/// programs have the CPUs, time passes and nothing is computed: that is no
/// fault of the request, so no more counts than the CPUs that were used.
double StepRunner::ChargeOf(double wall_s, double cpu_s) const {
  return std::min(wall_s, cpu_s / threads_);
}

/// Guesses what follows the tokens of a sequence that decodes, as far as it
/// may go.
void StepRunner::Draft(Sequence& sequence) const {
  sequence.draft.clear();
  if (!drafts_ || sequence.computed < sequence.prompt_tokens()) return;
  // The last token that a sequence may have is chosen, but never computed.
  const std::size_t most = sequence.most_tokens();
  const std::size_t room = most - std::min(most, sequence.tokens.size() + 1);
  const auto draft = LookUpDraft(sequence.tokens,
                                 std::min(room, sequence.draft_length.next()));
  sequence.draft.assign(draft.begin(), draft.end());
}

/// Takes logits [1 + drafted, vocab]: the first row, and each further one as
/// long as the guess before it is what was chosen.
void StepRunner::TakeRows(Sequence& sequence, std::span<const float> rows,
                          StepReport& report) {
  const std::size_t vocab = executor_.limits().vocab;
  const std::vector<TokenId>& draft = sequence.draft;
  TakeLogits(sequence, rows.first(vocab));
  std::size_t right = 0;
  while (right < draft.size() && !sequence.finished &&
         sequence.tokens.size() == sequence.computed + 1 &&
         sequence.tokens.back() == draft[right]) {
    ++right;
    ++sequence.computed;
    TakeLogits(sequence, rows.subspan(vocab * right, vocab));
  }
  if (draft.empty()) return;
  sequence.draft_length.Observe(draft.size(), right);
  report.drafted += draft.size();
  report.right_drafts += right;
}

void StepRunner::TakeLogits(Sequence& sequence, std::span<const float> logits) {
  LineDecoder& decoder = sequence.decoder;
  const auto choice =
      sampler_.Choose(logits, sequence.request.decoding, decoder.tokens(),
                      [&](TokenId id) { return decoder.Allows(id); });
  if (!choice) return hooks_.finish(sequence, choice.error());
  sequence.most_forced = std::max(sequence.most_forced, choice->forced);
  if (sequence.first_token_s == 0) sequence.first_token_s = hooks_.clock();
  if (choice->token == kNoToken) {
    decoder.Cut();
  } else {
    decoder.Take(choice->token);
  }
  sequence.tokens.resize(sequence.prompt_tokens());
  sequence.tokens.insert(sequence.tokens.end(), decoder.tokens().begin(),
                         decoder.tokens().end());
  if (decoder.done()) hooks_.finish(sequence, {});
}

}  // namespace dobby
