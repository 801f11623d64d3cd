#include "summaries/folder_author.h"

#include <algorithm>
#include <set>
#include <vector>

#include "base/name_words.h"
#include "base/text.h"
#include "summaries/allowed_words.h"
#include "summaries/counterpart.h"
#include "summaries/text_line.h"

namespace dobby {
namespace {

using Children = std::map<std::string, SummaryNode>;

bool IsByAuthor(const SummaryNode& node) {
  return node.level == Level::kFile && node.text.model == kAuthor &&
         !IsTextSentence(node.text.lines[0]);
}

/// Whether a child is there for another one, and so has nothing of its own to
/// say of the folder: an implementation, a test.
bool ServesAnother(const std::string& name, const Children& children) {
  const std::vector<Counterpart> served = CounterpartsOf(name);
  return std::any_of(served.begin(), served.end(), [&](const auto& other) {
    return children.count(other.name) != 0;
  });
}

constexpr std::string_view kAbout = "About ", kAsIn = ", as in ";

/// A word that tells what a child is about, and how well.
using Topics = std::map<std::string, int>;

/// Returns the topics that MakeTopicLine gave a folder.
Topics TopicsOfFolder(std::string_view line) {
  Topics topics;
  line = line.substr(kAbout.size());
  line = line.substr(0, line.find(kAsIn));
  for (const std::string& word : WordsOfName(line)) {
    if (word != "and") topics.emplace(word, 1);
  }
  return topics;
}

bool HasTopicLine(const SummaryNode& node) {
  return node.text.model == kAuthor && node.text.lines[0].starts_with(kAbout) &&
         node.level != Level::kFile;
}

/// Returns the topics of a child. What its name says counts twice what its
/// author says of it.
Topics TopicsOf(const std::string& name, const SummaryNode& node,
                const Children& children) {
  if (HasTopicLine(node)) return TopicsOfFolder(node.text.lines[0]);
  Topics topics;
  const auto add = [&](std::string_view text, int weight) {
    for (const std::string& word : WordsOfName(text)) {
      if (word.size() > 3 && !IsPlainWord(word)) topics.emplace(word, weight);
    }
  };
  add(name.substr(0, name.find('.')), 2);
  if (node.text.model == kAuthor && !ServesAnother(name, children)) {
    add(node.text.lines[0], 1);
  }
  return topics;
}

/// Returns the words that most children share, at most four; where they share
/// none, one of each folder among them.
std::vector<std::string> FindMainTopics(const Children& children) {
  constexpr std::size_t kMostTopics = 4;
  std::map<std::string, std::pair<int, int>> weights;  // And of how many.
  std::vector<std::string> firsts;
  for (const auto& [name, node] : children) {
    const Topics topics = TopicsOf(name, node, children);
    if (HasTopicLine(node) && !topics.empty()) {
      firsts.push_back(topics.begin()->first);
    }
    for (const auto& [topic, weight] : topics) {
      weights[topic].first += weight;
      ++weights[topic].second;
    }
  }
  std::vector<std::string> main;
  for (const auto& [topic, weight] : weights) {
    if (weight.second > 1) main.push_back(topic);
  }
  if (main.empty()) main = std::move(firsts);
  std::stable_sort(main.begin(), main.end(), [&](auto& a, auto& b) {
    return weights[a].first > weights[b].first;
  });
  main.resize(std::min(main.size(), kMostTopics));
  return main;
}

/// Returns the file with an author's sentence that has most of the topics.
Children::const_iterator FindSpokesman(const Children& children,
                                       const std::vector<std::string>& topics) {
  auto best = children.end();
  std::ptrdiff_t most = -1;
  for (auto child = children.begin(); child != children.end(); ++child) {
    if (!IsByAuthor(child->second)) continue;
    const Topics words = TopicsOf(child->first, child->second, children);
    const auto has = std::count_if(
        topics.begin(), topics.end(),
        [&](const auto& topic) { return words.count(topic) != 0; });
    const bool serves = ServesAnother(child->first, children);
    const std::ptrdiff_t fit = serves ? 0 : 1 + has;
    if (fit > most) best = child;
    most = std::max(most, fit);
  }
  return best;
}

std::string MakeTopicLine(const Children& children) {
  const std::vector<std::string> topics = FindMainTopics(children);
  const auto spokesman = FindSpokesman(children, topics);
  const bool has_folders =
      std::any_of(children.begin(), children.end(),
                  [](const auto& child) { return HasTopicLine(child.second); });
  if (topics.empty() || (spokesman == children.end() && !has_folders)) {
    return "";
  }
  std::string line(kAbout);
  for (std::size_t i = 0; i < topics.size(); ++i) {
    if (i > 0) line += i + 1 == topics.size() ? " and " : ", ";
    line += topics[i];
  }
  if (spokesman == children.end()) return line + ".";
  return line + std::string(kAsIn) + spokesman->first + ": " +
         spokesman->second.text.lines[0];
}

}  // namespace

std::string FolderAuthorsSentence(const Children& children) {
  const auto sentence = [&](auto speaks) -> std::string {
    for (const auto& [name, node] : children) {
      if (IsByAuthor(node) && speaks(name, node)) return node.text.lines[0];
    }
    return "";
  };
  std::string said = sentence([](const std::string& name, const auto&) {
    return Lower(name).starts_with("readme");
  });
  for (const char* file :
       {"__init__.py", "doc.go", "lib.rs", "mod.rs", "package-info.java"}) {
    if (!said.empty()) return said;
    said = sentence(
        [file](const std::string& name, const auto&) { return name == file; });
  }
  if (!said.empty()) return said;
  said = sentence([](const std::string& name, const SummaryNode& node) {
    return name.ends_with(".go") && node.text.lines[0].starts_with("Package ");
  });
  return said.empty() ? MakeTopicLine(children) : said;
}

}  // namespace dobby
