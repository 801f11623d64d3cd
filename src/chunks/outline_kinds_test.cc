// Tests, routes and functions that no keyword defines.
#include <string>

#include "dobby/chunk.h"
#include "gtest/gtest.h"

namespace dobby {
namespace {

/// Returns a line for each symbol, indented by depth: "kind name", with what
/// handles a route.
std::string KindsIn(const std::string& language, const std::string& text) {
  SourceFile file;
  file.path = "x";
  file.language.id = language;
  file.text = text;
  std::string lines;
  const auto chunks = SplitFile(file, kWholeFile);
  for (const Chunk& chunk : *chunks) {
    for (const Symbol& symbol : chunk.outline) {
      lines +=
          std::string(2 * symbol.depth, ' ') + symbol.kind + " " + symbol.name;
      const bool is_route = symbol.kind == "route" && !symbol.value.empty();
      lines += (is_route ? " = " + symbol.value : "") + "\n";
    }
  }
  return lines;
}

struct Case {
  const char* name;
  const char* language;
  const char* text;
  const char* want;
};

TEST(OutlineKinds, TestsAreNamedByTheirText) {
  const Case cases[] = {
      {"JavaScript", "javascript",
       "describe('a ring', () => {\n"
       "  beforeEach(() => { const f = () => 1; });\n"
       "  it('grows', async () => { const g = () => 1; });\n"
       "  it.each([1])('shrinks', (x) => {});\n});\n"
       "test('alone', function () {});\n/a/.test('b');\n",
       "suite a ring\n  test grows\n  test shrinks\ntest alone\n"},
      {"RSpec", "ruby",
       "RSpec.describe Ring, type: :x do\n  context 'when full' do\n"
       "    it 'grows' do\n      get '/x', to: 'y'\n    end\n  end\nend\n",
       "suite Ring\n  suite when full\n    test grows\n"},
      {"Minitest", "ruby",
       "class RingTest < Minitest::Test\n  def test_grows; end\n"
       "  def setup; end\n  test 'shrinks' do\n  end\nend\n",
       "suite RingTest\n  test test_grows\n  method setup\n  test shrinks\n"},
      {"pytest", "python",
       "def test_grows(): pass\ndef testify(): pass\n"
       "class TestRing:\n  def test_pop(self): pass\n"
       "class Client:\n  def test_connection(self): pass\n",
       "test test_grows\nfunction testify\nsuite TestRing\n  test test_pop\n"
       "class Client\n  method test_connection\n"},
      {"Rust", "rust",
       "#[cfg(test)]\nmod tests {\n  #[tokio::test]\n  async fn grows() {}\n"
       "  fn helper() {}\n}\nrgtest!(shrinks, |d: D| { x(); });\n"
       "assert!(a, b);\n",
       "module tests\n  test grows\n  function helper\ntest shrinks\n"},
      {"Go", "go",
       "package a\nfunc TestRing(t *testing.T) {\n"
       "\tt.Run(\"grows\", func(t *testing.T) {\n\t})\n}\n"
       "func TestOnly(x int) {}\n",
       "test TestRing\n  test grows\nfunction TestOnly\n"},
      {"JUnit", "java",
       "class RingTest {\n  @Test void grows() {}\n"
       "  @ParameterizedTest void shrinks(int x) {}\n  void help() {}\n}\n",
       "suite RingTest\n  test grows\n  test shrinks\n  method help\n"},
      {"C#", "csharp",
       "public class Rings { [Fact] public void Grows() {} "
       "[Theory] public void Shrinks(int x) {} }\n",
       "suite Rings\n  test Grows\n  test Shrinks\n"},
      {"PHPUnit", "php",
       "<?php class RingTest extends TestCase {\n"
       "  public function testGrows() {}\n  #[Test] function pops() {}\n}\n",
       "suite RingTest\n  test testGrows\n  test pops\n"},
      {"XCTest", "swift",
       "class Rings: XCTestCase {\n  func testGrows() {}\n}\n",
       "suite Rings\n  test testGrows\n"},
      {"Catch2", "cpp",
       "TEST_CASE(\"a ring grows\", \"[ring]\") {\n  struct X {};\n}\n"
       "int f() { return 1; }\n",
       "test a ring grows\n  struct X\nfunction f\n"},
      {"Boost", "cpp",
       "BOOST_AUTO_TEST_CASE(grows) {}\n"
       "BOOST_FIXTURE_TEST_CASE(shrinks, Fixture) {}\n",
       "test grows\ntest shrinks\n"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(KindsIn(c.language, c.text), c.want) << c.name;
  }
}

TEST(OutlineKinds, RoutesAreCallsAndAttributesWithAPath) {
  const Case cases[] = {
      {"Express", "javascript",
       "app.get('/orders', (req) => 1);\n"
       "router.post('/orders/:id', check, orders.create);\n"
       "map.get('orders');\naxios.get('/x').then((y) => 1);\n"
       "const z = client.get('/z', options);\n",
       "route GET /orders\nroute POST /orders/:id = orders.create\n"},
      {"Flask", "python",
       "@app.route('/orders', methods=['POST'])\ndef add(): pass\n"
       "@router.get('/orders/{id}')\nasync def load(id): pass\n"
       "@cached('/x')\ndef other(): pass\n",
       "route POST /orders = add\nfunction add\n"
       "route GET /orders/{id} = load\nfunction load\nfunction other\n"},
      {"Spring", "java",
       "@RequestMapping(\"/orders\")\nclass Orders {\n"
       "  @GetMapping(\"/{id}\") int load() { return 1; }\n"
       "  @PostMapping\n  int add() { return 1; }\n"
       "  void f() { map.put(\"/x\", y); }\n}\n",
       "class Orders\n  route GET /orders/{id} = load\n  method load\n"
       "  route POST /orders = add\n  method add\n  method f\n"},
      {"ASP.NET", "csharp",
       "[Route(\"orders\")] class Orders { [HttpGet(\"{id}\")] "
       "public int Load() => 1; }\napp.MapDelete(\"/x\", () => 1);\n",
       "class Orders\n  route GET /orders/{id} = Load\n  method Load\n"
       "route DELETE /x\n"},
      {"NestJS", "typescript",
       "@Controller('cats')\nexport class Cats {\n  @Get(':id')\n"
       "  find() {}\n}\n",
       "class Cats\n  route GET /cats/:id = find\n  method find\n"},
      {"Rails", "ruby",
       "Rails.application.routes.draw do\n  get '/x' => 'a#b'\n"
       "  scope '/admin' do\n    post '/y', to: 'c#d'\n  end\nend\n"
       "def login\n  post '/login', params: {}\nend\n",
       "route GET /x\nroute POST /admin/y\nfunction login\n"},
      {"Laravel", "php",
       "<?php\nRoute::get('/x', [C::class, 'm'])->name('y');\n"
       "Route::prefix('/admin')->group(function () {\n"
       "  Route::post('/z', 'C@n');\n});\n",
       "route GET /x\nroute POST /admin/z\n"},
      {"Go", "go",
       "package a\nfunc main() {\n\thttp.HandleFunc(\"/x\", handle)\n"
       "\tr.GET(\"/y/:id\", func(c *C) {})\n\tmux.Handle(\"POST /z\", h)\n"
       "\tr.Route(\"/p\", func(r R) {\n\t\tr.Get(\"/q\", h)\n\t})\n"
       "\tc.Get(\"/w\", nil)\n}\n",
       "function main\n  route /x = handle\n  route GET /y/:id\n"
       "  route POST /z = h\n  route GET /p/q = h\n"},
      {"Rust", "rust",
       "fn app() {\n  let r = R::new()\n    .route(\"/a\", get(load))\n"
       "    .route(\"/b\", post(add));\n}\n#[get(\"/c\")]\nfn c() {}\n",
       "function app\n  route GET /a = load\n  route POST /b = add\n"
       "route GET /c = c\nfunction c\n"},
      {"Kotlin", "kotlin",
       "fun app() {\n  routing {\n    get(\"/x\") { call() }\n  }\n}\n",
       "function app\n  route GET /x\n"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(KindsIn(c.language, c.text), c.want) << c.name;
  }
}

TEST(OutlineKinds, FunctionsThatAreValues) {
  const Case cases[] = {
      {"an object", "javascript",
       "const parcels = {\n  find: function (id) {},\n  drop: async (id) => "
       "1,\n"
       "  keep(id) {},\n  most: 3,\n};\n",
       "function find\nfunction drop\nfunction keep\n"},
      {"module.exports", "javascript",
       "module.exports = {\n  find: function (id) {},\n};\n",
       "function find\n"},
      {"Vue", "javascript",
       "export default {\n  data() { return {}; },\n  methods: {\n"
       "    go() { const x = { hidden: function () {} }; },\n  },\n};\n",
       "function data\nfunction go\n"},
      {"a default", "tsx", "export default () => <p />;\n",
       "function default\n"},
      {"a component", "tsx",
       "const Row = React.memo(({ x }) => <li>{x}</li>);\n"
       "const ids = items.map((x) => x.id);\n",
       "function Row\n"},
      {"a class", "javascript", "const A = class extends B { push() {} };\n",
       "class A\n  method push\n"},
      {"called at once", "javascript",
       "(function () {\n  function push() {}\n  A.pop = function () {};\n"
       "})();\n",
       "function push\nfunction A.pop\n"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(KindsIn(c.language, c.text), c.want) << c.name;
  }
}

TEST(OutlineKinds, AFunctionIsThereOnce) {
  const Case cases[] = {
      {"overloads", "typescript",
       "function f(a: string): void;\nfunction f(a: number): void;\n"
       "function f(a: any) {}\nfunction g() {}\n",
       "function f\nfunction g\n"},
      {"overloads of Python", "python",
       "@overload\ndef f(a: int): ...\n@overload\ndef f(a: str): ...\n"
       "def f(a): pass\n",
       "function f\n"},
      {"branches", "c",
       "#ifdef A\nint f(int x) { return 1; }\n#else\n"
       "int f(int x) { return 2; }\nint g(void) { return 1; }\n#endif\n",
       "function f\nfunction g\n"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(KindsIn(c.language, c.text), c.want) << c.name;
  }
}

TEST(OutlineKinds, OfCAndItsKin) {
  const Case cases[] = {
      {"structures", "c",
       "typedef struct node {\n  struct inner { int x; } in;\n} node_t;\n"
       "typedef int (*compare)(int);\ntypedef int number;\n",
       "struct node_t\n  struct inner\ntype compare\ntype number\n"},
      {"old heads", "c", "int f(a, b) int a; char *b; { return 0; }\n",
       "function f\n"},
      {"macros that make functions", "c",
       "SYSCALL_DEFINE2(read, unsigned int, fd)\n{ return 0; }\n"
       "DEFINE(mine) { return 1; }\nCALL(other, int);\n",
       "function read\nfunction mine\n"},
      {"operators", "cpp",
       "struct A {\n  operator bool() const;\n  A& operator=(const A&);\n"
       "  friend bool operator<(const A& a, const A& b);\n};\n",
       "struct A\n  method operator bool\n  method operator=\n"
       "  method operator<\n"},
      {"an interface of one function", "kotlin",
       "fun interface Clock { fun now(): Long }\nclass Van {\n"
       "  fun go() {}\n}\nfun after() {}\n",
       "interface Clock\n  method now\nclass Van\n  method go\n"
       "function after\n"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(KindsIn(c.language, c.text), c.want) << c.name;
  }
}

}  // namespace
}  // namespace dobby
