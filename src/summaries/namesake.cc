#include "summaries/namesake.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"

namespace dobby {

std::string LettersOf(std::string_view name) {
  std::string letters = Lower(name);
  std::erase_if(letters, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) == 0;
  });
  return letters;
}

std::vector<std::string> NamesOfFile(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view file = BaseNameOf(path);
  std::vector<std::string> names = {LettersOf(file.substr(0, file.find('.')))};
  if (slash != std::string_view::npos) {
    names.push_back(LettersOf(BaseNameOf(path.substr(0, slash))));
  }
  return names;
}

bool SpeaksForFolder(std::string_view path) {
  static constexpr std::array<std::string_view, 6> kStems = {
      "__init__", "mod", "lib", "index", "doc", "package-info"};
  const std::string_view file = BaseNameOf(path);
  return path.ends_with(".go") ||
         std::find(kStems.begin(), kStems.end(),
                   file.substr(0, file.find('.'))) != kStems.end();
}

bool IsNamesake(std::string_view name, std::string_view path) {
  const std::string letters = LettersOf(name);
  if (letters.empty()) return false;
  const std::vector<std::string> names = NamesOfFile(path);
  const auto is_alike = [&letters](const std::string& other) {
    return letters == other || letters + "s" == other || letters == other + "s";
  };
  return is_alike(names.front()) ||
         (names.size() > 1 && SpeaksForFolder(path) && is_alike(names[1]));
}

}  // namespace dobby
