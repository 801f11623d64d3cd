#include "summaries/opening.h"

#include <gtest/gtest.h>

namespace dobby {
namespace {

TEST(FileOpening, IsThatOfTheLanguage) {
  struct Case {
    const char* name;
    const char* path;
    const char* language;
    const char* text;
    const char* want;
  };
  const Case cases[] = {
      {"a header", "src/ring.h", "cpp", "int x;\n", "This header"},
      {"of C", "ring.h", "c", "int x;\n", "This header"},
      {"with another ending", "ring.hpp", "cpp", "int x;\n", "This header"},
      {"a source", "src/ring.cc", "cpp", "int x;\n", "This file"},
      {"Python", "ring.py", "python", "x = 1\n", "This module"},
      {"TypeScript", "ring.ts", "typescript", "let x\n", "This module"},
      {"Rust", "src/ring.rs", "rust", "fn x() {}\n", "This module"},
      {"a crate", "src/lib.rs", "rust", "fn x() {}\n", "This crate"},
      {"no crate", "src/mylib.rs", "rust", "fn x() {}\n", "This module"},
      {"a shell script", "run.sh", "bash", "ls\n", "This file"},
      {"a file that is a class", "Ring.java", "java", "class Ring {}\n", ""},
      {"a text", "a.txt", "text", "A\n", ""},
      {"no path", "", "python", "x = 1\n", "This module"},
      {"Go", "zip/reader.go", "go", "package zip\n", "Package zip"},
      {"a clause unlike the folder", "go-yaml/a.go", "go", "package yaml\n",
       "Package yaml"},
      {"a clause below a comment", "a/b.go", "go",
       "// Copyright\n\n/*\npackage docs for it\n*/\npackage zip\n",
       "Package zip"},
      {"a clause with a comment", "a/b.go", "go",
       "package zip // import \"x/zip\"\n", "Package zip"},
      {"a clause of Windows", "a/b.go", "go", "package zip\r\n", "Package zip"},
      {"a clause and a semicolon", "a/b.go", "go", "package zip; var x = 1\n",
       "Package zip"},
      {"no clause", "math/rand/a.go", "go", "func f() {}\n", "Package rand"},
      {"no clause below a version", "math/rand/v2/a.go", "go", "func f() {}\n",
       "Package rand"},
      {"no version", "math/vec2/a.go", "go", "func f() {}\n", "Package vec2"},
      {"a version alone", "v2/a.go", "go", "func f() {}\n", ""},
      {"a folder that is no name", "go-yaml/a.go", "go", "func f() {}\n", ""},
      {"no clause, no folder", "a.go", "go", "func f() {}\n", ""},
      {"a program", "cmd/a.go", "go", "package main\n", ""},
      {"a test", "zip/reader_test.go", "go", "package zip\n", ""},
      {"a huge clause", "a.go", "go",
       "package aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
       "aaaaaaaaaaaaaaaaaaaaaaaaaa\n",
       ""},
  };
  for (const Case& c : cases) {
    Chunk chunk;
    chunk.first_line = 1;
    chunk.text = c.text;
    EXPECT_EQ(FileOpening(c.path, {c.language, c.language}, chunk), c.want)
        << c.name;
    chunk.first_line = 301;
    EXPECT_EQ(FileOpening(c.path, {c.language, c.language}, chunk), "")
        << c.name << ", second chunk";
  }
}

TEST(FunctionOpening, IsTheNameInWords) {
  struct Case {
    const char* function;
    const char* want;
    const char* in_go;  ///< Null: no name of Go.
  };
  const Case cases[] = {
      {"loadUserSettings", "Load the user settings",
       "loadUserSettings loads the user settings"},
      {"load_user_settings", "Load the user settings",
       "load_user_settings loads the user settings"},
      {"users_by_name", "Users by name", "users_by_name"},
      {"load", "Load", "load"},
      {"size", "Size", "size"},
      {"convert_to_text", "Convert to text", "convert_to_text"},
      {"LoadFromFile", "Load from file", "LoadFromFile"},
      {"ParseHTTPHeader", "Parse the HTTP header",
       "ParseHTTPHeader parses the HTTP header"},
      {"HTTPServer", "HTTP server", "HTTPServer"},
      {"DoThing", "Do the thing", "DoThing does the thing"},
      {"CopyFile", "Copy the file", "CopyFile copies the file"},
      {"DisplayFile", "Display the file", "DisplayFile displays the file"},
      {"FetchRows", "Fetch the rows", "FetchRows fetches the rows"},
      {"CompressBlock", "Compress the block",
       "CompressBlock compresses the block"},
      {"LookupHost", "Lookup the host", "LookupHost looks up the host"},
      {"abortion_count", "Abortion count", "abortion_count"},
      {"rea_der", "Rea der", "rea_der"},
      {"__init__", "Init", "__init__"},
      {"valid?", "Valid", "valid?"},
      {"operator==", "Operator", "operator=="},
      {"==", "", ""},
      {"Ring<int>::push_item", "Push the item", nullptr},
      {"exports.pushItem", "Push the item", nullptr},
      {"Ring::~Ring", "Ring", nullptr},
      {"_", "", ""},
      {"", "", ""},
      {"\u00e9tat_final", "\u00e9tat final", "\u00e9tat_final"},
      {"\xff", "\xff", "\xff"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(FunctionOpening(c.function, {"python", "Python"}), c.want)
        << c.function;
    if (c.in_go == nullptr) continue;
    EXPECT_EQ(FunctionOpening(c.function, {"go", "Go"}), c.in_go) << c.function;
  }
}

TEST(FunctionOpening, AHugeNameHasNone) {
  EXPECT_NE(FunctionOpening(std::string(80, 'x'), {"go", "Go"}), "");
  EXPECT_EQ(FunctionOpening(std::string(81, 'x'), {"go", "Go"}), "");
}

}  // namespace
}  // namespace dobby
