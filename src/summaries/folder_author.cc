#include "summaries/folder_author.h"

#include "base/text.h"

namespace dobby {
namespace {

bool IsByAuthor(const SummaryNode& node) {
  return node.level == Level::kFile && node.text.model == kAuthor;
}

}  // namespace

std::string FolderAuthorsSentence(
    const std::map<std::string, SummaryNode>& children) {
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
  return sentence([](const std::string& name, const SummaryNode& node) {
    return name.ends_with(".go") && node.text.lines[0].starts_with("Package ");
  });
}

}  // namespace dobby
