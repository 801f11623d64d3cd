// The sources of what is said of folders and the repository.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/name_words.h"
#include "base/text.h"
#include "summaries/allowed_words.h"
#include "summaries/name_phrases.h"
#include "summaries/namesake.h"
#include "summaries/sources.h"

namespace dobby {
namespace {

using Said = std::optional<Line>;

constexpr std::size_t kMostSubjects = 6;  ///< In a first line.
constexpr std::size_t kMostParts = 10;    ///< In a second line.
constexpr std::size_t kMostTopics = 3;

/// Returns the line of the first child that `speaks`, in the order of names.
template <class Speaks>
Said SayAsChild(const FolderFacts& facts, const Speaks& speaks) {
  for (const auto& [name, child] : facts.children) {
    std::string sentence = child.file ? speaks(name, *child.file) : "";
    if (!sentence.empty()) return Line{std::move(sentence)};
  }
  return std::nullopt;
}

/// Whether a project is named as its folder is: a manifest that another project
/// was begun with keeps that one's name and description.
bool IsNamedAs(const Manifest& manifest, const FolderFacts& facts) {
  const std::string name =
      LettersOf(manifest.name.substr(manifest.name.rfind('/') + 1));
  const std::string folder = LettersOf(facts.name);
  return !name.empty() &&
         (folder.find(name) != std::string::npos ||
          name.find(folder) != std::string::npos) &&
         2 * name.size() >= folder.size();
}

Said SayManifest(const FolderFacts& facts) {
  const Manifest* manifest = facts.FindManifest();
  if (!manifest || manifest->description.empty()) return std::nullopt;
  return Line{manifest->description};
}

Said SayOwnManifest(const FolderFacts& facts) {
  const Manifest* manifest = facts.FindManifest();
  return manifest && IsNamedAs(*manifest, facts) ? SayManifest(facts)
                                                 : std::nullopt;
}

/// Of several READMEs the one with the shortest name is of the whole folder:
/// the others are translations, or of a part.
Said SayReadme(const FolderFacts& facts) {
  const FileFacts* readme = nullptr;
  for (const auto& [name, child] : facts.children) {
    const bool is_one = child.file && !child.file->description.empty() &&
                        Lower(name).starts_with("readme");
    if (is_one && (!readme || child.file->path.size() < readme->path.size())) {
      readme = child.file.get();
    }
  }
  return readme ? Said(Line{readme->description}) : std::nullopt;
}

Said SayPackage(const FolderFacts& facts) {
  Said named =
      SayAsChild(facts, [](const std::string& name, const FileFacts& file) {
        return SpeaksForFolder(name) && !name.ends_with(".go") ? file.head : "";
      });
  if (named) return named;
  // In Go the comment on the package clause may stand in any file.
  return SayAsChild(facts, [](const std::string& name, const FileFacts& file) {
    return name.ends_with(".go") && file.head.starts_with("Package ")
               ? file.head
               : "";
  });
}

/// Returns the language of most files, and how many files there are.
std::pair<std::string, std::size_t> MainLanguage(const Child& folder) {
  std::pair<std::string, std::size_t> main;
  for (const auto& [language, count] : folder.files) {
    if (count > main.second) main = {language, count};
  }
  return main;
}

std::string FilesPhrase(const Child& folder) {
  const std::size_t files = folder.CountFiles();
  const auto [language, count] = MainLanguage(folder);
  if (count == files) return Count(files, language + " file");
  if (2 * count <= files) return Count(files, "file");
  return Count(files, "file") + ", mostly " + language;
}

std::vector<std::string> Subjects(const FolderFacts& facts) {
  std::vector<std::string> subjects;
  for (const std::string& name : facts.NamesByWeight()) {
    const Child& child = facts.children.at(name);
    subjects.push_back(child.file ? child.subject : name);
  }
  std::set<std::string> seen;
  std::erase_if(subjects, [&seen](const std::string& subject) {
    return !seen.insert(subject).second;
  });
  return subjects;
}

/// Returns what at least three of four files extend; empty: nothing.
std::string SharedBase(const FolderFacts& facts) {
  std::map<std::string, std::size_t> counts;
  for (const auto& [name, child] : facts.children) ++counts[child.base];
  for (const auto& [base, count] : counts) {
    const bool is_shared = count > 2 && 4 * count >= 3 * facts.children.size();
    if (is_shared) return base;
  }
  return "";
}

/// Returns the last words that at least three of four names have in common, as
/// in "HtmlErrorRenderer" and "XmlErrorRenderer"; none in other folders.
std::vector<std::string> SharedEnding(const std::vector<std::string>& names) {
  std::vector<std::vector<std::string>> words;
  words.reserve(names.size());
  for (const std::string& name : names) words.push_back(SentenceWords(name));
  const std::size_t least =
      std::max<std::size_t>(3, (3 * names.size() + 3) / 4);
  std::vector<std::string> ending;
  while (true) {
    std::map<std::string, std::size_t> counts;
    for (const auto& name : words) {
      if (name.size() > ending.size() + 1) {
        ++counts[Lower(name[name.size() - ending.size() - 1])];
      }
    }
    const auto most = std::max_element(
        counts.begin(), counts.end(),
        [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most == counts.end() || most->second < least) return ending;
    std::erase_if(words, [&](const auto& name) {
      return name.size() < ending.size() + 2 ||
             Lower(name[name.size() - ending.size() - 1]) != most->first;
    });
    ending.insert(ending.begin(), most->first);
  }
}

/// Says "Error renderers: HTML, XML and plain text (3 PHP files)." where the
/// names of files end alike.
Said SayAlike(const FolderFacts& facts) {
  const std::vector<std::string> names = Subjects(facts);
  std::vector<std::string> ending = SharedEnding(names);
  if (ending.empty()) return std::nullopt;
  std::vector<std::string> differences, others;
  for (const std::string& name : names) {
    const auto words = SentenceWords(name);
    const bool is_alike =
        words.size() > ending.size() && Lower(words.back()) == ending.back();
    if (is_alike) {
      differences.push_back(
          JoinWords({words.begin(), words.end() - std::ssize(ending)}, 0));
    } else {
      others.push_back(name);
    }
  }
  differences.insert(differences.end(), others.begin(), others.end());
  ending.back() = MakePlural(ending.back());
  return Line{OneLine(Capitalise(JoinWords(ending, 0)) + ": " +
                      JoinNames(differences, kMostSubjects) + " (" +
                      FilesPhrase(facts.ToChild()) + ").")};
}

/// Returns the words that types in several files are named with, the most
/// frequent first, without those of the files' names: where these only say what
/// kind of code a file has, as in models.py and views.py, they say of what.
std::vector<std::string> Topics(const FolderFacts& facts) {
  std::map<std::string, std::size_t> files;
  std::set<std::string> known;
  for (const auto& [name, child] : facts.children) {
    for (const std::string& word : WordsOfName(name)) {
      known.insert(word);
      known.insert(MakePlural(word));
      if (word.ends_with('s')) known.insert(word.substr(0, word.size() - 1));
    }
    std::set<std::string> words;
    for (const std::string& type : child.types) {
      for (const std::string& word : WordsOfName(type)) words.insert(word);
    }
    for (const std::string& word : words) ++files[word];
  }
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const auto& [word, count] : files) {
    const bool tells = count > 1 && word.size() > 2 && !known.contains(word) &&
                       !IsPlainWord(word);
    if (tells) ranked.emplace_back(count, word);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](auto& a, auto& b) { return a.first > b.first; });
  std::vector<std::string> topics;
  for (const auto& [count, word] : ranked) {
    if (topics.size() < kMostTopics) topics.push_back(word);
  }
  return topics;
}

Said SayTests(const FolderFacts& facts) {
  const Child folder = facts.ToChild();
  if (!folder.is_test) return std::nullopt;
  return Line{OneLine("Tests (" + FilesPhrase(folder) +
                      "): " + JoinNames(Subjects(facts), kMostSubjects) + ".")};
}

Said SayParts(const FolderFacts& facts) {
  const Child folder = facts.ToChild();
  const std::string base = SharedBase(facts);
  const Manifest* manifest = facts.FindManifest();
  const std::string project =
      manifest ? manifest->kind + " " + manifest->name + ", " : "";
  const std::vector<std::string> topics = Topics(facts);
  return Line{OneLine(
      project + FilesPhrase(folder) +
      (base.empty() ? "" : " based on " + base) +
      (topics.empty() ? "" : " about " + JoinNames(topics, kMostTopics)) +
      ": " + JoinNames(Subjects(facts), kMostSubjects) + ".")};
}

/// The second line: the parts, with a word on each.
Line HoldsLineOf(const FolderFacts& facts) {
  std::string line = "Holds ";
  const std::uint64_t bytes = facts.ToChild().bytes;
  const auto names = facts.NamesByWeight();
  const std::size_t shown =
      names.size() <= kMostParts + 1 ? names.size() : kMostParts;
  for (std::size_t i = 0; i < shown; ++i) {
    const Child& child = facts.children.at(names[i]);
    line += (i > 0 ? ", " : "") + names[i] + " (" + child.word;
    // What most of the folder lies in is no part of it: its own parts are.
    const bool is_most = 2 * child.bytes > bytes && !child.parts.empty();
    if (is_most) line += ": " + JoinNames(child.parts, child.parts.size());
    line += ")";
  }
  const std::size_t left = names.size() - shown;
  if (left > 0) line += " and " + std::to_string(left) + " more";
  return {OneLine(line + "."), Voice::kStructure, ""};
}

// --- The tables.

constexpr std::array kFolderSources = {
    FolderSource{Voice::kManifest, SayOwnManifest},
    FolderSource{Voice::kReadme, SayReadme},
    FolderSource{Voice::kManifest, SayManifest},
    FolderSource{Voice::kHeader, SayPackage},
    FolderSource{Voice::kModel, nullptr},
    FolderSource{Voice::kStructure, SayTests},
    FolderSource{Voice::kStructure, SayAlike},
    FolderSource{Voice::kStructure, SayParts},
};

constexpr std::array kRepoSources = {
    FolderSource{Voice::kManifest, SayOwnManifest},
    FolderSource{Voice::kReadme, SayReadme},
    FolderSource{Voice::kManifest, SayManifest},
    FolderSource{Voice::kHeader, SayPackage},
    FolderSource{Voice::kModel, nullptr},
    FolderSource{Voice::kStructure, SayParts},
};

}  // namespace

std::span<const FolderSource> FolderSources() { return kFolderSources; }
std::span<const FolderSource> RepoSources() { return kRepoSources; }

Draft DraftOf(const FolderFacts& facts, bool trusts_model) {
  Draft draft;
  const auto sources = facts.path == "." ? RepoSources() : FolderSources();
  draft.lines[0] = FirstSaid(sources, facts, trusts_model, &draft.asks_model);
  draft.lines[1] = HoldsLineOf(facts);
  return draft;
}

}  // namespace dobby
