// The node types of each grammar that define or hold something. Comments are
// found by their name, in every grammar.
#pragma once

#include <vector>

#include "chunks/grammars.h"

namespace dobby {

/// The node types that matter in one grammar.
using NodeTypes = std::vector<NodeType>;

/// Languages whose types stand in the text.
const NodeTypes& CTypes();
const NodeTypes& CppTypes();
const NodeTypes& ObjectiveCTypes();
const NodeTypes& RustTypes();
const NodeTypes& GoTypes();
const NodeTypes& JavaTypes();
const NodeTypes& CSharpTypes();
const NodeTypes& KotlinTypes();
const NodeTypes& SwiftTypes();
const NodeTypes& DartTypes();
const NodeTypes& ZigTypes();

/// Languages of scripts.
const NodeTypes& PythonTypes();
const NodeTypes& JavaScriptTypes();
const NodeTypes& TypeScriptTypes();
const NodeTypes& RubyTypes();
const NodeTypes& PhpTypes();
const NodeTypes& BashTypes();
const NodeTypes& LuaTypes();
const NodeTypes& ElixirTypes();
const NodeTypes& RTypes();

/// Returns both, in order; of two with one name the later one counts.
NodeTypes Joined(NodeTypes a, const NodeTypes& b);

}  // namespace dobby
