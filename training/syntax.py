"""Definitions of a source file, read off its syntax tree as dobby's outlines are (src/chunks/grammars.cc)."""

from collections import namedtuple
from functools import lru_cache

import tree_sitter
import tree_sitter_c
import tree_sitter_c_sharp
import tree_sitter_cpp
import tree_sitter_go
import tree_sitter_java
import tree_sitter_javascript
import tree_sitter_kotlin
import tree_sitter_php
import tree_sitter_python
import tree_sitter_ruby
import tree_sitter_rust
import tree_sitter_swift
import tree_sitter_typescript

# Of a definition: lines count from 0; `is_code` where it holds statements; `is_type` where it holds members.
Definition = namedtuple("Definition", "kind name begin end first last depth is_code is_type body")

LANGUAGES = {
    ".py": "python",
    ".java": "java",
    ".go": "go",
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".jsx": "javascript",
    ".rb": "ruby",
    ".c": "c",
    ".h": "c",
    ".cc": "cpp",
    ".cpp": "cpp",
    ".cxx": "cpp",
    ".hpp": "cpp",
    ".hh": "cpp",
    ".rs": "rust",
    ".ts": "typescript",
    ".tsx": "tsx",
    ".php": "php",
    ".cs": "csharp",
    ".kt": "kotlin",
    ".swift": "swift",
}
DISPLAY = {
    "python": "Python",
    "java": "Java",
    "go": "Go",
    "javascript": "JavaScript",
    "ruby": "Ruby",
    "c": "C",
    "cpp": "C++",
    "rust": "Rust",
    "typescript": "TypeScript",
    "tsx": "TypeScript",
    "php": "PHP",
    "csharp": "C#",
    "kotlin": "Kotlin",
    "swift": "Swift",
}

# Node type: (kind, field of the name, "code" | "type" | "name").
_C = {
    "function_definition": ("function", "declarator", "code"),
    "struct_specifier": ("struct", "name", "type"),
    "union_specifier": ("union", "name", "type"),
    "enum_specifier": ("enum", "name", "type"),
    "declaration": ("function", "declarator", "name"),
    "preproc_function_def": ("macro", "name", "name"),
}
_JS = {
    "class_declaration": ("class", "name", "type"),
    "function_declaration": ("function", "name", "code"),
    "generator_function_declaration": ("function", "name", "code"),
    "method_definition": ("method", "name", "code"),
    "variable_declarator": ("function", "name", "code"),
    "assignment_expression": ("function", "left", "code"),
    "pair": ("function", "key", "code"),
}
_TS = {
    **_JS,
    "abstract_class_declaration": ("class", "name", "type"),
    "interface_declaration": ("interface", "name", "type"),
    "enum_declaration": ("enum", "name", "type"),
    "type_alias_declaration": ("type", "name", "name"),
    "method_signature": ("method", "name", "name"),
    "abstract_method_signature": ("method", "name", "name"),
    "function_signature": ("function", "name", "name"),
}
KINDS = {
    "python": {
        "class_definition": ("class", "name", "type"),
        "function_definition": ("function", "name", "code"),
    },
    "java": {
        "class_declaration": ("class", "name", "type"),
        "interface_declaration": ("interface", "name", "type"),
        "enum_declaration": ("enum", "name", "type"),
        "record_declaration": ("record", "name", "type"),
        "annotation_type_declaration": ("annotation", "name", "type"),
        "method_declaration": ("method", "name", "code"),
        "constructor_declaration": ("constructor", "name", "code"),
    },
    "go": {
        "function_declaration": ("function", "name", "code"),
        "method_declaration": ("method", "name", "code"),
        "type_spec": ("type", "name", "type"),
    },
    "javascript": _JS,
    "typescript": _TS,
    "tsx": _TS,
    "ruby": {
        "class": ("class", "name", "type"),
        "module": ("module", "name", "type"),
        "method": ("function", "name", "code"),
        "singleton_method": ("function", "name", "code"),
    },
    "c": _C,
    "cpp": {
        **_C,
        "class_specifier": ("class", "name", "type"),
        "field_declaration": ("function", "declarator", "name"),
        "alias_declaration": ("type", "name", "name"),
    },
    "rust": {
        "function_item": ("function", "name", "code"),
        "function_signature_item": ("function", "name", "name"),
        "struct_item": ("struct", "name", "type"),
        "enum_item": ("enum", "name", "type"),
        "trait_item": ("trait", "name", "type"),
        "impl_item": ("impl", "type", "type"),
        "macro_definition": ("macro", "name", "code"),
        "type_item": ("type", "name", "name"),
    },
    "php": {
        "class_declaration": ("class", "name", "type"),
        "interface_declaration": ("interface", "name", "type"),
        "trait_declaration": ("trait", "name", "type"),
        "enum_declaration": ("enum", "name", "type"),
        "function_definition": ("function", "name", "code"),
        "method_declaration": ("method", "name", "code"),
    },
    "csharp": {
        "class_declaration": ("class", "name", "type"),
        "struct_declaration": ("struct", "name", "type"),
        "interface_declaration": ("interface", "name", "type"),
        "record_declaration": ("record", "name", "type"),
        "enum_declaration": ("enum", "name", "type"),
        "delegate_declaration": ("delegate", "name", "name"),
        "method_declaration": ("method", "name", "code"),
        "constructor_declaration": ("constructor", "name", "code"),
        "property_declaration": ("property", "name", "code"),
    },
    "kotlin": {
        "class_declaration": ("class", "name", "type"),
        "object_declaration": ("object", "name", "type"),
        "function_declaration": ("function", "name", "code"),
    },
    "swift": {
        "class_declaration": ("class", "name", "type"),
        "protocol_declaration": ("protocol", "name", "type"),
        "function_declaration": ("function", "name", "code"),
        "protocol_function_declaration": ("function", "name", "name"),
        "init_declaration": ("initializer", "name", "code"),
    },
}
_GRAMMARS = {
    "python": tree_sitter_python.language,
    "java": tree_sitter_java.language,
    "go": tree_sitter_go.language,
    "javascript": tree_sitter_javascript.language,
    "ruby": tree_sitter_ruby.language,
    "c": tree_sitter_c.language,
    "cpp": tree_sitter_cpp.language,
    "rust": tree_sitter_rust.language,
    "typescript": tree_sitter_typescript.language_typescript,
    "tsx": tree_sitter_typescript.language_tsx,
    "php": tree_sitter_php.language_php,
    "csharp": tree_sitter_c_sharp.language,
    "kotlin": tree_sitter_kotlin.language,
    "swift": tree_sitter_swift.language,
}
_FUNCTIONS = {"arrow_function", "function_expression", "generator_function"}


