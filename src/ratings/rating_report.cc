// The results of ratings for programs and as a text.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "dobby/ratings.h"

namespace dobby {
namespace {

using Json = nlohmann::ordered_json;

std::string Number(double value, const char* format = "%.2f") {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string Cell(const MeanInterval& of) {
  return Number(of.mean) + " (" + Number(of.low) + " to " + Number(of.high) +
         ")";
}

std::string Percent(const MeanInterval& of) {
  return Number(100 * of.mean, "%.0f") + " % (" + Number(100 * of.low, "%.0f") +
         " to " + Number(100 * of.high, "%.0f") + ")";
}

std::string Name(std::size_t criterion) {
  return std::string(NameOf(static_cast<Criterion>(criterion)));
}

Json Interval(const MeanInterval& of) {
  return {{"mean", of.mean}, {"low", of.low}, {"high", of.high}};
}

Json SystemJson(const RatedSystem& system, bool is_reference) {
  Json means = Json::object();
  for (std::size_t i = 0; i < kCriteria; ++i) {
    means[Name(i)] = Interval(system.means[i]);
  }
  Json object = {{"name", system.name},
                 {"rows", system.rows},
                 {"ratings", system.ratings}};
  object["means"] = system.rows > 0 ? means : Json();
  object["overall"] = system.rows > 0 ? Interval(system.overall) : Json();
  if (is_reference) return object;
  object["pairs"] = system.pairs;
  object["at_least_reference"] =
      system.pairs > 0 ? Interval(system.at_least_reference) : Json();
  return object;
}

Json RatingsOf(const RatingResults& results) {
  Json ratings = Json::array();
  for (const auto& [rating, systems] : results.ratings) {
    Json scores = Json::object();
    for (std::size_t i = 0; i < kCriteria; ++i) {
      scores[Name(i)] = rating.scores[i];
    }
    ratings.push_back({{"rater", rating.rater},
                       {"row", rating.row},
                       {"systems", systems},
                       {"scores", scores},
                       {"time", rating.time},
                       {"text", rating.text}});
  }
  return ratings;
}

/// Returns a row of the table of systems.
std::string Line(const RatedSystem& system, bool is_reference) {
  std::string line = "\n| " + system.name + " | " +
                     std::to_string(system.rows) + " | " +
                     std::to_string(system.ratings) + " |";
  for (const MeanInterval& mean : system.means) {
    line += system.rows > 0 ? " " + Cell(mean) + " |" : " - |";
  }
  line += system.rows > 0 ? " " + Cell(system.overall) + " |" : " - |";
  const bool paired = !is_reference && system.pairs > 0;
  return line +
         (paired ? " " + Percent(system.at_least_reference) + " |" : " - |");
}

std::string Systems(const RatingResults& results) {
  std::string text = "| system | rows | ratings |";
  std::string line = "\n| --- | --- | --- |";
  for (std::size_t i = 0; i < kCriteria; ++i) {
    text += " " + Name(i) + " |";
    line += " --- |";
  }
  text += " all four | at least the reference |" + line + " --- | --- |";
  for (std::size_t i = 0; i < results.systems.size(); ++i) {
    text += Line(results.systems[i], i == kReference);
  }
  return text + "\n";
}

std::string Agreement(const RatingResults& results) {
  std::string text = "\nKrippendorff's alpha (ordinal) over the " +
                     std::to_string(results.shared) +
                     " summaries that two raters or more have rated:\n";
  for (std::size_t i = 0; i < kCriteria; ++i) {
    const auto& alpha = results.alpha[i];
    text += "\n- " + Name(i) + ": " +
            (alpha ? Number(*alpha) : "undefined (nothing to compare)");
  }
  return text + "\n";
}

}  // namespace

std::string RatingsJson(const RatingResults& results) {
  Json raters = Json::array(), systems = Json::array();
  Json alpha = Json::object();
  for (const auto& [name, rated] : results.raters) {
    raters.push_back({{"name", name}, {"rated", rated}});
  }
  for (std::size_t i = 0; i < results.systems.size(); ++i) {
    systems.push_back(SystemJson(results.systems[i], i == kReference));
  }
  for (std::size_t i = 0; i < kCriteria; ++i) {
    alpha[Name(i)] = results.alpha[i] ? Json(*results.alpha[i]) : Json();
  }
  const Json object = {{"schema_version", 1},
                       {"data", results.data},
                       {"candidates", results.candidates},
                       {"raters", raters},
                       {"systems", systems},
                       {"alpha_metric", "ordinal"},
                       {"alpha", alpha},
                       {"shared_candidates", results.shared},
                       {"unknown_ratings", results.unknown},
                       {"ratings", RatingsOf(results)}};
  return object.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string RatingsMarkdown(const RatingResults& results) {
  std::string text =
      "# Ratings of " + results.data + "\n\nScores of 1 to 5 by " +
      std::to_string(results.raters.size()) +
      " raters; means over rows, with 95 % bootstrap "
      "intervals.\n\n" +
      Systems(results) + Agreement(results) + "\n| rater | rated, of " +
      std::to_string(results.candidates) + " |\n| --- | --- |\n";
  for (const auto& [name, rated] : results.raters) {
    text += "| " + name + " | " + std::to_string(rated) + " |\n";
  }
  if (results.unknown > 0) {
    text += "\n" + std::to_string(results.unknown) +
            " ratings are of texts that are not among these answers; they "
            "don't count.\n";
  }
  return text;
}

}  // namespace dobby
