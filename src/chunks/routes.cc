#include "chunks/routes.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"
#include "base/utf8.h"
#include "chunks/nodes.h"

namespace dobby {
namespace {

constexpr std::array<std::string_view, 7> kVerbs = {
    "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"};

std::string Upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return upper;
}

template <std::size_t N>
bool IsIn(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Returns the first verb that stands in capitals in a text, as in
/// methods=["POST"].
std::string VerbIn(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = EndOfWord(text, at);
    if (IsIn(text.substr(at, end - at), kVerbs)) {
      return std::string(text.substr(at, end - at));
    }
    at = std::max(end, at + 1);
  }
  return "";
}

}  // namespace

std::string_view NameOfAttribute(std::string_view attribute) {
  const std::size_t begin = attribute.find_first_not_of("@#[ ");
  if (begin == std::string_view::npos) return "";
  attribute.remove_prefix(begin);
  attribute = attribute.substr(0, attribute.find_first_of("(]<= "));
  const std::size_t dot = attribute.find_last_of(".:\\");
  return dot == std::string_view::npos ? attribute : attribute.substr(dot + 1);
}

bool SayTest(const std::vector<std::string>& attributes) {
  static constexpr std::array<std::string_view, 8> kTests = {
      "test",   "rstest",     "test_case", "Fact",
      "Theory", "TestMethod", "TestCase",  "quickcheck"};
  return std::any_of(attributes.begin(), attributes.end(),
                     [](const std::string& attribute) {
                       const std::string_view name = NameOfAttribute(attribute);
                       return name.ends_with("Test") || IsIn(name, kTests);
                     });
}

bool IsTestName(std::string_view name) {
  constexpr std::size_t kTestBytes = 4;
  return name.starts_with("test") && name.size() > kTestBytes &&
         std::islower(static_cast<unsigned char>(name[kTestBytes])) == 0;
}

std::optional<std::string> VerbOf(std::string_view word) {
  static constexpr std::array<std::string_view, 5> kAnyVerb = {
      "ROUTE", "REQUEST", "HANDLE", "HANDLEFUNC", "PATH"};
  constexpr std::size_t kLongest = 20;
  if (word.size() > kLongest) return std::nullopt;
  std::string verb = Upper(word);
  constexpr std::string_view kMapping = "MAPPING";
  if (verb.ends_with(kMapping)) verb.resize(verb.size() - kMapping.size());
  for (const std::string_view head : {"HTTP", "MAP"}) {
    if (verb.starts_with(head)) verb.erase(0, head.size());
  }
  if (IsIn(verb, kVerbs)) return verb;
  if (IsIn(verb, kAnyVerb)) return "";
  return std::nullopt;
}

bool IsRoutePath(std::string_view path) {
  const std::size_t blank = path.find(' ');
  if (blank != std::string_view::npos && IsIn(path.substr(0, blank), kVerbs)) {
    path.remove_prefix(blank + 1);
  }
  return path.starts_with('/');
}

std::string RouteName(std::string_view verb, std::string_view prefix,
                      std::string_view path) {
  std::string name(verb);
  if (!name.empty()) name += ' ';
  // "GET /x" brings its own verb.
  if (!path.starts_with('/') && IsRoutePath(path)) return std::string(path);
  // Groups within groups must not make names that grow without an end.
  constexpr std::size_t kMaxPrefixBytes = 200;
  std::string whole(prefix.substr(0, Utf8CutAt(prefix, kMaxPrefixBytes)));
  if (whole.ends_with('/')) whole.pop_back();
  if (!whole.empty() && !whole.starts_with('/')) whole.insert(0, "/");
  if (!path.empty() && !path.starts_with('/')) whole += '/';
  if (whole.empty() || path != "/") whole += path;
  return name + whole;
}

std::string RouteOf(const std::vector<std::string>& attributes,
                    std::string_view prefix) {
  for (const std::string& attribute : attributes) {
    const auto verb = VerbOf(NameOfAttribute(attribute));
    if (!verb) continue;
    const std::string_view path = QuotedIn(attribute);
    const bool is_route =
        IsRoutePath(path) || (!prefix.empty() && !verb->empty());
    if (!is_route) continue;
    return RouteName(verb->empty() ? VerbIn(attribute) : *verb, prefix, path);
  }
  return "";
}

std::string PrefixOf(const std::vector<std::string>& attributes) {
  static constexpr std::array<std::string_view, 4> kOfClass = {
      "RequestMapping", "Route", "Path", "Controller"};
  for (const std::string& attribute : attributes) {
    const std::string_view path = QuotedIn(attribute);
    if (!path.empty() && IsIn(NameOfAttribute(attribute), kOfClass)) {
      return std::string(path);
    }
  }
  return "";
}

}  // namespace dobby
