#include "repo/content_rules.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/text.h"

namespace dobby {
namespace {

/// What a line must do to show a language.
enum class Test {
  kStarts,      ///< Begins so, at the margin.
  kCodeStarts,  ///< Begins so, after blanks.
  kHas,         ///< Has it somewhere.
  kEnds,
  kHeadStarts,  ///< The text begins so, after blanks; the case does not count.
};

struct Sign {
  Test test;
  std::string_view text;
};

/// A language and its signs: one is enough.
struct Rule {
  std::string_view language;
  std::vector<Sign> signs;
};

using Rules = std::vector<Rule>;

constexpr Test kStarts = Test::kStarts, kCode = Test::kCodeStarts,
               kHas = Test::kHas, kEnds = Test::kEnds,
               kHead = Test::kHeadStarts;

Rule ObjectiveC() {
  return {"Objective-C",
          {{kCode, "@interface"},
           {kCode, "@implementation"},
           {kCode, "@protocol"},
           {kCode, "@class "},
           {kCode, "@property"},
           {kCode, "@end"},
           {kCode, "@import "},
           {kCode, "#import "}}};
}

Rule Cpp() {
  return {"C++",
          {{kCode, "template<"},
           {kCode, "template <"},
           {kCode, "namespace "},
           {kCode, "using "},
           {kCode, "constexpr "},
           {kCode, "public:"},
           {kCode, "private:"},
           {kCode, "protected:"},
           {kStarts, "class "},
           {kCode, "try {"},
           {kHas, "std::"},
           {kHas, "#include <string>"},
           {kHas, "#include <vector>"},
           {kHas, "#include <memory>"},
           {kHas, "#include <map>"},
           {kHas, "#include <functional>"},
           {kHas, "#include <iostream>"},
           {kHas, "#include <cst"}}};
}

Rule Xml() {
  return {"XML", {{kHead, "<?xml"}, {kHead, "<!doctype ts"}, {kHead, "<ts"}}};
}

Rule Perl() {
  return {"Perl",
          {{kCode, "use strict"},
           {kCode, "use warnings"},
           {kCode, "use v5"},
           {kCode, "use 5."},
           {kCode, "use constant"},
           {kCode, "my $"},
           {kCode, "my @"},
           {kCode, "my %"},
           {kCode, "our @EXPORT"},
           {kCode, "package "}}};
}

Rule Raku() {
  return {"Raku",
          {{kCode, "use v6"}, {kCode, "unit module"}, {kCode, "unit class"}}};
}

Rule Forth() { return {"Forth", {{kStarts, ": "}}}; }

Rule Manual() {
  return {"Roff Manpage",
          {{kStarts, ".TH "},
           {kStarts, ".SH"},
           {kStarts, ".Dd "},
           {kStarts, ".so "},
           {kStarts, ".Sh "},
           {kStarts, ".\\\""},
           {kStarts, "'\\\""}}};
}

/// The rules of each ending, the first that fits decides. A rule without signs
/// always fits.
std::unordered_map<std::string_view, Rules> MakeRules() {
  std::unordered_map<std::string_view, Rules> all = {
      {"h", {ObjectiveC(), Cpp()}},
      {"m",
       {ObjectiveC(),
        {"Mercury", {{kCode, ":- module"}}},
        {"MATLAB", {{kCode, "%"}, {kCode, "function "}, {kCode, "classdef "}}},
        {"Wolfram Language", {{kCode, "(*"}, {kCode, "Begin[\""}}},
        {"Objective-C", {{kCode, "#include"}, {kCode, "//"}, {kCode, "/*"}}},
        {"Limbo", {{kHas, ": module {"}}}}},
      {"ts", {Xml()}},
      {"tsx", {Xml()}},
      {"pl", {Raku(), Perl(), {"Prolog", {{kHas, ":-"}}}}},
      {"pm", {{"X PixMap", {{kHead, "/* xpm */"}}}, Raku()}},
      {"t", {Raku(), Perl(), {"Turing", {{kCode, "% "}}}}},
      {"pro",
       {{"QMake",
         {{kCode, "HEADERS"},
          {kCode, "SOURCES"},
          {kCode, "TEMPLATE"},
          {kCode, "QT "},
          {kCode, "CONFIG"}}},
        {"Proguard", {{kStarts, "-keep"}, {kStarts, "-dontwarn"}}},
        {"Prolog", {{kHas, ":-"}}},
        {"IDL",
         {{kCode, "pro "},
          {kCode, "function "},
          {kCode, "compile_opt"},
          {kCode, "PRO "},
          {kCode, "FUNCTION "}}}}},
      {"v",
       {{"Rocq Prover",
         {{kCode, "Proof."},
          {kHas, "Qed."},
          {kCode, "Require Import"},
          {kCode, "Require Export"},
          {kHas, " Require Import"}}},
        {"V", {{kCode, "fn "}, {kCode, "pub fn "}, {kStarts, "import os"}}}}},
      {"r",
       {{"Rebol", {{kHead, "rebol"}}},
        {"Rez", {{kHas, "#include \"Types.r\""}, {kHas, "Carbon/Carbon.r"}}}}},
      {"cls",
       {{"Visual Basic 6.0", {{kHead, "version 1.0 class"}}},
        {"ObjectScript", {{kStarts, "Class "}}},
        {"TeX",
         {{kStarts, "%"},
          {kCode, "\\NeedsTeXFormat"},
          {kCode, "\\ProvidesClass"},
          {kCode, "\\"}}},
        {"Apex", {}}}},
      {"inc",
       {{"PHP", {{kHead, "<?php"}, {kHead, "<? "}, {kHead, "<?\n"}}},
        {"HTML", {{kHead, "<"}}},
        {"Pascal", {{kCode, "{$"}, {kCode, "end."}}},
        {"SourcePawn",
         {{kStarts, "stock "}, {kStarts, "native "}, {kStarts, "methodmap "}}},
        {"POV-Ray SDL", {{kCode, "#declare "}, {kCode, "#macro "}}},
        {"BitBake",
         {{kStarts, "inherit "}, {kStarts, "SRC_URI"}, {kStarts, "RDEPENDS"}}},
        {"C++",
         {{kStarts, "#include"},
          {kStarts, "#define"},
          {kStarts, "#if"},
          {kCode, "//"},
          {kStarts, "static "},
          {kEnds, "*/"}}},
        {"Assembly",
         {{kCode, "mov "},
          {kCode, "section ."},
          {kCode, "%macro"},
          {kCode, "%define"},
          {kCode, ".macro"}}},
        {"Text", {}}}},
      {"mod",
       {{"XML", {{kHas, "<!ENTITY "}}},
        {"NMODL", {{kCode, "NEURON"}, {kCode, "INITIAL"}, {kCode, "UNITS"}}},
        {"Modula-2",
         {{kCode, "MODULE "},
          {kCode, "DEFINITION MODULE"},
          {kCode, "IMPLEMENTATION MODULE"}}},
        {"AMPL", {{kCode, "param "}, {kCode, "subject to"}, {kCode, "var "}}},
        {"Text", {}}}},
      {"d",
       {{"DTrace",
         {{kHas, "#pragma D "},
          {kHas, "::entry"},
          {kHas, ":::"},
          {kStarts, "provider "}}},
        {"D", {{kStarts, "module "}, {kCode, "import "}, {kCode, "unittest"}}},
        {"Makefile", {{kHas, ".o: "}, {kHas, ".lo: "}, {kEnds, ": \\"}}}}},
      {"fs",
       {{"GLSL",
         {{kCode, "#version"},
          {kCode, "precision "},
          {kCode, "uniform "},
          {kCode, "varying "}}},
        Forth(),
        {"Filterscript", {{kHas, "#pragma rs"}, {kHas, "#pragma version"}}}}},
      {"f", {Forth()}},
      {"for", {Forth()}},
      {"ml",
       {{"OCaml", {{kCode, "let "}, {kCode, "module "}, {kCode, "open "}}},
        {"Standard ML",
         {{kCode, "structure "}, {kCode, "fun "}, {kCode, "val "}}}}},
      {"cl",
       {{"Common Lisp", {{kStarts, "(def"}, {kStarts, "(in-package"}}},
        {"OpenCL", {{kCode, "__kernel"}, {kCode, "kernel "}}},
        {"Cool", {{kStarts, "class "}}}}},
      {"l",
       {{"Lex", {{kStarts, "%%"}, {kStarts, "%{"}, {kStarts, "%option"}}},
        {"Common Lisp", {{kStarts, "(defun"}, {kStarts, "(defmacro"}}},
        {"PicoLisp", {{kStarts, "(de "}, {kStarts, "(class "}}},
        {"Roff", {{kStarts, ".TH"}, {kStarts, ".SH"}, {kStarts, ".\\\""}}}}},
      {"pp",
       {{"Pascal",
         {{kCode, "unit "},
          {kCode, "program "},
          {kCode, "begin"},
          {kCode, "end."},
          {kCode, "{$"}}}}},
      {"md", {{"GCC Machine Description", {{kStarts, "(define_"}}}}},
      {"php", {{"Hack", {{kHead, "<?hh"}}}}},
      {"sc", {{"SuperCollider", {{kHas, "SynthDef"}, {kCode, "~"}}}}},
      {"rpy",
       {{"Python",
         {{kStarts, "import "},
          {kStarts, "from "},
          {kStarts, "def "},
          {kStarts, "class "}}}}},
      {"rs",
       {{"RenderScript", {{kHas, "#pragma rs"}, {kHas, "#pragma version"}}}}},
      {"yy", {{"JSON", {{kHead, "{"}, {kHead, "["}}}}},
      {"x",
       {{"DirectX 3D File", {{kHead, "xof 03"}}},
        {"Linker Script",
         {{kCode, "SECTIONS"},
          {kHas, "OUTPUT_ARCH("},
          {kHas, "OUTPUT_FORMAT("}}},
        {"Logos", {{kStarts, "%hook"}, {kStarts, "%ctor"}}}}},
      {"bas", {{"BASIC", {{kHead, "10 "}}}}},
      {"frm", {{"INI", {{kHead, "type=view"}}}}},
      {"st", {{"StringTemplate", {{kHas, "<%"}, {kHas, "$if("}}}}},
      {"lean",
       {{"Lean", {{kStarts, "import tactic"}, {kStarts, "import data"}}}}},
  };
  for (const char* section : {"1", "2", "3", "4", "5", "6", "7", "8", "9"}) {
    all[section] = {Manual(), {"Text", {}}};
  }
  return all;
}

const std::unordered_map<std::string_view, Rules>& AllRules() {
  static const auto* const rules =
      new std::unordered_map<std::string_view, Rules>(MakeRules());
  return *rules;
}

bool IsMet(const Sign& sign, std::string_view head,
           const std::vector<std::string_view>& lines) {
  if (sign.test == Test::kHeadStarts) {
    const std::size_t begin = head.find_first_not_of(kBlanks);
    return begin != head.npos &&
           Lower(head.substr(begin, sign.text.size())) == sign.text;
  }
  if (sign.test == Test::kHas) return head.find(sign.text) != head.npos;
  return std::any_of(lines.begin(), lines.end(), [&](std::string_view line) {
    if (sign.test == Test::kStarts) return line.starts_with(sign.text);
    line = Trim(line);
    return sign.test == Test::kEnds ? line.ends_with(sign.text)
                                    : line.starts_with(sign.text);
  });
}

}  // namespace

bool IsSharedEnding(std::string_view ending) {
  return AllRules().contains(ending);
}

std::string_view LanguageByContent(std::string_view ending,
                                   std::string_view head) {
  const auto found = AllRules().find(ending);
  if (found == AllRules().end() || head.empty()) return "";
  std::vector<std::string_view> lines;
  for (std::string_view rest = head; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    lines.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  for (const Rule& rule : found->second) {
    if (rule.signs.empty() || std::any_of(rule.signs.begin(), rule.signs.end(),
                                          [&](const Sign& sign) {
                                            return IsMet(sign, head, lines);
                                          })) {
      return rule.language;
    }
  }
  return "";
}

}  // namespace dobby
