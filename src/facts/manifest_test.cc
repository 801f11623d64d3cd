#include "facts/manifest.h"

#include <gtest/gtest.h>

#include <string>

namespace dobby {
namespace {

/// Returns "kind|name|version|description|part,part".
std::string FactsOf(const char* file, const std::string& text) {
  const auto manifest = ReadManifest(file, text);
  if (!manifest) return "";
  std::string parts;
  for (const std::string& part : manifest->parts) {
    parts += (parts.empty() ? "" : ",") + part;
  }
  return manifest->kind + "|" + manifest->name + "|" + manifest->version + "|" +
         manifest->description + "|" + parts;
}

struct Case {
  const char* file;
  const char* text;
  const char* want;
};

TEST(ReadManifest, ReadsConfigurations) {
  for (const Case& c : {
           Case{"Cargo.toml",
                "[package]\nname = \"tide-clock\"\nversion = \"0.2.0\"\n"
                "description = \"Shows the tides.\"\n[workspace]\nmembers = "
                "[\"core\", \"ui\"]\n[[bin]]\nname = \"tide\"\n",
                "Rust crate|tide-clock|0.2.0|Shows the tides.|core,ui,tide"},
           Case{"Cargo.toml", "[workspace]\nmembers = [\"core\", \"ui\"]\n",
                "Rust workspace||||core,ui"},
           Case{"package.json",
                "{\"name\": \"@sea/tides\", \"description\": \"Reads `tide` "
                "tables\",\n\"bin\": {\"tides\": \"x.js\"}}",
                "npm package|@sea/tides||Reads tide tables|tides"},
           Case{"pyproject.toml",
                "[tool.poetry]\nname = \"tides\"\ndescription = \"Tides for "
                "people\"\n[tool.poetry.scripts]\ntide = \"tides:main\"\n",
                "Python package|tides||Tides for people|tide"},
           Case{"setup.cfg",
                "[metadata]\nname = tides\nversion = attr: tides.v\n"
                "description = Tides of\n  the sea\n",
                "Python package|tides||Tides of the sea|"},
           Case{"setup.cfg", "[flake8]\nignore = E1\n", ""},
           Case{"pom.xml",
                "<project><parent><artifactId>no</artifactId></parent>\n"
                "<artifactId>tides</artifactId><description>Tides &amp;\n"
                "  waves</description><modules><module>core</module>"
                "<module>web</module></modules></project>",
                "Maven project|tides||Tides & waves|core,web"},
           Case{"Tides.Core.csproj",
                "<Project Sdk=\"x\"><PropertyGroup><Description>Tides for "
                ".NET</Description></PropertyGroup></Project>",
                ".NET project|Tides.Core||Tides for .NET|"},
           Case{"pubspec.yaml",
                "name: tides\ndescription: >-\n  Shows tides\n  on phones.\n",
                "Dart package|tides||Shows tides on phones.|"},
           Case{"tides.cabal",
                "Name: tides\nVersion: 1.0\nSynopsis: Tides, lazily\n"
                "executable tide\n  main-is: Main.hs\n  description: no\n",
                "Haskell package|tides|1.0|Tides, lazily|tide"},
           Case{"DESCRIPTION",
                "Package: tides\nTitle: Analysis of Tides\nVersion: 0.1\n",
                "R package|tides|0.1|Analysis of Tides|"},
           Case{"control",
                "Source: tides\n\nPackage: tide-clock\nDescription: clock of "
                "tides\n It shows them.\n",
                "Debian package|tides||clock of tides|tide-clock"},
           Case{"action.yml",
                "name: Tide\ndescription: Checks the tide\nruns:\n  using: "
                "node\n",
                "GitHub Action|Tide||Checks the tide|"},
       }) {
    EXPECT_EQ(FactsOf(c.file, c.text), c.want) << c.file;
  }
}

TEST(ReadManifest, ReadsBuildFiles) {
  for (const Case& c : {
           Case{"setup.py",
                "ABOUT = 'Tides for scripts'\nsetup(\n    name=\"tides\",  # "
                "it's\n    version='1.2', description=ABOUT,\n"
                "    long_description=open('README').read())\n",
                "Python package|tides|1.2|Tides for scripts|"},
           Case{"setup.py",
                "setuptools.setup(name='a', description=('One '\n 'two.'))\n",
                "Python package|a||One two.|"},
           Case{
               "tides.gemspec",
               "Gem::Specification.new do |s|\n  s.name = 'tides'\n  s.summary "
               "= %q{Tides, \"quoted\"}\n  s.description = \"Tides in "
               "Ruby\"\nend\n",
               "Ruby gem|tides||Tides, \"quoted\"|"},
           Case{"build.gradle",
                "plugins { id 'java' }\nversion '1.1'\ndescription = 'Tides on "
                "the JVM'\n",
                "Gradle project||1.1|Tides on the JVM|"},
           Case{"settings.gradle.kts",
                "rootProject.name = \"tides\"\ninclude(\":core\", \":web\")\n",
                "Gradle project|tides|||:core,:web"},
           Case{"CMakeLists.txt",
                "project(Tides VERSION 2.1\n  DESCRIPTION \"Tides in C\" "
                "LANGUAGES C)\nadd_library(${N} x.c)\nadd_executable(tide "
                "t.c)\n",
                "CMake project|Tides|2.1|Tides in C|tide"},
           Case{"meson.build", "project('tides', 'c',\n  version: '3')\n",
                "Meson project|tides|3||"},
           Case{"mix.exs",
                "@version \"0.4.0\"\ndef project do\n  [app: :tides, version: "
                "@version,\n   description: description()]\nend\ndefp "
                "description() do\n  \"\"\"\n  Tides on the BEAM.\n  "
                "\"\"\"\nend\n",
                "Elixir application|tides|0.4.0|Tides on the BEAM.|"},
           Case{"tides.app.src",
                "%% it's\n{application, tides,\n [{description, \"Tides "
                "again\"},\n  {vsn, \"1\"}]}.\n",
                "Erlang application|tides|1|Tides again|"},
           Case{"Package.swift",
                "let package = Package(\n  name: \"Tides\",\n  products: [\n"
                "    .library(name: \"TideKit\", targets: [\"TideKit\"])])\n",
                "Swift package|Tides|||TideKit"},
           Case{"build.sbt",
                "ThisBuild / version := \"0.1\"\nname := \"tides\"\n"
                "description := \"Tides in Scala\"\n",
                "sbt project|tides|0.1|Tides in Scala|"},
           Case{"tides.opam",
                "opam-version: \"2.0\"\nsynopsis: \"Tides, typed\"\n",
                "opam package|tides||Tides, typed|"},
           Case{"dune-project",
                "(lang dune 3.0)\n(package (name tides)\n (synopsis \"Tides "
                "with dune\"))\n",
                "OCaml project|||Tides with dune|"},
           Case{"go.mod", "module sea.example/tides/v2 // x\n\ngo 1.21\n",
                "Go module|tides|||"},
           Case{"README.md", "name: x\n", ""},
       }) {
    EXPECT_EQ(FactsOf(c.file, c.text), c.want) << c.file << c.text;
  }
}

TEST(PlainDescription, IsOneLineOfText) {
  EXPECT_EQ(
      PlainDescription("# A <b>fast</b> [clock](http://x)\n of **tides**", "x"),
      "A fast clock of tides");
  EXPECT_EQ(PlainDescription("\u6f6e\u6c50", "x"), "\u6f6e\u6c50");
  const std::string first = "Tides come " + std::string(150, 'a') + " here.";
  const std::string second = " And " + std::string(180, 'b') + " go. More.";
  EXPECT_EQ(PlainDescription(first + second, "x"), first);
}

TEST(PlainDescription, HasNoPictures) {
  EXPECT_EQ(PlainDescription("![Build](http://x/y.svg) A tide clock.", "x"),
            "A tide clock.");
  EXPECT_EQ(PlainDescription("![Build Status](http://x/y.svg)", "x"), "");
}

TEST(PlainDescription, IsNoPlaceholder) {
  for (const char* text :
       {"", "description", "TODO: Write a short summary", "Tide-Clock",
        "A new Flutter project.", "Add your description here",
        "${project.name} library", "tide clock"}) {
    EXPECT_EQ(PlainDescription(text, "@sea/tide_clock"), "") << text;
  }
}

TEST(ReadManifest, TakesAnyText) {
  const std::string brackets(1 << 20, '(');
  for (const char* file : {"setup.py", "CMakeLists.txt", "package.json"}) {
    ReadManifest(file, brackets);
    ReadManifest(file, std::string(1 << 20, '\''));
    ReadManifest(file, std::string(1 << 20, '\\') + "\"");
  }
}

}  // namespace
}  // namespace dobby
