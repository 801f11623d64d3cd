#include <algorithm>
#include <utility>

#include "base/text.h"
#include "dobby/prompt.h"
#include "prompts/chat_frame.h"
#include "prompts/prompt_text.h"
#include "prompts/slot_texts.h"
#include "prompts/thinned_code.h"

namespace dobby {
namespace {

/// Returns the largest n in [1, high] that `fits`, or 0 when 1 does not.
/// `fits` must hold up to some n and for none above.
template <class Fits>
std::size_t LargestThatFits(std::size_t high, const Fits& fits) {
  std::size_t best = 0;
  while (best < high) {
    const std::size_t middle = best + (high - best + 1) / 2;
    if (fits(middle)) {
      best = middle;
    } else {
      high = middle - 1;
    }
  }
  return best;
}

/// A kind's words in this model's frame.
struct Kind {
  KindText text;
  ChatFrame frame;
};

Result<Kind> KindIn(const ChatTemplate& chat_template, KindText text) {
  auto frame = FrameOf(chat_template, text);
  if (!frame) return frame.error();
  return Kind{std::move(text), *std::move(frame)};
}

/// One prompt in the making: the slot that is cut, and the room for it.
class Draft {
 public:
  Draft(const Kind& kind, SlotValues values, std::string cut_slot,
        std::size_t max_tokens, const TokenCounter& count)
      : kind_(kind),
        values_(std::move(values)),
        cut_slot_(std::move(cut_slot)),
        max_tokens_(max_tokens),
        count_(count),
        shared_(TurnOf(kind.text, values_).shared),
        frame_tokens_(count(kind.frame.before) + count(shared_) +
                      count(kind.frame.after)) {}

  /// Tells whether the prompt fits with this text in the slot.
  bool Fits(std::string text) {
    return frame_tokens_ + count_(OwnText(std::move(text))) <= max_tokens_;
  }

  std::size_t max_tokens() const { return max_tokens_; }

  /// What is longer than this cannot fit, and is not looked at: a token of code
  /// has about three bytes, and one of blanks at most 64.
  std::size_t most_bytes() const { return max_tokens_ * 64; }

  Prompt Finish(std::string text, std::size_t dropped_lines) {
    Prompt prompt;
    prompt.pieces.push_back({kind_.frame.before, /*trusted=*/true});
    if (!shared_.empty()) prompt.pieces.push_back({shared_, false});
    prompt.shared_pieces = prompt.pieces.size();
    prompt.pieces.push_back({OwnText(std::move(text)), false});
    prompt.pieces.push_back({kind_.frame.after, /*trusted=*/true});
    prompt.dropped_lines = static_cast<std::uint32_t>(dropped_lines);
    return prompt;
  }

  Error NoRoom() {
    const std::size_t tokens = frame_tokens_ + count_(OwnText(""));
    return {ErrorCode::kTooLarge,
            "the prompt takes " + std::to_string(tokens) +
                " tokens before any of the text, and the limit is " +
                std::to_string(max_tokens_) +
                "; raise the limit or take a model with a longer context",
            ""};
  }

 private:
  std::string OwnText(std::string text) {
    values_[cut_slot_] = std::move(text);
    return TurnOf(kind_.text, values_).own;
  }

  const Kind& kind_;
  SlotValues values_;
  std::string cut_slot_;
  std::size_t max_tokens_;
  const TokenCounter& count_;
  std::string shared_;
  std::size_t frame_tokens_;
};

/// Cuts after a whole line, or within the first line when not even that fits.
Result<Prompt> FitCode(Draft& draft, const FencedCode& code) {
  const std::size_t all = code.line_count();
  const std::size_t near = code.LinesWithin(draft.most_bytes());
  const auto fits = [&](std::size_t n) {
    return draft.Fits(code.FirstLines(n));
  };
  if (near == all && fits(all)) return draft.Finish(code.FirstLines(all), 0);
  const std::size_t most = std::min(near, all - std::min<std::size_t>(all, 1));
  const std::size_t lines = LargestThatFits(most, fits);
  if (lines > 0) return draft.Finish(code.FirstLines(lines), all - lines);
  const std::size_t bytes = LargestThatFits(
      std::min(code.first_line_bytes(), draft.most_bytes()),
      [&](std::size_t n) { return draft.Fits(code.StartOfLine(n)); });
  if (bytes == 0) return draft.NoRoom();
  return draft.Finish(code.StartOfLine(bytes), all);
}

/// Gives up definitions from the end; no line of them is a dropped one.
Result<Prompt> FitOutline(Draft& draft, const OutlineLines& outline) {
  const std::size_t all = outline.size();
  const auto fits = [&](std::size_t n) { return draft.Fits(outline.First(n)); };
  const std::size_t shown = fits(all) ? all : LargestThatFits(all - 1, fits);
  if (shown == 0) return draft.NoRoom();
  return draft.Finish(outline.First(shown), 0);
}

/// Gives up second lines from the end, then whole parts from the end.
Result<Prompt> FitParts(Draft& draft, const PartList& parts) {
  const std::size_t all = parts.size();
  const auto finish = [&](std::size_t shown, std::size_t whole) {
    return draft.Finish(parts.First(shown, whole),
                        parts.LinesDropped(shown, whole));
  };
  // A part takes a token at least.
  const bool may_fit = all <= draft.max_tokens();
  if (may_fit && draft.Fits(parts.First(all, all))) return finish(all, all);
  if (may_fit && draft.Fits(parts.First(all, 0))) {
    return finish(all, LargestThatFits(all - 1, [&](std::size_t whole) {
                    return draft.Fits(parts.First(all, whole));
                  }));
  }
  const std::size_t shown = LargestThatFits(
      std::min(all, draft.max_tokens() + 1) - 1,
      [&](std::size_t n) { return draft.Fits(parts.First(n, 0)); });
  if (shown == 0) return draft.NoRoom();
  return finish(shown, 0);
}

class TemplatePromptKit : public PromptKit {
 public:
  static Result<std::shared_ptr<const PromptKit>> Make(
      PromptText text, ChatTemplate chat_template, Compression compression) {
    if (chat_template.source.empty()) chat_template.source = text.plain_frame;
    auto kit = std::make_shared<TemplatePromptKit>();
    const std::pair<KindText*, Kind*> kinds[] = {
        {&text.purpose, &kit->purpose_},   {&text.outline, &kit->outline_},
        {&text.sentence, &kit->sentence_}, {&text.file, &kit->file_},
        {&text.dir, &kit->dir_},           {&text.repo, &kit->repo_}};
    for (const auto& [words, kind] : kinds) {
      auto made = KindIn(chat_template, *words);
      if (!made) return made.error();
      *kind = *std::move(made);
    }
    kit->words_ = std::move(text);
    kit->compression_ = compression;
    if (compression != PromptOptions().compression) {
      kit->words_.version += " " + std::string(NameOf(compression));
    }
    return std::shared_ptr<const PromptKit>(std::move(kit));
  }

