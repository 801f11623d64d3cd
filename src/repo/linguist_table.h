// The languages of GitHub's linguist, with dobby's ids.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dobby/repo.h"

namespace dobby {

/// The text of linguist.tsv: a row for each language.
extern const char kLinguistData[];

/// Finds languages by what linguist knows of them. All keys but file names are
/// in lower case. Everything lives as long as the process.
class LinguistTable {
 public:
  static const LinguistTable& Get();

  /// Each returns null if there is no such language.
  const Language* ByFileName(std::string_view name) const;
  /// `ending` is without its dot; it may hold others: "html.erb".
  const Language* ByEnding(std::string_view ending) const;
  const Language* ByInterpreter(std::string_view program) const;
  /// By linguist's name or alias, by dobby's id or display.
  const Language* ByName(std::string_view name) const;

  /// Returns all names that ByName knows.
  std::vector<std::string_view> Names() const;

 private:
  using Index = std::unordered_map<std::string_view, const Language*>;

  LinguistTable();
  void AddRow(std::string_view row);
  const Language* LanguageOf(std::string_view linguist_name);
  std::string_view Keep(std::string text);

  std::deque<Language> languages_;
  std::deque<std::string> texts_;  ///< What the table's views are of.
  Index names_, file_names_, endings_, interpreters_;
};

}  // namespace dobby
