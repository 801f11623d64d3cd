// The outline of a small file of every language that has a grammar.
#include <string>

#include "dobby/chunk.h"
#include "gtest/gtest.h"

namespace dobby {
namespace {

/// Returns a line for each symbol, indented by depth: "kind name :line".
std::string OutlineOf(const std::string& language, const std::string& text) {
  SourceFile file;
  file.path = "x";
  file.language.id = language;
  file.text = text;
  const auto chunks = SplitFile(file, {});
  if (!chunks) return chunks.error().ToString();
  std::string lines;
  for (const Chunk& chunk : *chunks) {
    if (chunk.kind != SyntaxKind::kParsed) lines += "not parsed\n";
    for (const Symbol& symbol : chunk.outline) {
      lines += std::string(2 * symbol.depth, ' ') + symbol.kind + " " +
               symbol.name + " :" + std::to_string(symbol.line) + "\n";
    }
  }
  return lines;
}

struct Case {
  const char* language;
  const char* text;
  const char* want;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.language; }

class Outline : public testing::TestWithParam<Case> {};

TEST_P(Outline, NamesTheDefinitions) {
  EXPECT_EQ(OutlineOf(GetParam().language, GetParam().text), GetParam().want);
}

TEST(Outline, OfATextThatEndsInTheMiddleHasWhatCameBefore) {
  EXPECT_EQ(OutlineOf("go",
                      "package a\n\ntype T struct{}\n\nfunc F() {\n"
                      "\tif x {\n"),
            "struct T :3\nfunction F :5\n");
}

TEST(Outline, ALongNameIsCutBetweenCharacters) {
  std::string name = "n";
  for (int i = 0; i < 150; ++i) name += "\xC3\xA4";
  EXPECT_EQ(OutlineOf("python", "def " + name + "(): pass\n"),
            "function " + name.substr(0, 199) + " :1\n");
}

TEST(Outline, AConstructorStandsForAClassThatABrokenTextHides) {
  const std::string text =
      "template <class T = X<A && B>>\nclass EXPORT ring : public base<T> {\n"
      "  using base<T>::base;\n public:\n  ring() {}\n  ring(int x) {}\n"
      "  ~ring() {}\n  void push() {}\n} }\n";
  const std::string outline = OutlineOf("cpp", "}\n" + text);
  EXPECT_NE(outline.find("class ring :3"), std::string::npos) << outline;
  EXPECT_EQ(outline.find("function ring"), std::string::npos) << outline;
  EXPECT_EQ(OutlineOf("cpp", "// class ring: none\nring() {}\n"), "");
  EXPECT_EQ(OutlineOf("cpp", "Ring::Ring() {}\n"), "function Ring::Ring :1\n");
}

const Case kCases[] = {
    {"c", R"(#ifndef X_H
#define X_H
#define MAX(a, b) ((a) > (b))
typedef struct { int x; } point;
struct list { struct list *next; int (*compare)(int); };
enum color { RED };
extern int table[3];
int prototype(struct list *l);
static char *name(int a,
                  int b) {
  struct list local;
  return 0;
}
int (*pointer)(void);
#endif
)",
     R"(macro MAX :3
struct point :4
struct list :5
enum color :6
function prototype :8
function name :9
)"},
    {"cpp", R"(namespace a::b {
template <class T>
class Box : public Base {
 public:
  Box();
  ~Box() = default;
  T& get() const { return x_; }
  bool operator==(const Box&) const;
  using Value = T;
 private:
  enum class Kind { kA };
  T x_;
};
struct Forward;
int Box<int>::size() { int f(int); return 0; }
auto Twice = [](int x) { return 2 * x; };
template <class T> concept Small = true;
}  // namespace a::b
int main() { struct Local {}; }
class MY_EXPORT Lid final {};
TEST(Box, HoldsOneItem) { EXPECT_EQ(1, 1); }
TYPED_TEST_P(Box, Grows) {}
MODULE(box) {}
)",
     R"(namespace a::b :1
  class Box :3
    method Box :5
    method ~Box :6
    method get :7
    method operator== :8
    type Value :9
    enum Kind :11
  function Box<int>::size :15
  concept Small :17
function main :19
  struct Local :19
class Lid :20
test HoldsOneItem :21
test Grows :22
)"},
    {"python", R"(import os
@decorated
class A(B):
    x = 1
    @property
    def f(self):
        def inner(): pass
        return inner
async def g(): pass
if os.name:
    def h():
        pass
)",
     R"(class A :3
  method f :6
    function inner :7
