#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/text.h"
#include "dobby/repo.h"

namespace dobby {
namespace {

/// One language. The lists are separated by blanks; an extension that several
/// languages use stands with the one that most files of it are in.
struct LanguageRow {
  Language language;
  std::string_view extensions;    ///< Lower case, without the dot.
  std::string_view file_names;    ///< Exact.
  std::string_view interpreters;  ///< Names after "#!", without a version.
};

constexpr LanguageRow kLanguages[] = {
    {{"ada", "Ada"}, "adb ads", "", ""},
    {{"asciidoc", "AsciiDoc"}, "adoc asciidoc", "", ""},
    {{"asm", "assembly"}, "s asm nasm", "", ""},
    {{"awk", "AWK"}, "awk", "", "awk gawk mawk"},
    {{"bash", "shell"},
     "sh bash zsh ksh bats ebuild",
     ".bashrc .bash_profile .profile .zshrc PKGBUILD APKBUILD",
     "sh bash zsh dash ksh ash"},
    {{"batch", "Windows batch"}, "bat cmd", "", ""},
    {{"bazel", "Bazel"},
     "bzl bazel star",
     "BUILD WORKSPACE BUILD.bazel WORKSPACE.bazel MODULE.bazel",
     ""},
    {{"c", "C"}, "c h", "", "tcc"},
    {{"clojure", "Clojure"}, "clj cljs cljc edn", "", "clojure bb"},
    {{"cmake", "CMake"}, "cmake", "CMakeLists.txt", ""},
    {{"cobol", "COBOL"}, "cob cbl cpy", "", ""},
    {{"commonlisp", "Common Lisp"}, "lisp lsp asd", "", "sbcl clisp"},
    {{"cpp", "C++"}, "cc cpp cxx c++ hh hpp hxx h++ ipp tpp inl ino", "", ""},
    {{"csharp", "C#"}, "cs csx", "", "dotnet-script"},
    {{"css", "CSS"}, "css", "", ""},
    {{"csv", "CSV"}, "csv tsv", "", ""},
    {{"cuda", "CUDA C++"}, "cu cuh", "", ""},
    {{"d", "D"}, "d di", "", "rdmd"},
    {{"dart", "Dart"}, "dart", "", "dart"},
    {{"diff", "diff"}, "diff patch", "", ""},
    {{"dockerfile", "Dockerfile"},
     "dockerfile",
     "Dockerfile Containerfile",
     ""},
    {{"elixir", "Elixir"}, "ex exs", "", "elixir"},
    {{"elm", "Elm"}, "elm", "", ""},
    {{"emacslisp", "Emacs Lisp"}, "el", ".emacs", "emacs"},
    {{"erlang", "Erlang"}, "erl hrl", "rebar.config", "escript"},
    {{"fish", "fish shell"}, "fish", "", "fish"},
    {{"fortran", "Fortran"}, "f f77 f90 f95 f03 f08 for", "", ""},
    {{"fsharp", "F#"}, "fs fsi fsx", "", "dotnet-fsi"},
    {{"glsl", "GLSL"}, "glsl vert frag comp geom", "", ""},
    {{"go", "Go"}, "go", "", ""},
    {{"gomod", "Go module file"}, "", "go.mod go.work", ""},
    {{"graphql", "GraphQL"}, "graphql gql", "", ""},
    {{"groovy", "Groovy"}, "groovy gradle gvy", "Jenkinsfile", "groovy"},
    {{"haskell", "Haskell"}, "hs lhs", "", "runhaskell runghc"},
    {{"hcl", "HCL"}, "hcl tf tfvars", "", ""},
    {{"html", "HTML"}, "html htm xhtml", "", ""},
    {{"ini", "INI"},
     "ini cfg conf properties",
     ".editorconfig .gitconfig .npmrc",
     ""},
    {{"java", "Java"}, "java", "", "java"},
    {{"javascript", "JavaScript"},
     "js mjs cjs jsx",
     "Jakefile",
     "node nodejs bun"},
    {{"json", "JSON"}, "json jsonc json5 geojson webmanifest", ".babelrc", ""},
    {{"julia", "Julia"}, "jl", "", "julia"},
    {{"jupyter", "Jupyter notebook"}, "ipynb", "", ""},
    {{"kotlin", "Kotlin"}, "kt kts", "", "kotlin"},
    {{"latex", "LaTeX"}, "tex sty cls bib", "", ""},
    {{"less", "Less"}, "less", "", ""},
    {{"lua", "Lua"}, "lua", "", "lua luajit"},
    {{"makefile", "Makefile"},
     "mk mak",
     "Makefile makefile GNUmakefile",
     "make"},
    {{"markdown", "Markdown"}, "md markdown mdx", "", ""},
    {{"matlab", "MATLAB"}, "m", "", "octave"},
    {{"meson", "Meson"}, "", "meson.build meson_options.txt", ""},
    {{"nim", "Nim"}, "nim nims", "", ""},
    {{"nix", "Nix"}, "nix", "", ""},
    {{"objectivec", "Objective-C"}, "mm", "", ""},
    {{"ocaml", "OCaml"}, "ml mli", "", "ocaml"},
    {{"pascal", "Pascal"}, "pas pp dpr lpr", "", ""},
    {{"perl", "Perl"}, "pl pm t", "cpanfile", "perl"},
    {{"php", "PHP"}, "php phtml php3 php4 php5", "", "php"},
    {{"powershell", "PowerShell"}, "ps1 psm1 psd1", "", "pwsh"},
    {{"prolog", "Prolog"}, "pro prolog", "", "swipl"},
    {{"protobuf", "Protocol Buffers"}, "proto", "", ""},
    {{"python", "Python"},
     "py pyi pyw pyx",
     "SConstruct SConscript wscript",
     "python pypy uv"},
    {{"r", "R"}, "r rmd", ".Rprofile", "Rscript"},
    {{"racket", "Racket"}, "rkt", "", "racket"},
    {{"rst", "reStructuredText"}, "rst", "", ""},
    {{"ruby", "Ruby"},
     "rb rake gemspec ru podspec",
     "Rakefile Gemfile Podfile Vagrantfile Guardfile Brewfile",
     "ruby jruby"},
    {{"rust", "Rust"}, "rs", "", "rust-script"},
    {{"scala", "Scala"}, "scala sc sbt", "", "scala"},
    {{"scheme", "Scheme"}, "scm ss sld", "", "guile"},
    {{"scss", "SCSS"}, "scss sass", "", ""},
    {{"solidity", "Solidity"}, "sol", "", ""},
    {{"sql", "SQL"}, "sql psql", "", ""},
    {{"svelte", "Svelte"}, "svelte", "", ""},
    {{"swift", "Swift"}, "swift", "", "swift"},
    {{"tcl", "Tcl"}, "tcl tm", "", "tclsh wish expect"},
    {{"text", "text"}, "txt text", "", ""},
    {{"toml", "TOML"}, "toml", "", ""},
    {{"tsx", "TypeScript with JSX"}, "tsx", "", ""},
    {{"typescript", "TypeScript"}, "ts mts cts", "", "ts-node deno tsx"},
    {{"verilog", "Verilog"}, "v vh sv svh", "", ""},
    {{"vhdl", "VHDL"}, "vhd vhdl", "", ""},
    {{"vim", "Vim script"}, "vim", ".vimrc", ""},
    {{"visualbasic", "Visual Basic"}, "vb vbs bas", "", ""},
    {{"vue", "Vue"}, "vue", "", ""},
    {{"wgsl", "WGSL"}, "wgsl", "", ""},
    {{"xml", "XML"}, "xml xsd xsl xslt svg csproj vcxproj plist", "", ""},
    {{"yaml", "YAML"}, "yaml yml", ".clang-format .clang-tidy", ""},
    {{"zig", "Zig"}, "zig zon", "", ""},
};

using Index = std::unordered_map<std::string_view, const Language*>;

/// Returns a map from each word of one list of the table to its language.
Index IndexBy(std::string_view LanguageRow::* list) {
  Index index;
  for (const LanguageRow& row : kLanguages) {
    std::string_view words = row.*list;
    while (!words.empty()) {
      const std::size_t end = std::min(words.find(' '), words.size());
      index.emplace(words.substr(0, end), &row.language);
      words.remove_prefix(std::min(end + 1, words.size()));
    }
  }
  return index;
}

const Language* Find(const Index& index, std::string_view key) {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : found->second;
}

/// Returns the language of an extension in lower case, without the dot.
const Language* ByExtension(std::string_view extension) {
  static const Index* const extensions =
      new Index(IndexBy(&LanguageRow::extensions));
  return Find(*extensions, extension);
}

const Language* ByName(std::string_view path) {
  static const Index* const names =
      new Index(IndexBy(&LanguageRow::file_names));
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (const Language* language = Find(*names, name)) return language;
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return nullptr;
  // ".C" and ".H" are C++ where case counts.
  if (name.substr(dot) == ".C" || name.substr(dot) == ".H") {
    return ByExtension("cpp");
  }
  return ByExtension(Lower(name.substr(dot + 1)));
}

std::string_view TakeWord(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  const std::size_t end = std::min(line.find_first_of(" \t\r"), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

/// Reads "#!/usr/bin/env -S NAME=1 python3.11 -u" and simpler ones.
const Language* ByInterpreter(std::string_view head) {
  static const Index* const interpreters =
      new Index(IndexBy(&LanguageRow::interpreters));
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  if (!head.starts_with("#!")) return nullptr;
  std::string_view line = head.substr(2, head.find('\n') - 2);
  std::string_view program = TakeWord(line);
  program = program.substr(program.rfind('/') + 1);
  if (program == "env") {
    do {
      program = TakeWord(line);
    } while (program.starts_with('-') ||
             program.find('=') != std::string_view::npos);
    program = program.substr(program.rfind('/') + 1);
  }
  if (const Language* language = Find(*interpreters, program)) return language;
  const std::size_t end = program.find_last_not_of("0123456789.-");
  return Find(*interpreters, program.substr(0, end + 1));
}

/// Reads "-*- C++ -*-" and "-*- mode: python; coding: utf-8 -*-" in the first
/// line, where Emacs looks.
const Language* ByModeline(std::string_view head) {
  constexpr std::string_view kMark = "-*-", kMode = "mode:";
  std::string_view line = head.substr(0, head.find('\n'));
  const std::size_t begin = line.find(kMark);
  if (begin == line.npos) return nullptr;
  line.remove_prefix(begin + kMark.size());
  line = line.substr(0, line.find(kMark));
  const std::string lower = Lower(line);
  std::string_view mode = lower;
  if (const std::size_t at = mode.find(kMode); at != mode.npos) {
    mode.remove_prefix(at + kMode.size());
  }
  mode = Trim(mode.substr(0, mode.find(';')));
  for (const LanguageRow& row : kLanguages) {
    if (row.language.id == mode) return &row.language;
  }
  return ByExtension(mode);
}

/// Returns whether a ".h" file holds C++: a line that only C++ starts so.
bool LooksLikeCpp(std::string_view head) {
  constexpr std::string_view kStarts[] = {
      "\nnamespace ", "\nclass ",   "\ntemplate",   "\nusing ",
      "\npublic:",    "\n public:", "\nconstexpr ", "std::"};
  return std::any_of(std::begin(kStarts), std::end(kStarts),
                     [&](std::string_view start) {
                       return head.find(start) != std::string_view::npos;
                     });
}

}  // namespace

Language DetectLanguage(std::string_view path, std::string_view head) {
  const Language* language = ByName(path);
  if (language == nullptr) language = ByInterpreter(head);
  if (language == nullptr) language = ByModeline(head);
  if (language == nullptr) return {};
  if (path.ends_with(".h") && LooksLikeCpp(head)) return *ByName("x.cpp");
  return *language;
}

}  // namespace dobby
