// What an outline says of each definition besides its name.
#include <algorithm>
#include <string>
#include <vector>

#include "dobby/chunk.h"
#include "gtest/gtest.h"

namespace dobby {
namespace {

std::vector<Symbol> SymbolsOf(const std::string& language,
                              const std::string& text) {
  SourceFile file;
  file.path = "x";
  file.language.id = language;
  file.text = text;
  std::vector<Symbol> symbols;
  const auto chunks = SplitFile(file, kWholeFile);
  for (const Chunk& chunk : *chunks) {
    symbols.insert(symbols.end(), chunk.outline.begin(), chunk.outline.end());
  }
  return symbols;
}

struct Case {
  const char* name;
  const char* language;
  const char* text;
  std::vector<std::string> want;
};

/// Returns "+name" for what is visible outside, "-name" for the rest.
std::vector<std::string> VisibleIn(const Case& c) {
  std::vector<std::string> found;
  for (const Symbol& symbol : SymbolsOf(c.language, c.text)) {
    found.push_back((symbol.exported ? "+" : "-") + symbol.name);
  }
  return found;
}

TEST(OutlineFacts, TellWhatIsVisibleOutside) {
  const Case cases[] = {
      {"C",
       "c",
       "static int a(void) { return 1; }\nint b(void) { return 1; }\n",
       {"-a", "+b"}},
      {"C++ sections",
       "cpp",
       "class A {\n  int a();\n public:\n  int b();\n  static int c();\n"
       " private:\n  class N { public: void d(); };\n};\n"
       "struct S { void e(); };\nnamespace { void f() {} }\n",
       {"+A", "-a", "+b", "+c", "-N", "-d", "+S", "+e", "-f"}},
      {"Python",
       "python",
       "def a(): pass\ndef _b(): pass\nclass _C:\n  def d(self): pass\n",
       {"+a", "-_b", "-_C", "-d"}},
      {"Python's list",
       "python",
       "__all__ = ['a', 'B']\ndef a(): pass\ndef c(): pass\n"
       "class B:\n  def d(self): pass\n",
       {"+a", "-c", "+B", "+d"}},
      {"exports",
       "javascript",
       "export function a() {}\nfunction b() {}\nfunction c() {}\n"
       "export { b };\n",
       {"+a", "+b", "-c"}},
      {"module.exports",
       "javascript",
       "function a() {}\nfunction b() {}\nclass C { d() {} }\n"
       "C.prototype.e = function () {};\nmodule.exports = { a, C };\n"
       "exports.f = function () {};\n",
       {"+a", "-b", "+C", "+d", "+C.prototype.e", "+exports.f"}},
      {"an alias of exports",
       "javascript",
       "const app = exports = module.exports = {};\n"
       "app.go = function () {};\n",
       {"+app.go"}},
      {"TypeScript",
       "typescript",
       "export class A {\n  private b() {}\n  #c() {}\n  d() {}\n}\n"
       "export namespace N { function e() {} }\n",
       {"+A", "-b", "-#c", "+d", "+N", "-e"}},
      {"Rust",
       "rust",
       "pub fn a() {}\nfn b() {}\nimpl X { pub fn c() {} fn d() {} }\n"
       "impl Y for X { fn e() {} }\nmod m { pub fn f() {} }\n",
       {"+a", "-b", "+X", "+c", "-d", "+X", "+e", "-m", "-f"}},
      {"Go",
       "go",
       "package a\nfunc Push() {}\nfunc pop() {}\n",
       {"+Push", "-pop"}},
      {"Java",
       "java",
       "public class A { int b() { return 1; } public void c() {} }\n"
       "class D { public void e() {} }\n"
       "public interface F { void g(); }\n",
       {"+A", "-b", "+c", "-D", "-e", "+F", "+g"}},
      {"C#",
       "csharp",
       "public class A { void b() {} protected void c() {} }\n"
       "class D { }\n",
       {"+A", "-b", "+c", "-D"}},
      {"Kotlin",
       "kotlin",
       "class A {\n  private fun b() {}\n  fun c() {}\n}\n"
       "internal fun d() {}\n",
       {"+A", "-b", "+c", "-d"}},
      {"PHP",
       "php",
       "<?php class A { private function b() {} function c() {} }\n",
       {"+A", "-b", "+c"}},
      {"Ruby",
       "ruby",
       "class A\n  def b; end\n  private\n  def c; end\n  public\n"
       "  private def d; end\n  def e; end\nend\n",
       {"+A", "+b", "-c", "-d", "+e"}},
      {"Lua",
       "lua",
       "local function a() end\nfunction b() end\nlocal c = function() end\n",
       {"-a", "+b", "-c"}},
      {"Elixir",
       "elixir",
       "def a(x) do\nend\ndefp b(x) do\nend\n",
       {"+a", "-b"}},
      {"a function in a function",
       "javascript",
       "export function a() { function b() {} }\n",
       {"+a", "-b"}},
  };
  for (const Case& c : cases) EXPECT_EQ(VisibleIn(c), c.want) << c.name;
}

TEST(OutlineFacts, HaveTheBasesOfTypes) {
  const Case cases[] = {
      {"C++",
       "cpp",
       "class A : public B, private ns::C<int> {};\n",
       {"B", "ns::C"}},
      {"Python", "python", "class A(B, metaclass=M): pass\n", {"B"}},
      {"Java",
       "java",
       "class A<T> extends B<T> implements C, D<E> {}\n",
       {"B", "C", "D"}},
      {"JavaScript", "javascript", "class A extends b.C {}\n", {"b.C"}},
      {"TypeScript",
       "typescript",
       "class A extends B<T> implements C, D {}\n",
       {"B", "C", "D"}},
      {"an interface",
       "typescript",
       "interface A extends B, C {}\n",
       {"B", "C"}},
      {"C#", "csharp", "class A : B, IC<int> {}\n", {"B", "IC"}},
      {"Kotlin", "kotlin", "class A(x: Int) : B(x), C<Int>\n", {"B", "C"}},
      {"Swift", "swift", "class A: B, C {}\n", {"B", "C"}},
      {"Ruby", "ruby", "class A < B::C\nend\n", {"B::C"}},
      {"PHP",
       "php",
       "<?php class A extends B implements C, D {}\n",
       {"B", "C", "D"}},
      {"a trait", "rust", "trait A: B + C {}\n", {"B", "C"}},
      {"traits elsewhere",
       "rust",
       "struct A<T>(T);\nimpl fmt::B for A<u8> {}\nimpl C for A<u8> {}\n",
       {"fmt::B", "C"}},
      {"Objective-C",
       "objectivec",
       "@interface A : B <C, D>\n@end\n",
       {"B", "C", "D"}},
      {"at most eight",
       "python",
       "class A(b,c,d,e,f,g,h,i,j,k): pass\n",
       {"b", "c", "d", "e", "f", "g", "h", "i"}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(SymbolsOf(c.language, c.text).at(0).bases, c.want) << c.name;
  }
}

TEST(OutlineFacts, HaveTheAttributesAsWritten) {
  const Case cases[] = {
      {"Python", "python", "@a.b(1)\n@c\ndef f(): pass\n", {"@a.b(1)", "@c"}},
      {"Java",
       "java",
       "@A(\"x\")\n@B public class F {}\n",
       {"@A(\"x\")", "@B"}},
      {"Kotlin", "kotlin", "@A(\"x\") @B\nfun f() {}\n", {"@A(\"x\")", "@B"}},
      {"TypeScript",
       "typescript",
       "@A({ b: 1 })\nexport class F {}\n",
       {"@A({ b: 1 })"}},
      {"Rust",
       "rust",
       "#[derive(Debug)]\n#[a]\nstruct F;\n",
       {"#[derive(Debug)]", "#[a]"}},
      {"C#", "csharp", "[A(1), B]\nclass F {}\n", {"[A(1)]", "[B]"}},
      {"PHP", "php", "<?php #[A(1)]\nclass F {}\n", {"#[A(1)]"}},
      {"those of another", "python", "@a\ndef e(): pass\ndef f(): pass\n", {}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(SymbolsOf(c.language, c.text).back().attributes, c.want)
        << c.name;
  }
}

TEST(OutlineFacts, AFieldKeepsItsAttributes) {
  const auto symbols =
      SymbolsOf("typescript", "class A {\n  @Input() x = 3;\n  push() {}\n}\n");
  EXPECT_TRUE(symbols.at(1).attributes.empty());
}

TEST(OutlineFacts, HaveTheHeadOnOneLine) {
  const Case cases[] = {
      {"C",
       "c",
       "static int\npush(ring *r, int item)\n{ return 1; }\n",
       {"static int push(ring *r, int item)"}},
      {"C++",
       "cpp",
       "struct A { bool operator==(const A& a) const = default; };",
       {"struct A", "bool operator==(const A& a) const"}},
      {"a template",
       "cpp",
       "template <class T>\nT Push(T a) { return a; }\n",
       {"T Push(T a)"}},
      {"Python",
       "python",
       "@a\ndef f(self,\n      x: str) -> B:\n  pass\n",
       {"def f(self, x: str) -> B"}},
      {"Java",
       "java",
       "@A public class B<T> extends C {}\n",
       {"public class B<T> extends C"}},
      {"Rust",
       "rust",
       "pub struct A<T>(T);\npub fn f(x: &T) -> u8 { 1 }\n",
       {"pub struct A<T>", "pub fn f(x: &T) -> u8"}},
      {"Go",
       "go",
       "package a\ntype A struct { x int }\nfunc (a *A) F(x int) error { "
       "return nil }\n",
       {"A struct", "func (a *A) F(x int) error"}},
      {"Ruby",
       "ruby",
       "class A < B # c\n  def f(x); end\nend\n",
       {"class A < B", "def f(x)"}},
      {"an arrow",
       "javascript",
       "const f = async (a) => { g(); };\n",
       {"f = async (a)"}},
      {"a type in an arrow",
       "typescript",
       "const f = (a: b): a is { c: d } => true;\n",
       {"f = (a: b): a is { c: d }"}},
      {"Kotlin",
       "kotlin",
       "fun <T> T.show(): Int = 1\n",
       {"fun <T> T.show(): Int"}},
      {"an alias", "typescript", "type A<T> = { b: T };\n", {"type A<T>"}},
      {"Elixir",
       "elixir",
       "def f(a) when a > 1 do\nend\n",
       {"def f(a) when a > 1"}},
      {"a macro",
       "c",
       "#define MAX(a, b) ((a) > (b))\n",
       {"#define MAX(a, b)"}},
  };
  for (const Case& c : cases) {
    std::vector<std::string> found;
    for (const Symbol& symbol : SymbolsOf(c.language, c.text)) {
      found.push_back(symbol.signature);
    }
    EXPECT_EQ(found, c.want) << c.name;
  }
}

TEST(OutlineFacts, ALongHeadIsCut) {
  const auto symbols =
      SymbolsOf("python", "def f(" + std::string(300, 'x') + "): pass\n");
  EXPECT_EQ(symbols.at(0).signature, "def f(" + std::string(191, 'x') + "...");
}

TEST(OutlineFacts, AConstantHasItsShortValue) {
  const Case cases[] = {
      {"C",
       "c",
       "#define A 3 /* b */\n#define B_H\n#define C \"x\"\n",
       {"A=3", "C=\"x\""}},
      {"C++",
       "cpp",
       "namespace a { constexpr int kMost = 3; int x = 4; extern const int y; "
       "}\nvoid f() { const int z = 1; }\n",
       {"a=", "kMost=3", "f="}},
      {"Python",
       "python",
       "MOST: int = 3\nother = 4\nBIG = f()\n",
       {"MOST=3", "BIG="}},
      {"JavaScript",
       "javascript",
       "export const a = 3, b = f();\nconst MOST = -1;\nconst c = 2;\n",
       {"a=3", "b=", "MOST=-1"}},
      {"Rust", "rust", "pub const A: u8 = 3;\nconst B: u8 = 4;\n", {"A=3"}},
      {"Go",
       "go",
       "package a\nconst (\n\tA = 3\n\tb = 4\n)\nvar C = \"x\"\n",
       {"A=3", "C=\"x\""}},
      {"Ruby", "ruby", "class A\n  MOST = 3\n  x = 4\nend\n", {"A=", "MOST=3"}},
      {"PHP", "php", "<?php const A = 3;\ndefine('B', 4);\n", {"A=3", "B=4"}},
      {"Kotlin", "kotlin", "const val MOST = 3\nval other = 4\n", {"MOST=3"}},
      {"a long one",
       "python",
       "BIG = '012345678901234567890123456789"
       "01234567890123456789012345678901234567890'\n",
       {"BIG="}},
  };
  for (const Case& c : cases) {
    std::vector<std::string> found;
    for (const Symbol& symbol : SymbolsOf(c.language, c.text)) {
      found.push_back(symbol.name + "=" + symbol.value);
    }
    EXPECT_EQ(found, c.want) << c.name;
  }
}

TEST(OutlineFacts, ACommentAboveAllThatBelongsToADefinitionIsOnIt) {
  const Case cases[] = {
      {"an export",
       "typescript",
       "// Holds all bytes of it.\n@A({\n  b: 1,\n  c: 2,\n  d: 3,\n  e: 4,\n})"
       "\nexport class F {}\n",
       {"Holds all bytes of it."}},
      {"a head of several lines",
       "c",
       "// Pushes an item on it.\nstatic\nint\npush(int item)\n{ return 1; }\n",
       {"Pushes an item on it."}},
      {"a docstring",
       "python",
       "# Some other words of it.\n@a\ndef f():\n  \"\"\"Loads all of "
       "it.\"\"\"\n",
       {"Loads all of it."}},
      {"a route",
       "python",
       "@app.get('/x')\ndef f():\n  \"\"\"Loads all of it.\"\"\"\n",
       {"Loads all of it.", "Loads all of it."}},
      {"a structure's name behind it",
       "c",
       "// A queue of bytes.\ntypedef struct {\n  int x;\n} ring;\n",
       {"A queue of bytes."}},
  };
  for (const Case& c : cases) {
    std::vector<std::string> found;
    for (const Symbol& symbol : SymbolsOf(c.language, c.text)) {
      found.push_back(symbol.doc);
    }
    EXPECT_EQ(found, c.want) << c.name;
  }
}

}  // namespace
}  // namespace dobby