@lru_cache(maxsize=None)
def _tools(language):
    grammar = tree_sitter.Language(_GRAMMARS[language]())
    patterns = []
    for node_type in KINDS[language]:
        try:
            tree_sitter.Query(grammar, f"({node_type}) @d")
        except tree_sitter.QueryError:
            continue
        patterns.append(f"({node_type}) @d")
    return tree_sitter.Parser(grammar), tree_sitter.Query(grammar, "\n".join(patterns))


def _declared(node, function_only):
    """Follows a C declarator inwards to the name; a prototype must declare a function."""
    is_function = False
    while True:
        inner = node.child_by_field_name("declarator")
        if inner is None and node.type == "reference_declarator" and node.named_child_count:
            inner = node.named_child(0)
        if inner is None:
            return node if is_function or not function_only else None
        is_function |= node.type == "function_declarator"
        if is_function and inner.type == "parenthesized_declarator":
            return None
        node = inner


def _name(node, field, role):
    if node.type in ("variable_declarator", "assignment_expression", "pair"):
        value = node.child_by_field_name(
            "right" if node.type == "assignment_expression" else "value"
        )
        if value is None or value.type not in _FUNCTIONS:
            return None
    if node.type.endswith("_specifier") and node.child_by_field_name("body") is None:
        return None
    if field == "declarator":
        return _declared(node, function_only=role == "name")
    found = node.child_by_field_name(field)
    if found is None and node.type == "init_declaration":
        return node.child(0)
    return found


def _kind(node, kind):
    if node.type == "type_spec":
        value = node.child_by_field_name("type")
        return {"struct_type": "struct", "interface_type": "interface"}.get(
            value.type if value else "", kind
        )
    if node.type == "class_declaration":
        keyword = node.child_by_field_name("declaration_kind")
        if keyword is not None:
            return keyword.text.decode()
        if any(child.type == "interface" for child in node.children[:4]):
            return "interface"
    return kind


def language_of(path, text):
    """The language of a file by its ending; a header with classes or namespaces is C++. None for others."""
    dot = path.rfind(".")
    language = LANGUAGES.get(path[dot:].lower()) if dot > 0 else None
    if language == "c" and path.endswith(".h"):
        if any(word in text for word in ("\nclass ", "\nnamespace ", "\ntemplate", "std::")):
            return "cpp"
    return language


def definitions(language, text):
    """Returns the definitions of a file in source order, those in others behind them and deeper."""
    parser, query = _tools(language)
    source = text.encode()
    root = parser.parse(source).root_node
    nodes = tree_sitter.QueryCursor(query).captures(root).get("d", [])
    nodes.sort(key=lambda n: (n.start_byte, -n.end_byte))
    found, around = [], []
    for node in nodes:
        kind, field, role = KINDS[language][node.type]
        while around and around[-1].end <= node.start_byte:
            around.pop()
        in_code = any(d.is_code for d in around)
        if in_code and (role == "name" or node.type in ("pair", "assignment_expression")):
            continue
        name = _name(node, field, role)
        if name is None or not 0 < len(name.text) <= 200:
            continue
        kind = _kind(node, kind)
        if kind == "function" and around and around[-1].is_type:
            kind = "method"
        body = node.child_by_field_name("body")
        definition = Definition(
            kind,
            " ".join(name.text.decode("utf-8", "replace").split()),
            node.start_byte,
            node.end_byte,
            node.start_point[0],
            node.end_point[0],
            len(around),
            role == "code",
            role == "type",
            body.start_byte if body is not None else None,
        )
        found.append(definition)
        if role != "name":
            around.append(definition)
    return found, source
