// Reads tests and routes off the words of attributes and calls.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dobby {

/// Returns the last name of an attribute as written, "route" of
/// "@app.route("/x")".
std::string_view NameOfAttribute(std::string_view attribute);

/// Whether one of the attributes says that a function is a test.
bool SayTest(const std::vector<std::string>& attributes);

/// Whether a method with that name is a test in a class of tests: testX,
/// test_x.
bool IsTestName(std::string_view name);

/// Returns the verb of HTTP that a word names, as in get, MapGet, GetMapping,
/// HttpGet; "" for a word that means any verb, as in route, handle; nothing for
/// other words.
std::optional<std::string> VerbOf(std::string_view word);

/// Returns "GET /x" of a verb, the path of what is around, and a path: "/x" or
/// "GET /x".
std::string RouteName(std::string_view verb, std::string_view prefix,
                      std::string_view path);

/// Whether a text begins like the path of a route: "/x", "GET /x".
bool IsRoutePath(std::string_view path);

/// Returns the name of the route that the attributes give a function; empty
/// without one. `prefix`: the path of its class.
std::string RouteOf(const std::vector<std::string>& attributes,
                    std::string_view prefix);

/// Returns the path that the attributes give all routes of a class; empty
/// without one.
std::string PrefixOf(const std::vector<std::string>& attributes);

}  // namespace dobby
