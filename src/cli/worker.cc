#include "cli/worker.h"

#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <thread>
#include <utility>

#include "base/json_depth.h"
#include "base/json_escapes.h"
#include "dobby/output.h"

namespace dobby::cli {
namespace {

using Json = nlohmann::ordered_json;

/// Code over the limit that `index` has for files is no snippet.
constexpr std::size_t kMaxCodeBytes = 4u << 20;
/// PATH_MAX of Linux.
constexpr std::size_t kMaxNameBytes = 4096;
/// Room for code of that size with escapes in it. A longer line is read to its
/// end and refused.
constexpr std::size_t kMaxLineBytes = 16u << 20;

/// A request as it was read: a snippet or what is wrong with the line.
struct Request {
  Json id;
  Result<Summariser::Snippet> snippet;
};

std::string Dump(const Json& json) {
  return EscapeInvisible(
      json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string ErrorLine(const Json& id, const Error& error) {
  return Dump({{"id", id},
               {"error",
                {{"code", CodeInfoOf(error.code).name},
                 {"message", error.ToString()}}}});
}

std::string SummaryLine(const Json& id, const SummaryText& text,
                        bool sentence) {
  Json lines = Json::array({text.lines[0]});
  Json voices = Json::array({NameOf(text.voices[0])});
  if (!sentence) {
    lines.push_back(text.lines[1]);
    voices.push_back(NameOf(text.voices[1]));
  }
  return Dump({{"id", id},
               {"lines", lines},
               {"voices", voices},
               {"model", text.model},
               {"prompt_tokens", text.prompt_tokens},
               {"generated_tokens", text.generated_tokens},
               {"ms", text.ms},
               {"grounded", text.grounded},
               {"truncated", text.truncated}});
}

Error BadField(const std::string& what) {
  return {ErrorCode::kUsage, what, ""};
}

/// Returns a text field, "" where there is none; false when it is no text.
bool ReadText(const Json& object, const char* name, std::string* text) {
  const auto at = object.find(name);
  if (at == object.end() || at->is_null()) return true;
  if (!at->is_string()) return false;
  *text = at->get<std::string>();
  return true;
}

Result<Summariser::Snippet> SnippetOf(const Json& object) {
  Summariser::Snippet snippet;
  std::string style;
  for (const auto& [name, text] : {std::pair{"code", &snippet.code},
                                   {"path", &snippet.path},
                                   {"lang", &snippet.language},
                                   {"style", &style}}) {
    if (!ReadText(object, name, text)) {
      return BadField("\"" + std::string(name) + "\" must be a string");
    }
  }
  if (snippet.code.empty()) {
    return BadField("\"code\" is missing or empty; give the source text");
  }
  if (snippet.code.size() > kMaxCodeBytes) {
    return Error{ErrorCode::kTooLarge, "\"code\" is over 4 MiB", ""};
  }
  for (const auto& [name, text] :
       {std::pair{"path", &snippet.path}, {"lang", &snippet.language}}) {
    if (text->size() > kMaxNameBytes) {
      return Error{ErrorCode::kTooLarge,
                   "\"" + std::string(name) + "\" is over 4,096 bytes", ""};
    }
  }
  if (!style.empty() && style != "lines" && style != "sentence") {
    return BadField("\"style\" must be \"lines\" or \"sentence\"");
  }
  snippet.sentence = style == "sentence";
  return snippet;
}

/// Of an object, its own fields alone are kept: a line may have a million
/// others, and what is in them.
bool KeepFields(int depth, Json::parse_event_t event, Json& parsed) {
  if (event != Json::parse_event_t::key) return true;
  if (depth != 1) return false;
  const auto& key = parsed.get_ref<const std::string&>();
  for (const char* field : {"id", "code", "path", "lang", "style"}) {
    if (key == field) return true;
  }
  return false;
}

Request RequestOf(const std::string& line) {
  if (line.size() > kMaxLineBytes) {
    return {nullptr,
            Error{ErrorCode::kTooLarge, "the line is over 16 MiB", ""}};
  }
  if (auto flat = CheckJsonDepth(line); !flat) return {nullptr, flat.error()};
  Json object = Json::parse(line, KeepFields, /*allow_exceptions=*/false);
  if (object.is_discarded()) {
    object = Json::parse(ReplaceLoneSurrogates(line), KeepFields,
                         /*allow_exceptions=*/false);
  }
  if (!object.is_object()) {
    return {nullptr, BadField("the line is not a JSON object in UTF-8")};
  }
  const Json id = object.value("id", Json());
  if (!id.is_null() && !id.is_string() && !id.is_number()) {
    return {nullptr, BadField("\"id\" must be a string or a number")};
  }
  return {id, SnippetOf(object)};
}

/// Reads a line, at most one byte more than the limit of it. Returns false at
/// the end of the input.
bool ReadLine(std::istream& in, std::string* line) {
  line->clear();
  std::streambuf* bytes = in.rdbuf();
  while (true) {
    const auto c = bytes->sbumpc();
    if (c == std::char_traits<char>::eof()) return !line->empty();
    if (c == '\n') return true;
    if (line->size() <= kMaxLineBytes) line->push_back(static_cast<char>(c));
  }
}

bool IsBlank(const std::string& line) {
  return line.find_first_not_of(" \t\r") == std::string::npos;
}

}  // namespace

void Worker::Run() {
  std::thread writer([this] { WriteLoop(); });
  std::string line;
  while (!io_.stop.stop_requested()) {
    if (!WaitForRoom() || !ReadLine(io_.in, &line)) break;
    // What a stop cut off is no line.
    const bool counts = line.size() > kMaxLineBytes || !IsBlank(line);
    if (counts && !io_.stop.stop_requested()) TakeLine(line);
  }
  {
    const std::lock_guard lock(mutex_);
    input_ended_ = true;
  }
  changed_.notify_all();
  writer.join();
}

void Worker::TakeLine(const std::string& line) {
  {
    const std::lock_guard lock(mutex_);
    ++inside_;
  }
  Request request = RequestOf(line);
  if (!request.snippet) {
    Answer(ErrorLine(request.id, request.snippet.error()));
    return;
  }
  const bool sentence = request.snippet->sentence;
  request.snippet->stop = io_.stop;
  summariser_.Summarise(*request.snippet, [this, sentence, id = request.id](
                                              Result<SummaryText> text) {
    Answer(text ? SummaryLine(id, *text, sentence)
                : ErrorLine(id, text.error()));
  });
}

bool Worker::WaitForRoom() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return inside_ < limit_ || output_gone_; });
  return !output_gone_;
}

void Worker::Answer(std::string line) {
  // Notified under the lock: the last answer may be what ends this object.
  const std::lock_guard lock(mutex_);
  outbox_.push_back(std::move(line));
  changed_.notify_all();
}

void Worker::WriteLoop() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] {
      return !outbox_.empty() || (input_ended_ && inside_ == 0);
    });
    if (outbox_.empty()) return;
    const std::string line = std::move(outbox_.front());
    outbox_.pop_front();
    lock.unlock();
    io_.out << line << std::endl;  // Flushed: a program waits for it.
    lock.lock();
    --inside_;
    output_gone_ = !io_.out;
    changed_.notify_all();
  }
}

}  // namespace dobby::cli
