// English phrases from the names of code.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dobby {

/// Returns the words of a name as they stand in a sentence: "HTTP", "user".
std::vector<std::string> SentenceWords(std::string_view name);

/// Returns "push" of "Ring::push" and of "exports.push".
std::string_view OwnName(std::string_view name);

/// Returns the words from `begin` on, with blanks between.
std::string JoinWords(const std::vector<std::string>& words, std::size_t begin);

/// Whether the first word is a verb that names of functions begin with.
bool BeginsWithVerb(const std::vector<std::string>& words);

/// Whether the words are a verb and its object: "find", "owner".
bool IsCommand(const std::vector<std::string>& words);

/// Returns "loads", "catches", "tries".
std::string MakeThirdPerson(const std::string& verb);

/// Returns "rings", "classes", "properties".
std::string MakePlural(const std::string& noun);

/// Returns "1 file", "3 files".
std::string Count(std::size_t number, const std::string& noun);

std::string Capitalise(std::string text);

/// Returns "a, b and c", or of more than `most` names "a, b and 3 more"; one
/// more is shown rather than counted.
std::string JoinNames(std::span<const std::string> names, std::size_t most);

}  // namespace dobby
