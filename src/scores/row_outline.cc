#include "scores/row_outline.h"

#include "dobby/repo.h"

namespace dobby {

std::vector<Symbol> OutlineOf(const EvalRow& row) {
  SourceFile file;
  file.path = row.path;
  file.language =
      FindLanguage(row.language).value_or(DetectLanguage(row.path, row.code));
  file.text = row.code;
  auto chunks = SplitFile(file, kWholeFile);
  return chunks && !chunks->empty() ? std::move(chunks->front().outline)
                                    : std::vector<Symbol>();
}

}  // namespace dobby
