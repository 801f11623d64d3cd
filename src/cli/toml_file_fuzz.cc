// Configuration files of strangers: read, or refused with the place.
#include <string>
#include <string_view>
#include <vector>

#include "base/fuzz_target.h"
#include "cli/settings.h"
#include "cli/toml_file.h"

namespace dobby::cli {

DOBBY_FUZZ_TARGET(toml_file) {
  static const FuzzFolder folder;
  const std::string path = folder.Write(".dobby.toml", input);
  const auto entries = ReadTomlFile(path);
  Require(entries.has_value() || entries.error().context.starts_with(path),
          "an error says where");
  std::vector<std::string> warnings;
  const auto settings = ResolveSettings({}, folder.path(), &warnings);
  Require(entries.has_value() || !settings.has_value(),
          "what can't be read sets nothing");
  if (settings) (void)settings->RepositoryOptions();
}

}  // namespace dobby::cli
