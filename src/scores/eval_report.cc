// An evaluation for programs, for a text and for a browser.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/utf8.h"
#include "dobby/evaluation.h"

namespace dobby {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kExamples = 20;     ///< Shown in the page.
constexpr std::size_t kShownCode = 1200;  ///< Bytes of an example's code.

constexpr std::string_view kStyle =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;"
    "padding:0 1rem;color:#1b1f24;background:#fff}"
    "table{border-collapse:collapse;width:100%}"
    "td,th{border-bottom:1px solid #d0d7de;padding:.3rem .6rem;text-align:left;"
    "vertical-align:top}td.n{text-align:right;font-variant-numeric:tabular-"
    "nums}"
    "pre{background:#f6f8fa;padding:.6rem;overflow:auto;max-height:16rem}"
    "@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}"
    "pre{background:#161b22}td,th{border-color:#30363d}}";

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

Metric MetricAt(std::size_t index) { return static_cast<Metric>(index); }

/// Returns "12.3 (11.8 to 12.9)".
std::string Cell(const EvalSystem& system, Metric metric) {
  const MeanInterval interval = BootstrapMean(system.scores.Of(metric));
  return Number(interval.mean) + " (" + Number(interval.low) + " to " +
         Number(interval.high) + ")";
}

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : ReplaceInvalidUtf8(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

/// A metric's bars, one a system, with their intervals as lines.
std::string Bars(const EvalReport& report, Metric metric) {
  constexpr int kLeft = 260, kWidth = 400, kRow = 26;
  const int height = kRow * static_cast<int>(report.systems.size());
  std::string svg = "<svg role=\"img\" width=\"100%\" viewBox=\"0 0 760 " +
                    std::to_string(height) + "\" aria-label=\"" +
                    std::string(NameOf(metric)) + "\">";
  int y = 0;
  for (const EvalSystem& system : report.systems) {
    const MeanInterval of = BootstrapMean(system.scores.Of(metric));
    const auto x = [](double value) {
      return Number(kLeft + kWidth * value / 100);
    };
    const std::string middle = std::to_string(y + kRow / 2);
    svg += "<text x=\"" + std::to_string(kLeft - 8) + "\" y=\"" +
           std::to_string(y + 17) +
           "\" text-anchor=\"end\" fill=\"currentColor\" font-size=\"13\">" +
           Escaped(system.name) + "</text><rect x=\"" + std::to_string(kLeft) +
           "\" y=\"" + std::to_string(y + 4) + "\" height=\"18\" width=\"" +
           Number(kWidth * of.mean / 100) + "\" fill=\"#4c8dd6\"/><path d=\"M" +
           x(of.low) + " " + middle + "H" + x(of.high) +
           "\" stroke=\"currentColor\"/><text x=\"" +
           Number(kLeft + kWidth * of.high / 100 + 8) + "\" y=\"" +
           std::to_string(y + 17) +
           "\" fill=\"currentColor\" font-size=\"13\">" + Number(of.mean) +
           "</text>";
    y += kRow;
  }
  return svg + "</svg>";
}

std::string Example(const EvalReport& report, std::size_t row) {
  const EvalRow& asked = report.rows[row];
  const std::string code =
      asked.code.size() <= kShownCode
          ? asked.code
          : asked.code.substr(0, Utf8CutAt(asked.code, kShownCode)) + "\n…";
  std::string html = "<h3>" + Escaped(asked.id) + "</h3><pre>" + Escaped(code) +
                     "</pre><table><tr><th>reference</th><td>" +
                     Escaped(asked.references.front()) + "</td><td></td></tr>";
  for (const EvalSystem& system : report.systems) {
    const EvalAnswer& answer = system.answers[row];
    std::string said;
    for (const std::string& line : answer.lines) {
      said += (said.empty() ? "" : "<br>") + Escaped(line);
    }
    if (answer.lines.empty()) said = "failed: " + Escaped(answer.error);
    html += "<tr><th>" + Escaped(system.name) + "</th><td>" + said +
            "</td><td class=\"n\">" +
            Number(system.scores.Of(Metric::kChrf)[row]) + "</td></tr>";
  }
  return html + "</table>";
}

Json Scores(const EvalSystem& system) {
  Json scores = Json::object();
  for (std::size_t m = 0; m < kMetrics; ++m) {
    const MeanInterval of = BootstrapMean(system.scores.values[m]);
    scores[std::string(NameOf(MetricAt(m)))] = {
        {"mean", of.mean}, {"low", of.low}, {"high", of.high}};
  }
  return scores;
}

Json Answers(const EvalSystem& system) {
  Json answers = Json::array();
  for (std::size_t i = 0; i < system.answers.size(); ++i) {
    const EvalAnswer& answer = system.answers[i];
    Json lines = Json::array();
    for (const std::string& line : answer.lines) {
      lines.push_back(ReplaceInvalidUtf8(line));
    }
    Json scores = Json::array();
    for (const auto& of_metric : system.scores.values) {
      scores.push_back(of_metric[i]);
    }
    Json row = {{"id", answer.id}, {"lines", lines}, {"scores", scores}};
    if (!answer.error.empty()) row["error"] = ReplaceInvalidUtf8(answer.error);
    answers.push_back(std::move(row));
  }
  return answers;
}

}  // namespace

std::string EvalJson(const EvalReport& report) {
  Json metrics = Json::array(), systems = Json::array();
  for (std::size_t m = 0; m < kMetrics; ++m) {
    metrics.push_back(NameOf(MetricAt(m)));
  }
  for (const EvalSystem& system : report.systems) {
    systems.push_back(
        {{"name", system.name},
         {"seconds", system.seconds},
         {"own_references", ShuffledPairs(report.rows, system.answers)},
         {"means", Scores(system)},
         {"answers", Answers(system)}});
  }
  const Json object = {{"schema_version", 1},
                       {"data", report.data},
                       {"rows", report.rows.size()},
                       {"metrics", metrics},
                       {"systems", systems}};
  return object.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string EvalMarkdown(const EvalReport& report) {
  std::string text = "# " + report.data + "\n\n" +
                     std::to_string(report.rows.size()) +
                     " rows. Means of 0 to 100 with 95 % bootstrap intervals; "
                     "ROUGE stemmed, F measure. Own references: how often an "
                     "answer scores more with them than with the next row's "
                     "(chance: 50 %).\n\n| system |";
  std::string line = "\n| --- |";
  for (std::size_t m = 0; m < kMetrics; ++m) {
    text += " " + std::string(NameOf(MetricAt(m))) + " |";
    line += " --- |";
  }
  text += " own references |" + line + " --- |";
  for (const EvalSystem& system : report.systems) {
    text += "\n| " + system.name + " |";
    for (std::size_t m = 0; m < kMetrics; ++m) {
      text += " " + Cell(system, MetricAt(m)) + " |";
    }
    text +=
        " " + Number(100 * ShuffledPairs(report.rows, system.answers)) + " % |";
  }
  return text + "\n";
}

std::string EvalHtml(const EvalReport& report) {
  std::string html =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta "
      "name=\"viewport\" content=\"width=device-width\"><title>" +
      Escaped(report.data) + "</title><style>" + std::string(kStyle) +
      "</style><h1>" + Escaped(report.data) + "</h1><p>" +
      std::to_string(report.rows.size()) +
      " rows; means with 95 % bootstrap intervals.</p>";
  for (std::size_t m = 0; m < kMetrics; ++m) {
    html += "<h2>" + std::string(NameOf(MetricAt(m))) + "</h2>" +
            Bars(report, MetricAt(m));
  }
  html += "<h2>Examples</h2><p>With chrF.</p>";
  // Evenly from the whole set: the first ones are often of one project.
  const std::size_t shown = std::min(kExamples, report.rows.size());
  for (std::size_t i = 0; i < shown; ++i) {
    html += Example(report, i * report.rows.size() / shown);
  }
  return html + "</html>\n";
}

}  // namespace dobby
