// Chat templates of strangers: refused, or they frame the user's turn.
#include <memory>
#include <string>
#include <string_view>

#include "base/fuzz_target.h"
#include "dobby/prompt.h"

namespace dobby {
namespace {

std::size_t CountBytes(std::string_view text) { return text.size(); }

void RequirePrompt(const Result<Prompt>& prompt, const std::string& code) {
  if (!prompt) {
    Require(prompt.error().code == ErrorCode::kTooLarge,
            "only a frame that is too long is an error");
    return;
  }
  Require(prompt->shared_pieces <= prompt->pieces.size(),
          "shared pieces are pieces");
  bool has_code = code.empty();
  for (const PromptPiece& piece : prompt->pieces) {
    Require(IsUtf8(piece.text), "a prompt is UTF-8");
    has_code = has_code ||
               (!piece.trusted && piece.text.find(code) != std::string::npos);
  }
  Require(has_code, "the code is in the prompt, as text that isn't trusted");
}

}  // namespace

DOBBY_FUZZ_TARGET(chat_template) {
  const std::string source(input);
  const auto kit = MakePromptKit(source, "<s>", "</s>");
  if (!kit) {
    Require(kit.error().code == ErrorCode::kModel, "an error is the model's");
    return;
  }
  const std::string code = "int Answer() { return 42; }";
  RequirePrompt(
      (*kit)->ForSentence("a.c", {"c", "C"}, code, 1 << 20, CountBytes), code);
  Require((*kit)->ForRollUp(RollUpLevel::kFile, "a.c", {}, 1 << 20, CountBytes)
                  .error()
                  .code == ErrorCode::kUsage,
          "a roll-up of nothing is a mistake");
}

}  // namespace dobby
