// Manifests and data of strangers.
#include <string>
#include <string_view>

#include "base/fuzz_target.h"
#include "facts/data.h"
#include "facts/manifest.h"

namespace dobby {

/// A line with the name of the file, and the text.
DOBBY_FUZZ_TARGET(read_manifest) {
  const std::string name(TakeLine(input));
  if (const auto manifest = ReadManifest(name, input)) {
    RequireOneLine(manifest->kind, "a kind");
    RequireOneLine(manifest->name, "a name");
    RequireOneLine(manifest->version, "a version");
    RequireOneLine(manifest->description, "a description");
    Require(manifest->parts.size() <= 20, "a manifest has few parts");
    for (const std::string& part : manifest->parts) {
      RequireOneLine(part, "a part");
    }
  }
  for (const auto& facts : {ReadDelimited(input), ReadJsonRecords(input)}) {
    if (!facts) continue;
    for (const std::string& column : facts->columns) {
      RequireOneLine(column, "a column");
    }
  }
  for (const std::string& entry : ReadList(input).first) {
    RequireOneLine(entry, "an entry");
  }
}

}  // namespace dobby
