#include "repo/content_rules.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/text.h"

namespace dobby {
namespace {

/// A language and its signs, one of which is enough; without any it always
/// fits. Each sign is a line, and its first byte says what a text must have:
/// '^' a line that begins so, '>' one that begins so after blanks, '$' one that
/// ends so, '~' that anywhere, and '=' that at its own beginning, after blanks
/// and in lower case.
struct Rule {
  std::string_view endings;  ///< Separated by blanks.
  std::string_view language;
  std::string_view signs;
};

/// Of the rules of an ending the first that fits decides.
constexpr Rule kRules[] = {
    {"h m", "Objective-C",
     ">@interface\n"
     ">@implementation\n"
     ">@protocol\n"
     ">@class \n"
     ">@property\n"
     ">@end\n"
     ">@import \n"
     ">#import \n"},
    {"h", "C++",
     ">template<\n"
     ">template <\n"
     ">namespace \n"
     "^using \n"
     ">using namespace \n"
     ">constexpr \n"
     ">public:\n"
     ">private:\n"
     ">protected:\n"
     "^class \n"
     ">try {\n"
     "~std::\n"
     "~#include <string>\n"
     "~#include <vector>\n"
     "~#include <memory>\n"
     "~#include <map>\n"
     "~#include <functional>\n"
     "~#include <iostream>\n"
     "~#include <cst\n"},
    {"m", "Mercury", ">:- module\n"},
    {"m", "MATLAB",
     ">%\n"
     ">function \n"
     ">classdef \n"},
    {"m", "Wolfram Language",
     ">(*\n"
     ">Begin[\"\n"},
    {"m", "Objective-C",
     ">#include\n"
     ">//\n"
     ">/*\n"},
    {"m", "Limbo", "~: module {\n"},
    {"ts tsx", "XML",
     "=<?xml\n"
     "=<!doctype ts\n"
     "=<ts\n"},
    {"pl pm t", "Raku",
     ">use v6\n"
     ">unit module\n"
     ">unit class\n"},
    {"pl t", "Perl",
     ">use strict\n"
     ">use warnings\n"
     ">use v5\n"
     ">use 5.\n"
     ">use constant\n"
     ">my $\n"
     ">my @\n"
     ">my %\n"
     ">our @EXPORT\n"
     ">package \n"},
    {"pl", "Prolog", "~:-\n"},
    {"pm", "X PixMap", "=/* xpm */\n"},
    {"t", "Turing", ">% \n"},
    {"pro", "QMake",
     ">HEADERS\n"
     ">SOURCES\n"
     ">TEMPLATE\n"
     ">QT \n"
     ">CONFIG\n"},
    {"pro", "Proguard",
     "^-keep\n"
     "^-dontwarn\n"},
    {"pro", "Prolog", "~:-\n"},
    {"pro", "IDL",
     ">pro \n"
     ">function \n"
     ">compile_opt\n"
     ">PRO \n"
     ">FUNCTION \n"},
    {"scm", "Tree-sitter Query",
     "~) @\n"
     "~] @\n"},
    {"v", "Rocq Prover",
     ">Proof.\n"
     "~Qed.\n"
     ">Require Import\n"
     ">Require Export\n"
     "~ Require Import\n"},
    {"v", "V",
     ">fn \n"
     ">pub fn \n"
     "^import os\n"},
    {"r", "Rebol", "=rebol\n"},
    {"r", "Rez",
     "~#include \"Types.r\"\n"
     "~Carbon/Carbon.r\n"},
    {"cls", "Visual Basic 6.0", "=version 1.0 class\n"},
    {"cls", "ObjectScript", "^Class \n"},
    {"cls", "TeX",
     "^%\n"
     ">\\NeedsTeXFormat\n"
     ">\\ProvidesClass\n"
     ">\\\n"},
    {"cls", "Apex", ""},
    {"inc", "PHP",
     "=<?php\n"
     "=<? \n"},
    {"inc", "HTML", "=<\n"},
    {"inc", "Pascal",
     ">{$\n"
     ">end.\n"},
    {"inc", "SourcePawn",
     "^stock \n"
     "^native \n"
     "^methodmap \n"},
    {"inc", "POV-Ray SDL",
     ">#declare \n"
     ">#macro \n"},
    {"inc", "BitBake",
     "^inherit \n"
     "^SRC_URI\n"
     "^RDEPENDS\n"},
    {"inc", "C++",
     "^#include\n"
     "^#define\n"
     "^#if\n"
     ">//\n"
     "^static \n"
     "$*/\n"},
    {"inc", "Assembly",
     ">mov \n"
     ">section .\n"
     ">%macro\n"
     ">%define\n"
     ">.macro\n"},
    {"inc", "Text", ""},
    {"mod", "XML", "~<!ENTITY \n"},
    {"mod", "NMODL",
     ">NEURON\n"
     ">INITIAL\n"
     ">UNITS\n"},
    {"mod", "Modula-2",
     ">MODULE \n"
     ">DEFINITION MODULE\n"
     ">IMPLEMENTATION MODULE\n"},
    {"mod", "AMPL",
     ">param \n"
     ">subject to\n"
     ">var \n"},
    {"mod", "Text", ""},
    {"d", "DTrace",
     "~#pragma D \n"
     "~::entry\n"
     "~:::\n"
     "^provider \n"},
    {"d", "D",
     "^module \n"
     ">import \n"
     ">unittest\n"},
    {"d", "Makefile",
     "~.o: \n"
     "~.lo: \n"
     "$: \\\n"},
    {"fs", "GLSL",
     ">#version\n"
     ">precision \n"
     ">uniform \n"
     ">varying \n"},
    {"fs f for", "Forth", "^: \n"},
    {"fs", "Filterscript",
     "~#pragma rs\n"
     "~#pragma version\n"},
    {"ml", "OCaml",
     ">let \n"
     ">module \n"
     ">open \n"},
    {"ml", "Standard ML",
     ">structure \n"
     ">fun \n"
     ">val \n"},
    {"cl", "Common Lisp",
     "^(def\n"
     "^(in-package\n"},
    {"cl", "OpenCL",
     ">__kernel\n"
     ">kernel \n"},
    {"cl", "Cool", "^class \n"},
    {"l", "Lex",
     "^%%\n"
     "^%{\n"
     "^%option\n"},
    {"l", "Common Lisp",
     "^(defun\n"
     "^(defmacro\n"},
    {"l", "PicoLisp",
     "^(de \n"
     "^(class \n"},
    {"l", "Roff",
     "^.TH\n"
     "^.SH\n"
     "^.\\\"\n"},
    {"pp", "Pascal",
     ">unit \n"
     ">program \n"
     ">begin\n"
     ">end.\n"
     ">{$\n"},
    {"md", "GCC Machine Description", "^(define_\n"},
    {"php", "Hack", "=<?hh\n"},
    {"sc", "SuperCollider",
     "~SynthDef\n"
     ">~\n"},
    {"rpy", "Python",
     "^import \n"
     "^from \n"
     "^def \n"
     "^class \n"},
    {"rs", "RenderScript",
     "~#pragma rs\n"
     "~#pragma version\n"},
    {"yy", "JSON",
     "={\n"
     "=[\n"},
    {"x", "DirectX 3D File", "=xof 03\n"},
    {"x", "Linker Script",
     ">SECTIONS\n"
     "~OUTPUT_ARCH(\n"
     "~OUTPUT_FORMAT(\n"},
    {"x", "Logos",
     "^%hook\n"
     "^%ctor\n"},
    {"bas", "BASIC", "=10 \n"},
    {"frm", "INI", "=type=view\n"},
    {"st", "StringTemplate",
     "~<%\n"
     "~$if(\n"},
    {"lean", "Lean",
     "^import tactic\n"
     "^import data\n"},
    {"1 2 3 4 5 6 7 8 9", "Roff Manpage",
     "^.TH \n"
     "^.SH\n"
     "^.Dd \n"
     "^.so \n"
     "^.Sh \n"
     "^.\\\"\n"
     "^'\\\"\n"},
    {"1 2 3 4 5 6 7 8 9", "Text", ""},
};

/// Takes the part of `text` before `separator` off it.
std::string_view TakePart(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

using RulesByEnding =
    std::unordered_map<std::string_view, std::vector<const Rule*>>;

const RulesByEnding& AllRules() {
  static const RulesByEnding* const all = [] {
    auto* const index = new RulesByEnding;
    for (const Rule& rule : kRules) {
      std::string_view endings = rule.endings;
      while (!endings.empty()) {
        (*index)[TakePart(endings, ' ')].push_back(&rule);
      }
    }
    return index;
  }();
  return *all;
}

bool IsMet(std::string_view sign, std::string_view head,
           const std::vector<std::string_view>& lines) {
  const char kind = sign[0];
  const std::string_view text = sign.substr(1);
  if (kind == '=') {
    const std::size_t begin =
        std::min(head.find_first_not_of(kBlanks), head.size());
    return Lower(head.substr(begin, text.size())) == text;
  }
  if (kind == '~') return head.find(text) != head.npos;
  return std::any_of(lines.begin(), lines.end(), [&](std::string_view line) {
    if (kind == '^') return line.starts_with(text);
    line = Trim(line);
    return kind == '$' ? line.ends_with(text) : line.starts_with(text);
  });
}

bool Fits(const Rule& rule, std::string_view head,
          const std::vector<std::string_view>& lines) {
  std::string_view signs = rule.signs;
  if (signs.empty()) return true;
  while (!signs.empty()) {
    if (IsMet(TakePart(signs, '\n'), head, lines)) return true;
  }
  return false;
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
    lines.push_back(TakePart(rest, '\n'));
  }
  for (const Rule* rule : found->second) {
    if (Fits(*rule, head, lines)) return rule->language;
  }
  return "";
}

}  // namespace dobby
