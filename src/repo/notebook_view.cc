#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/json_depth.h"
#include "base/text.h"
#include "repo/code_view.h"

namespace dobby {
namespace {

/// Reads a text and counts the lines that were read.
class LineCountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  LineCountingIterator(const char* at, std::size_t* line)
      : at_(at), line_(line) {}
  reference operator*() const { return *at_; }
  LineCountingIterator& operator++() {
    *line_ += *at_ == '\n';
    ++at_;
    return *this;
  }
  bool operator==(const LineCountingIterator& other) const {
    return at_ == other.at_;
  }
  bool operator!=(const LineCountingIterator& other) const {
    return at_ != other.at_;
  }

 private:
  const char* at_;
  std::size_t* line_;
};

struct SourceString {
  std::string text;
  std::size_t line = 0;  ///< From 0.
};

struct Cell {
  std::string type;
  std::vector<SourceString> source;
};

/// Collects the cells and the language of a notebook. Source: the notebook
/// format 3 and 4 of Jupyter's nbformat.
class NotebookReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit NotebookReader(const std::size_t* line) : line_(line) {}

  std::vector<Cell> cells;
  std::string language;
  bool has_cells = false;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::json::exception&) override {
    return false;
  }

  bool start_object(std::size_t) override {
    if (IsCellList()) cells.emplace_back();
    path_.emplace_back();
    return true;
  }
  bool key(string_t& name) override {
    path_.back() = name;
    has_cells = has_cells || name == "cells";
    return true;
  }
  bool end_object() override { return Leave(); }
  bool start_array(std::size_t) override {
    path_.emplace_back("[]");
    return true;
  }
  bool end_array() override { return Leave(); }

  bool string(string_t& value) override {
    const std::string_view last =
        path_.empty() ? "" : std::string_view(path_.back());
    if (IsInCell(1) && last == "cell_type") {
      cells.back().type = std::move(value);
    } else if ((IsInCell(1) && IsSource(last)) ||
               (IsInCell(2) && last == "[]" &&
                IsSource(path_[path_.size() - 2]))) {
      cells.back().source.push_back({std::move(value), *line_});
    } else if (IsLanguage()) {
      language = std::move(value);
    }
    return true;
  }

 private:
  bool Leave() {
    path_.pop_back();
    return true;
  }
  static bool IsSource(std::string_view name) {
    return name == "source" || name == "input";
  }
  /// Whether `depth` levels up the path is that of the list of cells.
  bool EndsInCells(std::size_t depth) const {
    const std::size_t size = path_.size() - std::min(depth, path_.size());
    if (size == 2) return path_[0] == "cells" && path_[1] == "[]";
    return size == 4 && path_[0] == "worksheets" && path_[1] == "[]" &&
           path_[2] == "cells" && path_[3] == "[]";
  }
  bool IsCellList() const { return EndsInCells(0); }
  bool IsInCell(std::size_t depth) const {
    return path_.size() > depth && EndsInCells(depth) && !cells.empty();
  }
  bool IsLanguage() const {
    if (path_.size() != 3 || path_[0] != "metadata") return false;
    return (path_[1] == "language_info" && path_[2] == "name") ||
           (path_[1] == "kernelspec" && path_[2] == "language" &&
            language.empty());
  }

  const std::size_t* line_;
  std::vector<std::string> path_;  ///< Keys of objects, "[]" of arrays.
};

/// Returns how a comment of a line begins in a language.
std::string_view LineCommentOf(std::string_view id) {
  constexpr std::array<std::string_view, 13> kSlashes = {
      "c",    "cpp",        "csharp", "cuda", "fsharp", "go",        "groovy",
      "java", "javascript", "kotlin", "rust", "scala",  "typescript"};
  if (id == "haskell" || id == "lua" || id == "sql") return "-- ";
  if (id == "matlab" || id == "prolog") return "% ";
  if (id == "clojure" || id == "scheme") return ";; ";
  const bool has_slashes =
      std::find(kSlashes.begin(), kSlashes.end(), id) != kSlashes.end();
  return has_slashes ? "// " : "# ";
}

/// Whether IPython, not Python, reads a line: "%matplotlib inline", "!ls".
bool IsMagic(std::string_view line) {
  return line.starts_with('%') || line.starts_with('!') ||
         line.starts_with('?');
}