  const std::string& version() const override { return words_.version; }

  Result<Prompt> ForChunk(std::string_view path, const Language& language,
                          const Chunk& chunk, std::size_t max_tokens,
                          const TokenCounter& count) const override {
    SlotValues values = ValuesOf(path, language);
    const bool has_outline = !chunk.enclosing.empty() || !chunk.outline.empty();
    if (compression_ == Compression::kOutline && has_outline) {
      Draft draft(outline_, std::move(values), "outline", max_tokens, count);
      return FitOutline(draft,
                        OutlineLines(chunk.enclosing, chunk.outline, words_));
    }
    values["symbols"] = SymbolList(chunk.outline, words_);
    Draft draft(purpose_, std::move(values), "code", max_tokens, count);
    const std::string shown = ShownOf(chunk.text);
    return FitCode(draft, FencedCode(shown, words_));
  }

  Result<Prompt> ForSentence(std::string_view path, const Language& language,
                             std::string_view code, std::size_t max_tokens,
                             const TokenCounter& count) const override {
    Draft draft(sentence_, ValuesOf(path, language), "code", max_tokens, count);
    return FitCode(draft, FencedCode(code, words_));
  }

  Result<Prompt> ForRollUp(RollUpLevel level, std::string_view path,
                           const std::vector<RollUpPart>& parts,
                           std::size_t max_tokens,
                           const TokenCounter& count) const override {
    if (parts.empty()) {
      return Error{ErrorCode::kUsage, "there is nothing to roll up",
                   std::string(path)};
    }
    const Kind& kind = level == RollUpLevel::kFile  ? file_
                       : level == RollUpLevel::kDir ? dir_
                                                    : repo_;
    Draft draft(kind, {{"path", OneLine(path)}}, "parts", max_tokens, count);
    return FitParts(draft, PartList(parts, words_));
  }

 private:
  static SlotValues ValuesOf(std::string_view path, const Language& language) {
    return {{"path", OneLine(path)},
            {"language", std::string(language.display)}};
  }

  /// Returns what is read of code; a text of nothing but a licence stays.
  std::string ShownOf(const std::string& code) const {
    if (compression_ != Compression::kLight) return code;
    std::string thinned = ThinnedCode(code);
    return thinned.empty() ? code : thinned;
  }

  PromptText words_;
  Compression compression_ = Compression::kNone;
  Kind purpose_, outline_, sentence_, file_, dir_, repo_;
};

}  // namespace

std::string_view NameOf(Compression compression) {
  switch (compression) {
    case Compression::kNone:
      return "none";
    case Compression::kLight:
      return "light";
    case Compression::kOutline:
      return "outline";
  }
  return "";
}

Compression CompressionOf(std::string_view name) {
  for (const auto level : {Compression::kNone, Compression::kLight}) {
    if (name == NameOf(level)) return level;
  }
  return Compression::kOutline;
}

Result<std::shared_ptr<const PromptKit>> MakePromptKit(
    const std::string& chat_template, const std::string& bos_token,
    const std::string& eos_token, const PromptOptions& options) {
  auto text = ParsePromptText(options.words.empty() ? kEmbeddedPromptText
                                                    : options.words);
  if (!text) return text.error();
  return TemplatePromptKit::Make(*std::move(text),
                                 {chat_template, bos_token, eos_token},
                                 options.compression);
}

}  // namespace dobby
