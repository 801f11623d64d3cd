#include "summaries/summary_writer.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "summaries/allowed_words.h"
#include "summaries/holds_line.h"
#include "summaries/middle.h"
#include "summaries/opening.h"
#include "summaries/outline_items.h"
#include "summaries/text_line.h"
#include "summaries/tidy_lines.h"

namespace dobby {
namespace {

Decoding OneLineDecoding(Decoding decoding) {
  decoding.lines = 1;
  return decoding;
}

/// Where a token was further from what the model would have said next, its
/// sentence makes no sense: the words that it wanted are not in the text.
constexpr float kMostForced = 4;

/// Returns plain true statements for a text of which the model said nothing
/// that makes sense.
FileLines FallbackFor(const KnownText& text) {
  const std::string subject = text.opening.empty() ? "This code" : text.opening;
  const auto described = LinesOfPart(text.chunk.outline, text.path, subject);
  // The words are the author's though the model was asked.
  if (described) return {Quoted(described->first), described->second};
  const std::string counts = CountsOf(text.chunk.outline);
  if (!counts.empty()) {
    return {OneLine(subject + " defines " + counts + "."), text.holds};
  }
  return {text.path.empty() ? "A text without a summary."
                            : "A part of " + std::string(text.path) + ".",
          text.holds};
}

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

/// Whether an outline, or what is around the chunk, has code for a model to
/// tell about, and not keys and sections alone.
bool NamesCode(const Chunk& chunk) {
  const bool parsed = chunk.kind == SyntaxKind::kParsed;
  return !chunk.enclosing.empty() ||
         std::any_of(chunk.outline.begin(), chunk.outline.end(),
                     [parsed](const Symbol& symbol) {
                       return parsed ? !IsNamespace(symbol)
                                     : symbol.kind == "function";
                     });
}

}  // namespace

SummaryWriter::SummaryWriter(const Engine& engine,
                             std::shared_ptr<const PromptKit> kit,
                             const SummariserOptions& options)
    : engine_(engine), kit_(std::move(kit)), options_(options) {
  count_ = [&engine](std::string_view text) {
    const auto ids = engine.tokenizer().Encode(text);
    return ids ? ids->size() : text.size();
  };
}

FieldHasher SummaryWriter::KeyStart(std::string_view kind) const {
  FieldHasher hasher;
  hasher.Add("dobby summary 6")
      .Add(kind)
      .Add(engine_.model().id.ToHex())  // Weights and tokenizer.
      .Add(kit_->version())
      .Add(options_.decoding.Fingerprint())
      .Add(options_.limit_words ? "limited words" : "any words")
      .Add(std::to_string(PromptLimit(options_.decoding)));
  return hasher;
}

KnownText SummaryWriter::Describe(std::string_view path,
                                  const Language& language,
                                  const Chunk& chunk) const {
  KnownText text{path, language, chunk, "", "", std::nullopt};
  if (options_.only_model) return text;
  text.opening = chunk.enclosing.empty() ? FileOpening(path, language, chunk)
                                         : MiddleOpening(chunk.enclosing);
  text.holds = HoldsLine(chunk.outline, path);
  std::string first = MiddleSentence(chunk.enclosing);
  if (ReadsOutlines() && !NamesCode(chunk)) {
    first = TextSentence(chunk.text, language);
  }
  if (text.holds.empty()) text.holds = TextLine(chunk.text, language);
  if (!first.empty()) {
    text.described = {std::move(first), text.holds};
  } else if (chunk.first_line <= 1) {
    text.described = LinesOfMain(chunk.outline, path, text.opening);
  } else {
    text.described = LinesOfPart(chunk.outline, path);
  }
  return text;
}

SummaryKey SummaryWriter::KeyOf(const KnownText& text) const {
  FieldHasher hasher = KeyStart("chunk");
  hasher.Add(text.path)
      .Add(text.language.id)
      .Add(text.chunk.hash.ToHex())
      .Add(text.opening)
      .Add(text.holds);
  // Comments and what encloses the text may stand in the chunks before.
  for (const Symbol& symbol : text.chunk.enclosing) {
    hasher.Add(symbol.kind).Add(symbol.name).Add(symbol.doc);
  }
  for (const Symbol& symbol : text.chunk.outline) hasher.Add(symbol.doc);
  return hasher.Finish();
}

SummaryKey SummaryWriter::KeyOf(RollUpLevel level, std::string_view path,
                                const std::vector<RollUpPart>& parts,
                                std::string_view holds) const {
  FieldHasher hasher = KeyStart("rollup");
  hasher.Add(std::to_string(static_cast<int>(level))).Add(path).Add(holds);
  for (const RollUpPart& part : parts) {
    hasher.Add(part.name).Add(part.first).Add(part.second);
  }
  return hasher.Finish();
}

Result<Assignment> SummaryWriter::Assign(KnownText text) const {
  const Decoding decoding = text.holds.empty()
                                ? options_.decoding
                                : OneLineDecoding(options_.decoding);
  auto assignment =
      AssignmentOf(kit_->ForChunk(text.path, text.language, text.chunk,
                                  PromptLimit(decoding, text.opening), count_),
                   decoding);
  if (!assignment) return assignment;
  assignment->evidence = EvidenceOf(text.path, text.chunk);
  assignment->fallback = FallbackFor(text);
  assignment->second_line = std::move(text.holds);
  assignment->opening = std::move(text.opening);
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
  assignment->fallback.first =
      opening.empty() ? "This code defines nothing by name." : opening + ".";
  assignment->opening = std::move(opening);
  return LimitWords(*std::move(assignment));
}

Result<Assignment> SummaryWriter::Assign(RollUpLevel level,
                                         std::string_view path,
                                         const std::vector<RollUpPart>& parts,
                                         std::string evidence,
                                         std::string holds) const {
  const Decoding decoding = OneLineDecoding(options_.decoding);
  auto assignment = AssignmentOf(
      kit_->ForRollUp(level, path, parts, PromptLimit(decoding), count_),
      decoding);
  if (!assignment) return assignment;
  assignment->evidence = std::move(evidence);
  assignment->fallback.first =
      std::string(path) + " has " + std::to_string(parts.size()) + " parts.";
  assignment->fallback.second = holds;
  assignment->second_line = std::move(holds);
  return LimitWords(*std::move(assignment));
}

Result<Assignment> SummaryWriter::LimitWords(Assignment assignment) const {
  Request& request = assignment.request;
  if (options_.limit_words) {
    request.decoding.words =
        WordsAllowedBy(assignment.evidence, assignment.opening);
  }
  if (assignment.opening.empty()) return assignment;
  auto ids = engine_.tokenizer().Encode(assignment.opening);
  if (!ids) return ids.error();
  request.prompt.insert(request.prompt.end(), ids->begin(), ids->end());
  return assignment;
}

std::optional<KnownSummary> SummaryWriter::FromAuthor(
    const std::string& sentence, const std::string& holds) const {
  if (sentence.empty() || holds.empty()) return std::nullopt;
  KnownSummary known;
  known.key = KeyStart("author").Add(sentence).Add(holds).Finish();
  known.text.lines = {sentence, holds};
  known.text.created_unix_s = static_cast<std::int64_t>(std::time(nullptr));
  known.text.model = kAuthor;
  known.text.prompt_version = kit_->version();
  return known;
}

std::optional<KnownSummary> SummaryWriter::FromAuthor(
    const std::string& sentence, const KnownText& text) const {
  if (sentence.empty() && text.described) {
    return FromAuthor(text.described->first, text.described->second);
  }
  return FromAuthor(sentence, text.holds);
}

SummaryText SummaryWriter::TextOf(const Completion& completion,
                                  const Assignment& assignment) const {
  SummaryText text;
  const Decoding& decoding = assignment.request.decoding;
  const bool was_forced = decoding.words != nullptr && decoding.lines == 1 &&
                          completion.most_forced > kMostForced;
  text.lines = TidyLines(was_forced ? "" : assignment.opening + completion.text,
                         completion.line_cut, assignment.fallback.first);
  if (decoding.lines == 1) {
    const bool fell_back = text.lines[0] == assignment.fallback.first;
    text.lines[1] =
        fell_back ? assignment.fallback.second : assignment.second_line;
  }
  text.truncated = assignment.truncated;
  text.grounded = UngroundedIdentifiers(text.lines[0] + "\n" + text.lines[1],
                                        assignment.evidence)
                      .empty();
  text.prompt_tokens = completion.prompt_tokens;
  text.generated_tokens = completion.tokens.size();
  text.ms = completion.total_ms - completion.queued_ms;
  text.created_unix_s = static_cast<std::int64_t>(std::time(nullptr));
  text.model = engine_.model().name;
  text.prompt_version = kit_->version();
  return text;
}

Result<Assignment> SummaryWriter::AssignmentOf(Result<Prompt> prompt,
                                               const Decoding& decoding) const {
  if (!prompt) return prompt.error();
  Assignment assignment;
  assignment.truncated = prompt->truncated();
  Request& request = assignment.request;
  request.decoding = decoding;
  request.timeout = options_.timeout;
  const TokenId bos = engine_.model().bos;
  if (bos >= 0) request.prompt.push_back(bos);
  for (std::size_t i = 0; i < prompt->pieces.size(); ++i) {
    const PromptPiece& piece = prompt->pieces[i];
    auto ids = piece.trusted ? engine_.tokenizer().EncodeTrusted(piece.text)
                             : engine_.tokenizer().Encode(piece.text);
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
  const auto context = static_cast<std::size_t>(engine_.model().shape.context);
  const std::size_t answer = decoding.MostTokens() + count_(opening) + 16;
  const std::size_t room = context > answer ? context - answer : 0;
  return std::min(options_.max_prompt_tokens, room);
}

}  // namespace dobby
