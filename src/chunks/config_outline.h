// The parts of a configuration that a reader looks for.
#pragma once

#include <stop_token>
#include <string_view>
#include <vector>

#include "chunks/settings.h"
#include "chunks/syntax.h"

namespace dobby {

/// Returns keys of the first two levels with their values, sections, and parts
/// with a kind of their own: the jobs and named steps of a workflow ("job",
/// "step"), services and the like of a compose file, resources of Kubernetes
/// (kind "deployment", name "web"), routes of OpenAPI ("GET /pets"), elements
/// of XML with a name (kind "target", name "build"). In order.
std::vector<Definition> ConfigOutline(std::string_view text,
                                      SettingsFormat format,
                                      const std::stop_token& stop);

}  // namespace dobby
