#include "repo/linguist_table.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/text.h"

namespace dobby {
namespace {

/// A language that has an id or a display of dobby's own, since a grammar, a
/// prompt or an index knows it so.
struct OwnName {
  std::string_view linguist;  ///< Names, separated by '|'.
  Language language;
};

constexpr OwnName kOwnNames[] = {
    {"AsciiDoc", {"asciidoc", "AsciiDoc"}},
    {"Assembly|Unix Assembly|Motorola 68K Assembly", {"asm", "assembly"}},
    {"Awk", {"awk", "AWK"}},
    {"Shell", {"bash", "shell"}},
    {"Batchfile", {"batch", "Windows batch"}},
    {"Starlark", {"bazel", "Bazel"}},
    {"C++", {"cpp", "C++"}},
    {"C#", {"csharp", "C#"}},
    {"Common Lisp", {"commonlisp", "Common Lisp"}},
    {"CSV|TSV", {"csv", "CSV"}},
    {"Cuda", {"cuda", "CUDA C++"}},
    {"Diff", {"diff", "diff"}},
    {"Emacs Lisp", {"emacslisp", "Emacs Lisp"}},
    {"F#", {"fsharp", "F#"}},
    {"fish", {"fish", "fish shell"}},
    {"Fortran|Fortran Free Form", {"fortran", "Fortran"}},
    {"Go Module|Go Workspace", {"gomod", "Go module file"}},
    {"Groovy|Gradle", {"groovy", "Groovy"}},
    {"Haskell|Literate Haskell", {"haskell", "Haskell"}},
    {"INI|Java Properties|EditorConfig|Git Config|NPM Config", {"ini", "INI"}},
    {"Java Server Pages", {"jsp", "JSP"}},
    {"JSON|JSON with Comments|JSON5", {"json", "JSON"}},
    {"Jupyter Notebook", {"jupyter", "Jupyter notebook"}},
    {"Markdown|MDX|RMarkdown", {"markdown", "Markdown"}},
    {"Objective-C|Objective-C++", {"objectivec", "Objective-C"}},
    {"OpenStep Property List|XML|XML Property List|SVG|XSLT", {"xml", "XML"}},
    {"Protocol Buffer", {"protobuf", "Protocol Buffers"}},
    {"Python|Cython", {"python", "Python"}},
    {"reStructuredText", {"rst", "reStructuredText"}},
    {"SCSS|Sass", {"scss", "SCSS"}},
    {"TeX|BibTeX", {"latex", "LaTeX"}},
    {"Text", {"text", "text"}},
    {"TSX", {"tsx", "TypeScript with JSX"}},
    {"Verilog|SystemVerilog", {"verilog", "Verilog"}},
    {"Vim Script|Vim script", {"vim", "Vim script"}},
    {"VBA|VBScript|Visual Basic .NET|Visual Basic 6.0",
     {"visualbasic", "Visual Basic"}},
};

/// A name, an ending or an interpreter that linguist does not have or gives to
/// a language that more files of it are not in.
struct Extra {
  std::string_view words;  ///< Separated by blanks.
  std::string_view language;
};

constexpr Extra kExtraEndings[] = {
    {"bazel", "Starlark"}, {"cls", "TeX"},        {"ebuild", "Shell"},
    {"cpy", "COBOL"},      {"php4 phtml", "PHP"}, {"conf", "INI"},
    {"jsx", "JavaScript"}, {"text", "Text"},      {"comp", "GLSL"},
    {"psql", "SQL"},       {"zon", "Zig"},
};

constexpr Extra kExtraNames[] = {
    {"APKBUILD", "Shell"},
    {"go.work", "Go Module"},
    {"Guardfile", "Ruby"},
};

constexpr Extra kExtraInterpreters[] = {
    {"pypy uv", "Python"},
    {"ts-node tsx deno", "TypeScript"},
    {"bun", "JavaScript"},
    {"make", "Makefile"},
    {"java", "Java"},
    {"dotnet-script", "C#"},
    {"dotnet-fsi", "F#"},
    {"emacs", "Emacs Lisp"},
    {"bb clojure", "Clojure"},
    {"rdmd", "D"},
    {"octave", "MATLAB"},
    {"racket", "Racket"},
    {"dart", "Dart"},
    {"swift", "Swift"},
    {"tcc", "C"},
    {"wish expect", "Tcl"},
    {"kotlin", "Kotlin"},
};

constexpr Extra kExtraAliases[] = {
    {"py", "Python"},     {"rb", "Ruby"},     {"kt", "Kotlin"},
    {"ts", "TypeScript"}, {"cs", "C#"},       {"hs", "Haskell"},
    {"cc c++", "C++"},    {"md", "Markdown"}, {"golang", "Go"},
    {"rs", "Rust"},       {"yml", "YAML"},    {"js", "JavaScript"},
};

/// Takes the part of `text` before `separator` off it.
std::string_view TakePart(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

const Language* OwnNameOf(std::string_view linguist_name) {
  for (const OwnName& own : kOwnNames) {
    std::string_view names = own.linguist;
    while (!names.empty()) {
      if (TakePart(names, '|') == linguist_name) return &own.language;
    }
  }
  return nullptr;
}

const Language* Find(const auto& index, std::string_view key) {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : found->second;
}

}  // namespace

const LinguistTable& LinguistTable::Get() {
  static const LinguistTable* const table = new LinguistTable();
  return *table;
}

LinguistTable::LinguistTable() {
  std::string_view rows = kLinguistData;
  while (!rows.empty()) {
    const std::string_view row = TakePart(rows, '\n');
    if (!row.empty() && row[0] != '#') AddRow(row);
  }
  const auto add = [&](const auto& extras, Index& index) {
    for (const Extra& extra : extras) {
      std::string_view words = extra.words;
      const Language* language = ByName(extra.language);
      while (!words.empty() && language != nullptr) {
        index.insert_or_assign(TakePart(words, ' '), language);
      }
    }
  };
  add(kExtraEndings, endings_);
  add(kExtraNames, file_names_);
  add(kExtraInterpreters, interpreters_);
  add(kExtraAliases, names_);
}

std::string_view LinguistTable::Keep(std::string text) {
  texts_.push_back(std::move(text));
  return texts_.back();
}

const Language* LinguistTable::LanguageOf(std::string_view linguist_name) {
  const Language* own = OwnNameOf(linguist_name);
  Language language;
  if (own != nullptr) {
    language = *own;
  } else {
    std::string id = Lower(linguist_name);
    std::replace(id.begin(), id.end(), ' ', '-');
    language = {Keep(std::move(id)), linguist_name};
  }
  if (const Language* known = Find(names_, language.id)) return known;
  languages_.push_back(language);
  names_.emplace(language.id, &languages_.back());
  names_.emplace(Keep(Lower(language.display)), &languages_.back());
  return &languages_.back();
}

void LinguistTable::AddRow(std::string_view row) {
  const std::string_view name = TakePart(row, '\t');
  TakePart(row, '\t');  // The kind.
  const Language* language = LanguageOf(name);
  names_.emplace(Keep(Lower(name)), language);
  for (Index* index : {&names_, &endings_, &file_names_, &interpreters_}) {
    std::string_view words = TakePart(row, '\t');
    while (!words.empty()) index->emplace(TakePart(words, '|'), language);
  }
}

const Language* LinguistTable::ByFileName(std::string_view name) const {
  return Find(file_names_, name);
}

const Language* LinguistTable::ByEnding(std::string_view ending) const {
  return Find(endings_, ending);
}

const Language* LinguistTable::ByInterpreter(std::string_view program) const {
  return Find(interpreters_, program);
}

const Language* LinguistTable::ByName(std::string_view name) const {
  return Find(names_, Lower(name));
}

std::vector<std::string_view> LinguistTable::Names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, language] : names_) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace dobby
