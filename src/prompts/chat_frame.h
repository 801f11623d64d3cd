// Renders the model's chat template around one user turn.
#pragma once

#include <string>

#include "dobby/result.h"
#include "prompts/prompt_text.h"

namespace dobby {

/// A model's chat template (Jinja, Hugging Face form) and the texts it uses.
struct ChatTemplate {
  std::string source;
  std::string bos_token;
  std::string eos_token;
};

/// The text that the template writes before and after the user turn. The turn's
/// own text never goes through the template.
struct ChatFrame {
  std::string before;
  std::string after;
};

/// Returns the frame of a kind: system text, examples and the place of the user
/// turn. If a template takes no system turn, its text is put in front of the
/// user's. Errors: kModel if the template fails or loses the turn.
Result<ChatFrame> FrameOf(const ChatTemplate& chat_template,
                          const KindText& kind);

}  // namespace dobby