function g :9
function h :11
)"},
    {"rust", R"(mod m {
    pub struct S<T> { x: T }
    impl<T> Clone for S<T> { fn clone(&self) -> Self { todo!() } }
    pub trait Shape { fn area(&self) -> f64; fn twice(&self) {} }
    pub enum E { A, B(i32) }
    type Alias = u8;
}
macro_rules! say { () => {} }
pub async fn run() { let f = |x| x; }
)",
     R"(module m :1
  struct S :2
  impl S<T> :3
    method clone :3
  trait Shape :4
    method area :4
    method twice :4
  enum E :5
  type Alias :6
macro say :8
function run :9
)"},
    {"go", R"(package main
import "fmt"
type (
	Point struct{ X int }
	Shape interface{ Area() float64 }
)
type ID = string
type Handler func(int)
func (p *Point) Move(x int) { fmt.Println(x) }
func main() { f := func() {}; f() }
)",
     R"(struct Point :4
interface Shape :5
type ID :7
type Handler :8
method Move :9
function main :10
)"},
    {"java", R"(package p;
@Entity
public class A<T> extends B {
  private int x;
  public A() {}
  @Override
  public int f(int y) { return y; }
  interface Inner { void g(); }
  enum E { X, Y { void h() {} } }
}
record R(int a) {}
@interface Mark {}
)",
     R"(class A :3
  constructor A :5
  method f :7
  interface Inner :8
    method g :8
  enum E :9
record R :11
annotation Mark :12
)"},
    {"javascript", R"(import x from 'x';
export default class A extends B {
  static #secret = 1;
  handler = () => { this.x(); };
  constructor() { super(); }
  get size() { return 1; }
}
export const f = async (a) => a;
const g = function () {}, n = 3;
function* gen() { const inner = () => 1; }
exports.h = function () {};
A.prototype.m = (x) => x;
)",
     R"(class A :2
  method handler :4
  method constructor :5
  method size :6
function f :8
function g :9
function gen :10
function exports.h :11
function A.prototype.m :12
)"},
    {"typescript", R"(export interface I { f(x: number): void; y: string }
type T = string | number;
enum E { A }
abstract class A<T> implements I {
  abstract g(): void;
  @log() f(x: number): void {}
  private h = (x: number) => x;
}
namespace N { export function inner(): void {} }
declare function d(x: number): string;
export const k = <T,>(x: T): T => x;
)",
     R"(interface I :1
  method f :1
type T :2
enum E :3
class A :4
  method g :5
  method f :6
  method h :7
namespace N :9
  function inner :9
function d :10
function k :11
)"},
    {"tsx", R"(export function App(props: P): JSX.Element {
  return <div onClick={() => 1}>{props.x}</div>;
}
const Row: FC = ({ x }) => <li>{x}</li>;
)",
     "function App :1\nfunction Row :4\n"},
    {"csharp", R"(namespace A.B {
  [Attr]
  public class C : D {
    int x;
    public C() {}
    public int P { get; set; }
    public override string ToString() => "x";
    public static C operator +(C a, C b) { return a; }
    struct S {}
  }
  interface I { void F(); }
  record R(int X);
  delegate void H(int x);
  enum E { A }
}
)",
     R"(namespace A.B :1
  class C :3
    constructor C :5
    property P :6
    method ToString :7
    operator + :8
    struct S :9
  interface I :11
    method F :11
  record R :12
  delegate H :13
  enum E :14
)"},
    {"ruby", R"(module M
  class A < B
    attr_reader :x
    def initialize(x); @x = x; end
    def self.make; new(1); end
    class << self
      def other; end
    end
  end
end
def top; end
)",
     R"(module M :1
  class A :2
    method initialize :4
    method make :5
    method other :7
function top :11
)"},
    {"php", R"(<html><?php
namespace A\B;
interface I { public function f(); }
trait T { function g() {} }
abstract class C extends D {
  public function __construct(private int $x) {}
  #[Attr]
  public static function h(): int { return 1; }
}
enum E: string { case A = 'a'; }
function top() { $f = function () {}; }
?></html>
)",
     R"(namespace A\B :2
interface I :3
  method f :3
trait T :4
  method g :4
class C :5
  method __construct :6
  method h :8
