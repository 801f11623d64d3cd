// Markup in comments, as plain text.
#pragma once

#include <string>
#include <string_view>

namespace dobby {

/// Returns a paragraph of a comment without the markup that it is written in:
/// HTML and the XML of C# ("<b>", "&lt;", "<see cref="Rate"/>"), inline tags of
/// Javadoc and its like ("{@link Rate}"), roles and literals of
/// reStructuredText (":class:`Job`", "``x``"), links and stress of Markdown.
/// What only looks like markup, as "List<String>" and "a[i]", stays.
std::string RenderMarkup(std::string text);

}  // namespace dobby