/// Writes the lines of cells in the notebook's language. Titles above the
/// first prose are left blank: the comment at the head says what the notebook
/// is for.
class CellWriter {
 public:
  CellWriter(const std::vector<Cell>& cells, std::string_view language)
      : comment_(LineCommentOf(language)),
        is_python_(language == "python"),
        has_prose_(std::any_of(cells.begin(), cells.end(), HasProse)) {}

  void Begin(const Cell& cell) {
    is_markdown_ = cell.type == "markdown";
    const bool is_magic = is_python_ && !cell.source.empty() &&
                          cell.source[0].text.starts_with("%%");
    is_code_ = cell.type == "code" && !is_magic;
  }

  void Write(std::string_view line, std::string& out) {
    if (is_markdown_ && has_prose_ && IsTitle(line)) return;
    if (is_markdown_ && !IsBlank(line)) has_prose_ = false;
    const bool is_code = is_code_ && !(is_python_ && IsMagic(line));
    if (!is_code && !IsBlank(line)) out += comment_;
    out += line;
  }

 private:
  static bool IsTitle(std::string_view line) { return line.starts_with('#'); }

  static bool HasProse(const Cell& cell) {
    if (cell.type != "markdown") return false;
    for (const SourceString& source : cell.source) {
      std::string_view rest = source.text;
      while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        if (!IsTitle(line) && !IsBlank(line)) return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
    }
    return false;
  }

  std::string_view comment_;
  bool is_python_;
  bool has_prose_;  ///< In what is not written yet.
  bool is_markdown_ = false, is_code_ = false;
};

std::string_view WithoutLineEnd(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// Returns the view with each string on its line; nothing if two of them share
/// one or one has several.
std::optional<std::string> OnTheirLines(const std::vector<Cell>& cells,
                                        std::string_view language,
                                        std::size_t lines) {
  std::string out;
  std::size_t line = 0;
  bool is_line_used = false;
  CellWriter writer(cells, language);
  for (const Cell& cell : cells) {
    writer.Begin(cell);
    for (const SourceString& source : cell.source) {
      const std::string_view text = WithoutLineEnd(source.text);
      if (text.find('\n') != text.npos) return std::nullopt;
      if (source.line == line && is_line_used) return std::nullopt;
      out.append(source.line - line, '\n');
      line = source.line;
      is_line_used = true;
      writer.Write(text, out);
    }
  }
  return out.append(lines - line, '\n');
}

std::string OneAfterAnother(const std::vector<Cell>& cells,
                            std::string_view language) {
  std::string out;
  CellWriter writer(cells, language);
  for (const Cell& cell : cells) {
    writer.Begin(cell);
    std::string text;
    for (const SourceString& source : cell.source) text += source.text;
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      writer.Write(WithoutLineEnd(rest.substr(0, end)), out);
      out += '\n';
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    out += '\n';
  }
  return out;
}

/// Returns "Jupyter notebook (Python)", for as long as the process lives.
std::string_view NotebookDisplay(const Language& language) {
  static std::mutex mutex;
  static auto* const names = new std::map<std::string_view, std::string>;
  const std::lock_guard lock(mutex);
  std::string& name = (*names)[language.id];
  if (name.empty()) {
    name = "Jupyter notebook (" + std::string(language.display) + ")";
  }
  return name;
}

}  // namespace

std::optional<CodeView> ViewNotebook(std::string_view json) {
  if (!CheckJsonDepth(json)) return std::nullopt;
  std::size_t line = 0;
  NotebookReader reader(&line);
  // A notebook that breaks off still shows the cells before.
  (void)nlohmann::json::sax_parse(
      LineCountingIterator(json.data(), &line),
      LineCountingIterator(json.data() + json.size(), &line), &reader);
  if (!reader.has_cells) return std::nullopt;
  const Language language =
      FindLanguage(reader.language).value_or(*FindLanguage("python"));
  const auto lines =
      static_cast<std::size_t>(std::count(json.begin(), json.end(), '\n'));
  auto text = OnTheirLines(reader.cells, language.id, lines);
  if (!text) text = OneAfterAnother(reader.cells, language.id);
  return CodeView{*std::move(text), {language.id, NotebookDisplay(language)}};
}

}  // namespace dobby
