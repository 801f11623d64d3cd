// Requests to the form for rating: each gets an answer of its kind.
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/fuzz_target.h"
#include "web/rating_form.h"

namespace dobby {
namespace {

RatingSet SmallSet() {
  std::vector<EvalRow> rows;
  std::vector<EvalAnswer> answers;
  for (const char* id : {"one", "two", "three"}) {
    rows.push_back({id, "go", "a.go", "func f() {}\n", {"Does it."}});
    EvalAnswer answer;
    answer.id = id;
    answer.lines = {std::string("Does ") + id + "."};
    answers.push_back(answer);
  }
  const NamedAnswers alpha{"alpha", answers};
  auto set = MakeRatingSet(rows, std::span(&alpha, 1), 0);
  Require(set.has_value(), "a set can be made");
  return *std::move(set);
}

std::unique_ptr<RatingSession> NewSession(const std::string& path) {
  auto file = RatingsFile::Open(path);
  Require(file.has_value(), "a file of ratings can be made");
  return std::make_unique<RatingSession>(
      SmallSet(), *std::move(file), std::span<const Rating>(),
      [] { return std::string("2026-11-24T12:00:00Z"); });
}

}  // namespace

/// A byte for the method, a line for the path, and the body.
DOBBY_FUZZ_TARGET(rating_form) {
  static const FuzzFolder folder;
  static std::unique_ptr<RatingSession> session;
  static std::size_t requests = 0;
  if (requests++ % 512 == 0) {
    session.reset();
    session = NewSession(folder.Write("ratings.jsonl", ""));
  }
  WebRequest request;
  request.is_post = TakeChoice(input, 2) == 1;
  request.path = TakeLine(input);
  request.body = input;
  const WebReply reply = AnswerForm(*session, request);
  Require(reply.status == 200 || reply.status == 400 || reply.status == 404,
          "a request can't be the server's fault");
  if (!request.is_post && reply.status == 200) return;
  Require(reply.type == "application/json" &&
              nlohmann::json::parse(reply.body, nullptr, false).is_object(),
          "an answer is an object");
  if (reply.status != 200) return;
  std::string warning;
  Require(ReadRatings(folder.path() + "/ratings.jsonl", &warning).has_value() &&
              warning.empty(),
          "what was kept can be read");
}

}  // namespace dobby
