// The languages that fuzzers of this folder choose from.
#pragma once

#include <array>
#include <string_view>

#include "base/fuzz_target.h"
#include "dobby/repo.h"

namespace dobby {

/// Names of files, one for each grammar and each language that is read line by
/// line. The place of one is part of the corpus: add at the end.
inline constexpr std::array<std::string_view, 37> kFuzzFiles = {
    "a.c",    "a.cc",       "a.py",   "a.rs",           "a.go",     "A.java",
    "a.js",   "a.ts",       "a.tsx",  "a.cs",           "a.rb",     "a.php",
    "a.kt",   "a.swift",    "a.sh",   "a.md",           "Makefile", "a.ini",
    "a.toml", "a.json",     "a.yaml", "CMakeLists.txt", "a.sql",    "a.proto",
    "a.lua",  "a.pl",       "a.txt",  "a.html",         "a.css",    "a.scala",
    "a.hs",   "Dockerfile", "a.mm",   "a.dart",         "a.ex",     "a.zig",
    "a.r"};

/// Takes the first byte of the input as the choice of a file's name.
inline std::string_view TakeFile(std::string_view& input) {
  return kFuzzFiles[TakeChoice(input, kFuzzFiles.size())];
}

/// Requires what a Symbol says of itself; `lines` are those of its file.
template <class SymbolOrDefinition>
void RequireSymbol(const SymbolOrDefinition& symbol, std::size_t lines) {
  Require(!symbol.name.empty(), "a definition has a name");
  RequireOneLine(symbol.name, "a name");
  RequireOneLine(symbol.kind, "a kind");
  RequireOneLine(symbol.doc, "a comment's sentence");
  RequireOneLine(symbol.owner, "an owner");
  RequireOneLine(symbol.signature, "a signature");
  RequireOneLine(symbol.value, "a value");
  for (const auto& base : symbol.bases) RequireOneLine(base, "a base");
  for (const auto& attribute : symbol.attributes) {
    RequireOneLine(attribute, "an attribute");
  }
  Require(symbol.line >= 1 && symbol.line <= lines,
          "a definition is in a line of the file");
  Require(symbol.lines >= 1 && symbol.lines <= lines,
          "a definition has no more lines than its file");
}

}  // namespace dobby
