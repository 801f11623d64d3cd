"""Comments: the one above a definition, Python's docstrings, and the one at the head of a file."""

import ast
import re

HASH = {"python", "ruby"}
_LINE = re.compile(r"\s*(?:///?!?|//!|#+)\s?(.*)$")
_BELONGS = re.compile(
    r"\s*(@\w|#\[|\[\w|template\b|export\b|pub\b|static\b|async\b|public\b|private\b|protected\b|"
    r"abstract\b|final\b|override\b|internal\b|open\b)"
)
_PREAMBLE = re.compile(
    r"\s*($|#pragma|#ifndef|#define|#if|#endif|<\?php|['\"]use |declare\(|package |import |using |"
    r"use |namespace |#!|extern crate|#!\[|require |# frozen_string|# encoding|# -\*-)"
)
CLASS_FILES = {"java", "kotlin", "csharp", "php", "swift"}


def _line_mark(line, language):
    """The text of a line comment, or None."""
    stripped = line.lstrip()
    if language in HASH:
        return (
            re.sub(r"^#+ ?", "", stripped)
            if stripped.startswith("#") and not stripped.startswith("#!")
            else None
        )
    if stripped.startswith("//"):
        return re.sub(r"^//[/!]* ?", "", stripped)
    return None


def without_stars(block):
    """The text of a block comment, /** ... */, without its marks."""
    inner = re.sub(r"^\s*/\*+!?<?", "", block)
    inner = re.sub(r"\**\*/\s*$", "", inner)
    return "\n".join(re.sub(r"^\s*\*+ ?", "", line) for line in inner.split("\n"))


def above(lines, at, language):
    """The comment that ends right above line `at`, behind attributes of the definition; or None."""
    for _ in range(4):
        if (
            at == 0
            or _line_mark(lines[at - 1], language) is not None
            or not _BELONGS.match(lines[at - 1])
        ):
            break
        if lines[at - 1].rstrip().endswith((";", "{", "}")):
            return None
        at -= 1
    end = at
    while at > 0 and end - at < 120 and _line_mark(lines[at - 1], language) is not None:
        at -= 1
    if at < end:
        return "\n".join(_line_mark(line, language) for line in lines[at:end])
    if at == 0 or language in HASH or not lines[at - 1].rstrip().endswith("*/"):
        return None
    begin = at - 1
    while begin > 0 and at - begin < 120 and not lines[begin].lstrip().startswith("/*"):
        begin -= 1
    return (
        without_stars("\n".join(lines[begin:at]))
        if lines[begin].lstrip().startswith("/*")
        else None
    )


_STRING = re.compile(r"""\s*[rRuU]?("{3}|'{3}|"|')(.*?)\1""", re.S)


def docstring(source, begin):
    """Python: (text, end byte) of the string that a body begins with; (None, begin) where there is none."""
    match = _STRING.match(source[begin : begin + 12000].decode("utf-8", "replace"))
    if not match or (len(match[1]) == 1 and "\n" in match[2]):
        return None, begin
    text = "\n".join(line.strip() for line in match[2].split("\n"))
    return text, begin + len(match[0].encode())


def _head_of_python(text):
    match = re.match(r"(?:\s*#[^\n]*\n|\s*\n)*", text)
    rest = text[match.end() :]
    string = _STRING.match(rest)
    if not string:
        return None, 0
    return "\n".join(line.strip() for line in string[2].split("\n")), match.end() + string.end()


def _blocks(text, language):
    """The comments among the first lines, as (text, first line, line behind it)."""
    lines = text.split("\n")[:150]
    at = 0
    while at < len(lines):
        line = lines[at]
        first = at
        if line.lstrip().startswith("/*") and language not in HASH:
            while at < len(lines) and "*/" not in lines[at]:
                at += 1
            at += 1
            yield without_stars("\n".join(lines[first:at])), first, at
        elif _line_mark(line, language) is not None:
            while at < len(lines) and _line_mark(lines[at], language) is not None:
                at += 1
            yield "\n".join(_line_mark(part, language) for part in lines[first:at]), first, at
        elif _PREAMBLE.match(line):
            at += 1
        else:
            return


def heads(text, language):
    """The comments that may describe a file, as (text, file without it), the likeliest first."""
    if language == "python":
        said, end = _head_of_python(text)
        return [(said, text[end:])] if said else []
    lines = text.split("\n")
    found = []
    for said, first, behind in _blocks(text, language):
        # Right above a definition it speaks of that, but where a file is one class.
        tight = behind < len(lines) and lines[behind].strip() and not _PREAMBLE.match(lines[behind])
        if not tight or language in CLASS_FILES:
            found.append((said, "\n".join(lines[:first] + lines[behind:])))
    return found


def is_python(text):
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
