#include "prompts/chat_frame.h"

#include <dobby_text_strings.h>

#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

namespace dobby {
namespace {

/// Stands for the user turn while the template is rendered; no template
/// has a reason to change or repeat it.
constexpr std::string_view kPlaceOfTurn = "dobby-place-of-the-user-turn";

struct Message {
  std::string role;
  std::string content;
};

Error TemplateError(std::string_view why) {
  return {ErrorCode::kModel,
          "the model's chat template cannot be used: " + std::string(why),
          "chat template"};
}

Result<std::string> Render(const ChatTemplate& chat_template,
                           const std::vector<Message>& messages) {
  // Templates test `tools` and `documents` for none, not only for being there.
  nlohmann::json variables = {{"add_generation_prompt", true},
                              {"bos_token", chat_template.bos_token},
                              {"eos_token", chat_template.eos_token},
                              {"tools", nullptr},
                              {"documents", nullptr},
                              {"enable_thinking", false}};
  for (const Message& message : messages) {
    variables["messages"].push_back(
        {{"role", message.role}, {"content", message.content}});
  }
  const std::string json =
      variables.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  DtBuffer text = {};
  DtBuffer error = {};
  if (!dt_render(Borrowed(chat_template.source), Borrowed(json), &text,
                 &error)) {
    return TemplateError(Taken(error));
  }
  return Taken(text);
}

Result<ChatFrame> SplitAtTurn(const std::string& rendered) {
  const std::size_t at = rendered.find(kPlaceOfTurn);
  if (at == std::string::npos) {
    return TemplateError("it leaves the user's text out");
  }
  if (rendered.find(kPlaceOfTurn, at + 1) != std::string::npos) {
    return TemplateError("it repeats the user's text");
  }
  return ChatFrame{rendered.substr(0, at),
                   rendered.substr(at + kPlaceOfTurn.size())};
}

}  // namespace

Result<ChatFrame> FrameOf(const ChatTemplate& chat_template,
                          const KindText& kind) {
  std::vector<Message> messages = {{"system", kind.system}};
  for (const ExampleTurn& turn : kind.examples) {
    messages.push_back({"user", turn.user});
    messages.push_back({"assistant", turn.assistant});
  }
  messages.push_back({"user", std::string(kPlaceOfTurn)});
  auto rendered = Render(chat_template, messages);
  if (!rendered || rendered->find(kind.system) == std::string::npos) {
    messages.erase(messages.begin());
    messages.front().content = kind.system + "\n\n" + messages.front().content;
    rendered = Render(chat_template, messages);
  }
  if (!rendered) return rendered.error();
  return SplitAtTurn(*rendered);
}

}  // namespace dobby
