#include "dobby/output.h"
#include "outputs/json_output.h"
#include "outputs/text_output.h"

namespace dobby {
namespace {

struct FormatRow {
  Format format;
  std::string_view name;
  std::string_view other_name;  // May be empty.
  std::string (*write)(const IndexSnapshot&);
};

constexpr FormatRow kFormats[] = {
    {Format::kText, "text", "", WriteText},
    {Format::kMarkdown, "markdown", "md", WriteMarkdown},
    {Format::kJson, "json", "", WriteJson},
    {Format::kJsonl, "jsonl", "", WriteJsonLines},
    {Format::kLlmsTxt, "llms.txt", "llms", WriteLlmsTxt},
};

}  // namespace

Result<Format> FormatOf(std::string_view name) {
  std::string names;
  for (const FormatRow& row : kFormats) {
    const bool other = !row.other_name.empty() && name == row.other_name;
    if (name == row.name || other) return row.format;
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  return Error{ErrorCode::kUsage, "is no format: there are " + names,
               std::string(name)};
}

std::string WriteSnapshot(const IndexSnapshot& snapshot, Format format) {
  for (const FormatRow& row : kFormats) {
    if (row.format == format) return row.write(snapshot);
  }
  return "";
}

}  // namespace dobby