enum E :10
function top :11
)"},
    {"kotlin", R"(package p
@Serializable
data class A(val x: Int) : B() {
    constructor() : this(1)
    fun f(): Int { return 1 }
    companion object Factory {
        fun make() = A(1)
    }
}
interface I {
    fun g()
}
object O { val y = 1 }
enum class E { X }
fun String.top() = 1
typealias T = String
)",
     R"(class A :3
  method f :5
  object Factory :6
    method make :7
interface I :10
  method g :11
object O :13
class E :14
function top :15
type T :16
)"},
    {"swift", R"(import Foundation
@objc class A: B {
    init(x: Int) { }
    func f(_ y: Int) -> Int { return y }
    struct S { var z = 1 }
}
protocol P { func g() }
extension A: P { func g() {} }
enum E { case x }
actor Worker { }
func top() {}
typealias T = Int
)",
     R"(class A :2
  initializer init :3
  method f :4
  struct S :5
protocol P :7
  method g :7
extension A :8
  method g :8
enum E :9
actor Worker :10
function top :11
type T :12
)"},
    {"bash", R"(#!/bin/bash
x=1
function a { echo a; }
b() {
  c() { :; }
}
)",
     "function a :3\nfunction b :4\n  function c :5\n"},
    {"objectivec", R"(#import <Foundation/Foundation.h>
typedef NS_ENUM(NSInteger, Kind) { KindA, KindB };
@interface Ring : NSObject <Sizing>
@property (nonatomic) int size;
- (void)push:(int)item at:(int)place;
+ (instancetype)make;
@end
@protocol Sizing <NSObject>
- (int)size;
@end
@implementation Ring
- (void)push:(int)item at:(int)place { }
@end
static int helper(void) { return 1; }
)",
     R"(enum Kind :2
interface Ring :3
  method push :5
  method make :6
protocol Sizing :8
  method size :9
class Ring :11
  method push :12
function helper :14
)"},
    {"dart", R"(const most = 3;
class A extends B with M implements C {
  A(this.x);
  int f(int y) { return y; }
  int get size => 1;
}
mixin M on A {}
extension E on A { void q() {} }
enum Z { a, b }
typedef F = void Function(int);
abstract class Q { void w(); }
void main() {
  group('a ring', () {
    test('grows', () {});
  });
}
)",
     R"(constant most :1
class A :2
  constructor A :3
  method f :4
  method size :5
mixin M :7
extension E :8
  method q :8
enum Z :9
type F :10
class Q :11
  method w :11
function main :12
  suite a ring :13
    test grows :14
)"},
    {"lua", R"(local M = {}
local MOST = 3
function M.push(a, b) return a end
function M:pop() end
local function hidden() local x = function() end end
M.go = function(x) end
local t = {
  f = function() end,
}
describe("a ring", function()
  it("grows", function() end)
end)
)",
     R"(constant MOST :2
function M.push :3
function M:pop :4
function hidden :5
function M.go :6
function f :8
suite a ring :10
  test grows :11
)"},
    {"elixir", R"(defmodule A.B do
  def push(a, b) when a > 1 do
    x = a
  end
  defp hidden(a), do: a
  defmacro m(x) do
  end
  describe "a ring" do
    test "grows", %{a: b} do
    end
  end
end
defprotocol P do
  def size(x)
end
)",
     R"(module A.B :1
  function push :2
  function hidden :5
  macro m :6
  suite a ring :8
    test grows :9
protocol P :13
  function size :14
)"},
    {"zig", R"(const std = @import("std");
pub const most = 3;
pub const Ring = struct {
    x: u8,
    pub fn push(self: *Ring, a: u8) void {}
    const Kind = enum { a };
};
fn hidden() void {}
test "grows" {}
)",
     R"(constant most :2
struct Ring :3
  method push :5
function hidden :8
test grows :9
)"},
    {"r", R"(MOST <- 3
push <- function(x, y = 1) { z <- function() 1 }
pop = function() 1
a <- y + function() 1
test_that("it grows", { expect(1) })
)",
     R"(constant MOST :1
function push :2
function pop :3
test it grows :5
)"},
};

INSTANTIATE_TEST_SUITE_P(Languages, Outline, testing::ValuesIn(kCases),
                         [](const auto& test) {
                           return std::string(test.param.language);
                         });

}  // namespace
}  // namespace dobby
