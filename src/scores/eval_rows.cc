// Reading evaluation sets, and keeping answers.
#include <fcntl.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/files.h"
#include "base/folder.h"
#include "base/json_depth.h"
#include "base/utf8.h"
#include "dobby/evaluation.h"
#include "scores/kept_answers.h"

namespace dobby {
namespace {

using Json = nlohmann::ordered_json;

std::string TextOf(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : "";
}

std::vector<std::string> TextsOf(const Json& object, const char* name) {
  std::vector<std::string> texts;
  const auto at = object.find(name);
  if (at == object.end()) return texts;
  for (const Json& text : at->is_array() ? *at : Json::array({*at})) {
    if (text.is_string()) texts.push_back(text.get<std::string>());
  }
  return texts;
}

/// Returns a whole number; 0 where there is none.
std::size_t CountOf(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_number_unsigned() ? at->get<std::size_t>()
                                                        : 0;
}

Error BadLine(const std::string& path, std::size_t number, const char* what) {
  return {ErrorCode::kUsage, what, path + ":" + std::to_string(number)};
}

/// Calls `take(object, number)` with each line of a file until an error.
template <typename Take>
Result<void> ForEachObject(const std::string& path, Take take) {
  const auto text = ReadWholeFile(path);
  if (!text) return text.error();
  std::istringstream lines(*text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (auto flat = CheckJsonDepth(line); !flat) {
      return Error{flat.error().code, flat.error().message,
                   path + ":" + std::to_string(number)};
    }
    const Json object = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (auto ok = take(object, number); !ok) return ok;
  }
  return {};
}

}  // namespace

std::string EvalAnswer::Text() const {
  std::string text;
  for (const std::string& line : lines) {
    text += (text.empty() ? "" : " ") + line;
  }
  return text;
}

Result<std::vector<EvalRow>> ReadEvalRows(const std::string& path) {
  std::vector<EvalRow> rows;
  std::set<std::string> ids;
  const auto take = [&](const Json& object,
                        std::size_t number) -> Result<void> {
    if (!object.is_object()) {
      return BadLine(path, number, "is no JSON object in UTF-8");
    }
    EvalRow row = {TextOf(object, "id"), TextOf(object, "lang"),
                   TextOf(object, "path"), TextOf(object, "code"),
                   TextsOf(object, "references")};
    if (row.references.empty()) row.references = TextsOf(object, "reference");
    if (row.id.empty() || row.code.empty() || row.references.empty()) {
      return BadLine(path, number,
                     "needs \"id\", \"code\" and \"references\" (or "
                     "\"reference\"), none of them empty");
    }
    if (!ids.insert(row.id).second) {
      return BadLine(path, number, "has the id of an earlier line");
    }
    rows.push_back(std::move(row));
    return {};
  };
  if (auto read = ForEachObject(path, take); !read) return read.error();
  if (rows.empty()) {
    return Error{ErrorCode::kUsage, "has no rows; give JSON lines", path};
  }
  return rows;
}

Result<std::vector<EvalAnswer>> ReadAnswers(const std::string& path) {
  std::vector<EvalAnswer> answers;
  const auto take = [&](const Json& object, std::size_t) -> Result<void> {
    if (!object.is_object() || TextOf(object, "id").empty()) return {};
    EvalAnswer answer;
    answer.id = TextOf(object, "id");
    answer.lines = TextsOf(object, "lines");
    if (!answer.lines.empty()) answers.push_back(std::move(answer));
    return {};
  };
  if (auto read = ForEachObject(path, take); !read) return read.error();
  if (answers.empty()) {
    return Error{ErrorCode::kUsage,
                 "has no answers; give a file that `dobby eval` keeps", path};
  }
  return answers;
}

std::vector<EvalAnswer> AnswersTo(std::span<const EvalRow> rows,
                                  std::span<const EvalAnswer> answers) {
  std::map<std::string_view, const EvalAnswer*> by_id;
  for (const EvalAnswer& answer : answers) by_id[answer.id] = &answer;
  std::vector<EvalAnswer> ordered;
  for (const EvalRow& row : rows) {
    const auto found = by_id.find(row.id);
    ordered.push_back(found != by_id.end() ? *found->second : EvalAnswer());
    if (found != by_id.end()) continue;
    ordered.back().id = row.id;
    ordered.back().error = "no answer";
  }
  return ordered;
}

KeptAnswers::KeptAnswers(std::string path, std::string key)
    : path_(std::move(path)), key_(std::move(key)) {}

Result<void> KeptAnswers::Open() {
  std::string lines;
  const auto take = [&](const Json& object, std::size_t) -> Result<void> {
    // Not a line of ours, or one that a killed run left half written.
    if (!object.is_object() || TextOf(object, "key") != key_) return {};
    EvalAnswer answer;
    answer.id = TextOf(object, "id");
    answer.lines = TextsOf(object, "lines");
    answer.prompt_tokens = CountOf(object, "prompt_tokens");
    answer.generated_tokens = CountOf(object, "generated_tokens");
    lines += object.dump() + "\n";
    answers_[answer.id] = std::move(answer);
    return {};
  };
  auto read = ForEachObject(path_, take);
  if (!read && read.error().code != ErrorCode::kNotFound) return read;
  // Written anew: what else stood there is of other models or prompts.
  if (auto written = WriteFileAtomically(path_, lines); !written) {
    return written;
  }
  auto file = OpenForWriting(path_, O_WRONLY | O_APPEND);
  if (!file) return file.error();
  file_ = *std::move(file);
  return {};
}

const EvalAnswer* KeptAnswers::Find(const std::string& id) const {
  const auto at = answers_.find(id);
  return at == answers_.end() ? nullptr : &at->second;
}

Result<void> KeptAnswers::Keep(const EvalAnswer& answer) {
  Json lines = Json::array();
  for (const std::string& line : answer.lines) {
    lines.push_back(ReplaceInvalidUtf8(line));
  }
  const Json kept = {{"id", answer.id},
                     {"key", key_},
                     {"lines", lines},
                     {"prompt_tokens", answer.prompt_tokens},
                     {"generated_tokens", answer.generated_tokens}};
  // At once: a killed run keeps it.
  return WriteAll(file_.get(), kept.dump() + "\n", path_);
}

}  // namespace dobby
