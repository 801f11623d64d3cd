#include "web/rating_form.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "base/json_depth.h"
#include "base/utf8.h"
#include "dobby/web.h"
#include "web/form_files.h"

namespace dobby {
namespace {

using Json = nlohmann::ordered_json;

WebReply JsonReply(int status, const Json& object) {
  return {status, "application/json",
          object.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

WebReply ErrorReply(const Error& error) {
  return JsonReply(CodeInfoOf(error.code).http_status,
                   {{"error", error.message}});
}

WebReply ProgressReply(const Result<RaterProgress>& progress) {
  if (!progress) return ErrorReply(progress.error());
  return JsonReply(200, {{"total", progress->total},
                         {"rated", progress->rated},
                         {"next", progress->next}});
}

WebReply ItemReply(const Result<RatingItem>& item) {
  if (!item) return ErrorReply(item.error());
  return JsonReply(200,
                   {{"position", item->position},
                    {"row", item->row},
                    {"rows", item->rows},
                    {"of_row", item->of_row},
                    {"row_texts", item->row_texts},
                    {"candidate", item->candidate},
                    {"language", item->language},
                    {"path", item->path},
                    {"code", item->code},
                    {"text", item->text},
                    {"scores", item->scores ? Json(*item->scores) : Json()}});
}

std::string TextOf(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : "";
}

/// Returns an integer; none where it is missing, negative or over `most`.
std::optional<std::size_t> CountOf(const Json& number, std::size_t most) {
  if (!number.is_number_unsigned()) return std::nullopt;
  const auto count = number.get<std::uint64_t>();
  return count <= most ? std::optional(count) : std::nullopt;
}

WebReply BadRequest() {
  return JsonReply(400, {{"error", "the request makes no sense"}});
}

WebReply AnswerItem(RatingSession& session, const Json& asked) {
  const auto position =
      CountOf(asked.value("position", Json()), std::size_t{1} << 32);
  if (!position) return BadRequest();
  return ItemReply(session.ItemAt(TextOf(asked, "rater"), *position));
}

WebReply AnswerRate(RatingSession& session, const Json& asked) {
  const Json given = asked.value("scores", Json());
  if (!given.is_array() || given.size() != kCriteria) return BadRequest();
  CriterionScores scores{};
  for (std::size_t i = 0; i < kCriteria; ++i) {
    const auto score = CountOf(given[i], kBestScore);
    if (!score) return BadRequest();
    scores[i] = static_cast<int>(*score);
  }
  return ProgressReply(
      session.Rate(TextOf(asked, "rater"), TextOf(asked, "candidate"), scores));
}

WebReply AnswerPost(RatingSession& session, const WebRequest& request) {
  if (!CheckJsonDepth(request.body)) return BadRequest();
  const Json asked =
      Json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (!asked.is_object()) return BadRequest();
  if (request.path == "/progress") {
    return ProgressReply(session.ProgressOf(TextOf(asked, "rater")));
  }
  if (request.path == "/item") return AnswerItem(session, asked);
  if (request.path == "/rate") return AnswerRate(session, asked);
  return JsonReply(404, {{"error", "there is nothing here"}});
}

}  // namespace

WebReply AnswerForm(RatingSession& session, const WebRequest& request) {
  if (request.is_post) return AnswerPost(session, request);
  if (request.path == "/") {
    return {200, "text/html; charset=utf-8", kFormHtml};
  }
  if (request.path == "/form.css") {
    return {200, "text/css; charset=utf-8", kFormCss};
  }
  if (request.path == "/form.js") {
    return {200, "text/javascript; charset=utf-8", kFormJs};
  }
  return JsonReply(404, {{"error", "there is nothing here"}});
}

Result<void> ServeRatingForm(RatingSession& session,
                             const ServeOptions& options) {
  LocalServer server(
      [&session](const WebRequest& request) {
        return AnswerForm(session, request);
      },
      options.time);
  const auto address = server.Bind(options.port);
  if (!address) return address.error();
  options.ready(*address);
  return server.Run(options.stop);
}

}  // namespace dobby
