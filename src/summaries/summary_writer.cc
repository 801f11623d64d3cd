#include "summaries/summary_writer.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "summaries/allowed_words.h"
#include "summaries/opening.h"
#include "summaries/sources.h"
#include "summaries/tidy_lines.h"
#include "summaries/withholding.h"

namespace dobby {
namespace {

Decoding OneLineDecoding(Decoding decoding) {
  decoding.lines = 1;
  return decoding;
}

/// Where a token was further from what the model would have said next, its
/// sentence makes no sense: the words that it wanted are not in the text.
constexpr float kMostForced = 4;

/// Returns what a chunk's summary can speak of: its text, and the comments on
/// what it defines or goes on with, which may stand in the chunks before.
std::string EvidenceOf(std::string_view path, const Chunk& chunk) {
  std::string evidence = std::string(path) + "\n";
  evidence.append(chunk.text, 0, Utf8CutAt(chunk.text, kMostEvidenceBytes));
  for (const Symbol& symbol : chunk.enclosing) {
    evidence += "\n" + symbol.name + "\n" + symbol.doc;
  }
  for (const Symbol& symbol : chunk.outline) {
    if (evidence.size() > 2 * kMostEvidenceBytes) break;
    evidence += "\n" + symbol.doc;
  }
  return evidence;
}

}  // namespace

SummaryWriter::SummaryWriter(const Engine* engine,
                             std::shared_ptr<const PromptKit> kit,
                             const SummariserOptions& options)
    : engine_(engine), kit_(std::move(kit)), options_(options) {
  if (!engine) return;
  count_ = [engine](std::string_view text) {
    const auto ids = engine->tokenizer().Encode(text);
    return ids ? ids->size() : text.size();
  };
}

FieldHasher SummaryWriter::KeyStart(std::string_view kind) const {
  FieldHasher hasher;
  hasher.Add("dobby summary 7")
      .Add(kind)
      .Add(engine_->model().id.ToHex())  // Weights and tokenizer.
      .Add(kit_->version())
      .Add(options_.decoding.Fingerprint())
      .Add(options_.limit_words ? "limited words" : "any words")
      .Add(std::to_string(PromptLimit(options_.decoding)));
  return hasher;
}

bool SummaryWriter::Trusts(Level level) const {
  if (options_.only_model) return true;
  const auto& writes = options_.model_writes;
  return engine_ &&
         std::find(writes.begin(), writes.end(), level) != writes.end();
}

Draft SummaryWriter::DraftOf(Level level, const TextFacts& facts) const {
  if (options_.only_model) return Draft{{}, true};
  return dobby::DraftOf(facts, Trusts(level));
}

Draft SummaryWriter::DraftOf(const FolderFacts& facts) const {
  Draft draft = dobby::DraftOf(
      facts, Trusts(facts.path == "." ? Level::kRepo : Level::kDir));
  // Of a folder the model has never written the second line.
  if (options_.only_model) draft.asks_model = true;
  return draft;
}

KnownSummary SummaryWriter::Finish(const Draft& draft) const {
  KnownSummary known;
  FieldHasher hasher;
  hasher.Add("dobby lines 1");
  SummaryText& text = known.text;
  for (std::size_t i = 0; i < text.lines.size(); ++i) {
    text.lines[i] = draft.lines[i].text;
    text.voices[i] = draft.lines[i].voice;
    hasher.Add(text.lines[i]).Add(NameOf(text.voices[i]));
  }
  known.key = hasher.Finish();
  text.created_unix_s = static_cast<std::int64_t>(std::time(nullptr));
  text.prompt_version = kit_->version();
  return known;
}

std::string SummaryWriter::OpeningOf(const TextFacts& facts) const {
  if (options_.only_model) return "";
  const Chunk& chunk = facts.chunk;
  if (chunk.enclosing.empty()) {
    return FileOpening(facts.file.path, facts.file.language, chunk);
  }
  const std::string name = OneLine(chunk.enclosing.back().name);
  return name.size() > kLongestName ? "" : "This part of " + name;
}

SummaryKey SummaryWriter::KeyOf(const TextFacts& facts,
                                const Draft& draft) const {
  FieldHasher hasher = KeyStart("chunk");
  hasher.Add(facts.file.path)
      .Add(facts.file.language.id)
      .Add(facts.chunk.hash.ToHex())
      .Add(OpeningOf(facts))
      .Add(draft.lines[0].text)
      .Add(draft.lines[1].text);
  // Comments and what encloses the text may stand in the chunks before.
  for (const Symbol& symbol : facts.chunk.enclosing) {
    hasher.Add(symbol.kind).Add(symbol.name).Add(symbol.doc);
  }
  for (const Symbol& symbol : facts.chunk.outline) hasher.Add(symbol.doc);
  return hasher.Finish();
}

SummaryKey SummaryWriter::KeyOf(RollUpLevel level, std::string_view path,
                                const std::vector<RollUpPart>& parts,
                                const Draft& draft) const {
  FieldHasher hasher = KeyStart("rollup");
  hasher.Add(std::to_string(static_cast<int>(level)))
      .Add(path)
      .Add(draft.lines[0].text)
      .Add(draft.lines[1].text);
  for (const RollUpPart& part : parts) {
    hasher.Add(part.name).Add(part.first).Add(part.second);
  }
  return hasher.Finish();
}

Decoding SummaryWriter::DecodingOf(const Draft& draft) const {
  return draft.lines[1].text.empty() ? options_.decoding
                                     : OneLineDecoding(options_.decoding);
}

Result<Assignment> SummaryWriter::Assign(const TextFacts& facts,
                                         Draft draft) const {
  const Decoding decoding = DecodingOf(draft);
  std::string opening = OpeningOf(facts);
  const std::string& path = facts.file.path;
  auto assignment =
      AssignmentOf(kit_->ForChunk(path, facts.file.language, facts.chunk,
                                  PromptLimit(decoding, opening), count_),
                   decoding);
  if (!assignment) return assignment;
  assignment->evidence = EvidenceOf(path, facts.chunk);
  assignment->draft = std::move(draft);
  if (!options_.only_model) assignment->subject = path + " " + opening;
  assignment->opening = std::move(opening);
  return LimitWords(*std::move(assignment));
}

Result<Assignment> SummaryWriter::AssignSentence(std::string_view path,
                                                 const Language& language,
                                                 const Chunk& function) const {
  const Decoding decoding = OneLineDecoding(options_.decoding);
  std::string opening;
  if (!options_.only_model && !function.outline.empty()) {
    opening = FunctionOpening(function.outline.front().name, language);
  }
  auto assignment =
      AssignmentOf(kit_->ForSentence(path, language, function.text,
                                     PromptLimit(decoding, opening), count_),
                   decoding);
  if (!assignment) return assignment;
  assignment->evidence = EvidenceOf(path, function);
  assignment->draft.lines[0] = {
      opening.empty() ? "This code defines nothing by name." : opening + ".",
      Voice::kFallback, ""};
  assignment->opening = std::move(opening);
  return LimitWords(*std::move(assignment));
}

Result<Assignment> SummaryWriter::Assign(RollUpLevel level,
                                         std::string_view path,
                                         const std::vector<RollUpPart>& parts,
                                         std::string evidence,
                                         Draft draft) const {
  const Decoding decoding = OneLineDecoding(options_.decoding);
  auto assignment = AssignmentOf(
      kit_->ForRollUp(level, path, parts, PromptLimit(decoding), count_),
      decoding);
  if (!assignment) return assignment;
  assignment->evidence = std::move(evidence);
  assignment->draft = std::move(draft);
  if (!options_.only_model) assignment->subject = path;
  return LimitWords(*std::move(assignment));
}

Result<Assignment> SummaryWriter::LimitWords(Assignment assignment) const {
  Request& request = assignment.request;
  if (options_.limit_words) {
    request.decoding.words =
        WordsAllowedBy(assignment.evidence, assignment.opening);
  }
  if (assignment.opening.empty()) return assignment;
  auto ids = engine_->tokenizer().Encode(assignment.opening);
  if (!ids) return ids.error();
  request.prompt.insert(request.prompt.end(), ids->begin(), ids->end());
  return assignment;
}

SummaryText SummaryWriter::TextOf(const Completion& completion,
                                  const Assignment& assignment) const {
  SummaryText text;
  const Decoding& decoding = assignment.request.decoding;
  const bool was_forced = decoding.words != nullptr && decoding.lines == 1 &&
                          completion.most_forced > kMostForced;
  const auto written =
      TidyLines(was_forced ? "" : assignment.opening + completion.text,
                completion.line_cut);
  for (std::size_t i = 0; i < written.size(); ++i) {
    const Line& known = assignment.draft.lines[i];
    const bool is_wanted = assignment.subject.empty() ||
                           IsWorthShowing(written[i], assignment.subject);
    const bool is_models =
        !written[i].empty() && is_wanted && (i == 0 || known.text.empty());
    text.lines[i] = is_models ? written[i] : known.text;
    text.voices[i] = is_models ? Voice::kModel : known.voice;
    if (text.lines[i].empty()) {
      text.lines[i] = "The model said nothing that makes sense.";
    }
  }
  text.truncated = assignment.truncated;
  text.grounded = UngroundedIdentifiers(text.lines[0] + "\n" + text.lines[1],
                                        assignment.evidence)
                      .empty();
  text.prompt_tokens = completion.prompt_tokens;
  text.generated_tokens = completion.tokens.size();
  text.ms = completion.total_ms - completion.queued_ms;
  text.created_unix_s = static_cast<std::int64_t>(std::time(nullptr));
  text.model = engine_->model().name;
  text.prompt_version = kit_->version();
  return text;
}

void SummaryWriter::Withhold(const Assignment& assignment,
                             SummaryText& text) const {
  const Line& known = assignment.draft.lines[0];
  if (options_.only_model || known.text.empty()) return;
  text.lines[0] = known.text;
  text.voices[0] = known.voice;
}

Result<Assignment> SummaryWriter::AssignmentOf(Result<Prompt> prompt,
                                               const Decoding& decoding) const {
  if (!prompt) return prompt.error();
  Assignment assignment;
  assignment.truncated = prompt->truncated();
  Request& request = assignment.request;
  request.decoding = decoding;
  request.timeout = options_.timeout;
  const TokenId bos = engine_->model().bos;
  if (bos >= 0) request.prompt.push_back(bos);
  for (std::size_t i = 0; i < prompt->pieces.size(); ++i) {
    const PromptPiece& piece = prompt->pieces[i];
    auto ids = piece.trusted ? engine_->tokenizer().EncodeTrusted(piece.text)
                             : engine_->tokenizer().Encode(piece.text);
    if (!ids) return ids.error();
    // A template may write the begin token itself.
    const bool twice = request.prompt.size() == 1 && bos >= 0 &&
                       !ids->empty() && ids->front() == bos;
    request.prompt.insert(request.prompt.end(), ids->begin() + (twice ? 1 : 0),
                          ids->end());
    if (i + 1 == prompt->shared_pieces) {
      request.shared_prefix_tokens = request.prompt.size();
    }
  }
  return assignment;
}

std::size_t SummaryWriter::PromptLimit(const Decoding& decoding,
                                       std::string_view opening) const {
  const auto context = static_cast<std::size_t>(engine_->model().shape.context);
  const std::size_t answer = decoding.MostTokens() + count_(opening) + 16;
  const std::size_t room = context > answer ? context - answer : 0;
  return std::min(options_.max_prompt_tokens, room);
}

}  // namespace dobby
