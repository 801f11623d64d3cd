"""The first sentence of an author's comment, and why many are no good as a reference."""

import re

LEAST_WORDS, MOST_WORDS, MOST_BYTES = 3, 40, 250

_TOOLS = re.compile(
    r"-\*-|vim:|c8 ignore|v8 ignore|eslint|nolint|noqa|rubocop|pylint|clang-format|istanbul|@ts-|prettier|go:generate|"
    r"\+build|NOSONAR|mypy:|fmt: ?o|yapf|coding[:=]|frozen_string|tslint|jshint|phpcs|pragma|"
    r"cspell|@formatter|#region|#endregion|SPDX",
    re.I,
)
_LICENCE = re.compile(
    r"copyright|licen[sc]e|all rights reserved|\(c\) |warrant|permission is|redistribut", re.I
)
_TODO = re.compile(
    r"\b(TODO|FIXME|XXX|HACK|WIP|TBD)\b|not (yet )?implemented|work in progress", re.I
)
_DEPRECATED = re.compile(
    r"deprecated|obsolete|no longer (used|supported|needed|maintained)|will be removed|backwards? compat",
    re.I,
)
_GENERATED = re.compile(
    r"generated|do not edit|don't edit|auto-?gen|code generator|created by|written by|"
    r"^authors?\b|^id:|\$id|^version\b|^since\b|maintained by|created on|^date:",
    re.I,
)
_ELSEWHERE = re.compile(
    r"^(see|refer|same as|like|cf|as above|as in|ditto|alias|synonym|overrid|implements? \W*@|"
    r"inherit|non-javadoc|\(non|copied|taken from|borrowed|based on|adapted|ported|port of|"
    r"described in|documentation|docs?:|equivalent (of|to)|wrapper (for|around) \S+$|"
    r"shortcut|shorthand|proxy|delegates? to|called (by|from|when)|used (by|in|internally)|"
    r"internal (use|only|method|function)|for internal|helper\.|(example|usage|note|warning|important)s?:|"
    r"this test|ensures? that the test|what:|why:)\b"
    r"|@inheritdoc|\{@see|inheritdoc|see also|section \d|rfc ?\d+ section",
    re.I,
)
_PARAMETERS = re.compile(
    r"^(@|:|\\)?(param|arg|args|arguments|return|returns|throws|raises|rtype|type|tparam|"
    r"property|option|yields)s?\b\s*[:{@(\[]|^[:@\\]|^\w+ ?(:|--?) \w+$|^[-*|>+=~#]|^\d+[.)]|^\{|^\[",
    re.I,
)
_EDGE = re.compile(r"\b(e\.g|i\.e|etc|vs|cf|no|dr|st|fig|approx|incl|resp|al)\.$", re.I)
_ENGLISH = set(
    "the a an of to and for in is with from if by that this be on or as are it its at into all not when "
    "which new given current whether using between each one".split()
)
_NOT_PROSE = re.compile(
    r"https?:|www\.|[;{}]|->|=>|==|&&|\|\||::\w+\(|<[a-z]+>|\\[a-z]|\$\w|\w\(\w*,|\S{45}"
)
_CONTENT = re.compile(r"[a-z]{4,}")
_STOP = set(
    "this that with from when which will would into have been does used uses using only than then they there "
    "their given return returns value values object function method class file data type name list string "
    "number current specified provides provide create creates called each some more other should must also "
    "default instance based whether make makes where between over such these those after before same "
    "sets gets".split()
)


def tidy(doc):
    """Without the marks of documentation tools: {@link X}, :class:`X`, [`X`], <b>, <summary>, @brief."""
    doc = re.sub(r"\{@(?:code|literal)\s+([^}]*)\}", r"\1", doc)
    doc = re.sub(r"\{@\w+\s+#?([^}\s]*)\s*([^}]*)\}", lambda m: (m[2] or m[1]).strip(), doc)
    doc = re.sub(
        r"<see(?:also)?\s+\w+=\"(?:\w:)?([^\"]*)\"\s*/?>", lambda m: m[1].split(".")[-1], doc
    )
    doc = re.sub(r"<(?:paramref|typeparamref) name=\"([^\"]*)\"\s*/?>", r"\1", doc)
    doc = re.sub(
        r"</?(summary|remarks|para|p|b|i|em|code|tt|a|strong|ul|li|br|c|pre|see|tt|u)\b[^>]*>",
        " ",
        doc,
        flags=re.I,
    )
    doc = re.sub(r":[\w:]+:`[~!]?([^`<]*)(?:<[^`]*>)?`", r"\1", doc)
    doc = re.sub(r"\[`?([\w.:<>]+)`?\](?:\([^)]*\)|\[[^\]]*\])?", r"\1", doc)
    doc = re.sub(
        r"^\s*[@\\](brief|fileoverview|summary|overview|desc(?:ription)?|short|file)\b:?[ \t]*",
        "",
        doc,
        flags=re.M,
    )
    return (
        doc.replace("``", "")
        .replace("`", "")
        .replace("**", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
    )


def paragraph(doc):
    """The first paragraph with more than one word, on one line, before any list of parameters."""
    parts = re.split(
        r"\n\s*\n|\n\s*[@\\:]\w+|\n\s*(?:Args|Arguments|Parameters|Params|Returns?|Example|Examples|Raises"
        r"|Note|Notes|Yields|Usage|Inputs?|Outputs?|Options|Throws|Since|See)\b[^\n]{0,12}:?[ \t]*\n|"
        r"\n\s*[-=~*#_]{3,}|\n\s*[-*+] ",
        tidy(doc).strip(),
    )
    for part in parts[:3]:
        said = " ".join(part.split()).strip("-=*#~_/ ")
        if " " in said:
            return said
    return " ".join(parts[0].split()) if parts else ""


def first_of(text):
    for match in re.finditer(r"[.!?](?=\s+[A-Z\"'(<@]|\s*$)", text):
        said = text[: match.end()]
        if not _EDGE.search(said):
            return said
    return text


def squeezed(text):
    return re.sub(r"[\W_]+", "", text.lower())


def shows(sentence, source):
    """Whether the source has one of the sentence's own words, by its first five letters."""
    low = source.lower()
    words = [w for w in _CONTENT.findall(sentence.lower()) if w not in _STOP]
    return not words or any(w[:5] in low for w in words)


def is_malformed(said):
    """Whether a sentence has marks of a documentation tool where it begins."""
    return bool(
        _PARAMETERS.search(said)
        or _TOOLS.search(said)
        or not re.match(r"[A-Za-z0-9\"'(<_$.]", said)
    )


def _reason(said, name, source):
    words = said.split()
    checks = [
        ("for tools", _TOOLS),
        ("licence", _LICENCE),
        ("to do", _TODO),
        ("deprecated", _DEPRECATED),
        ("generated or credits", _GENERATED),
        ("speaks of another place", _ELSEWHERE),
        ("parameters", _PARAMETERS),
    ]
    for reason, pattern in checks:
        if pattern.search(said):
            return reason
    if len(words) < LEAST_WORDS:
        return "too short"
    if len(words) > MOST_WORDS or len(said) > MOST_BYTES:
        return "too long"
    if _NOT_PROSE.search(said) or sum(c.isalpha() or c == " " for c in said) < 0.82 * len(said):
        return "code, links, symbols"
    low = {w.strip(".,:;()'\"").lower() for w in words}
    if not said.isascii() or (len(words) > 7 and not low & _ENGLISH):
        return "not English"
    if squeezed(said) in (
        squeezed(name),
        "the" + squeezed(name),
        squeezed(name) + "method",
        squeezed(name) + "class",
    ):
        return "repeats the name"
    if said[0].islower() and not re.match(r"\w*[A-Z_.\d(]|[a-z]+ ", said) or said[0] in ",;)":
        return "begins in the middle"
    if source is not None and not shows(said, source):
        return "not of what is shown"
    return None


def first_sentence(doc, name="", source=None):
    """Returns (sentence, None), or (what there was, why it is no reference).

    `name` is what is described; with `source` the sentence must share a word with that.
    """
    if not doc or not doc.strip():
        return "", "empty"
    said = first_of(paragraph(doc[:4000])).strip().rstrip(":;,")
    # "ring_buffer.h - A queue", "IsValid - check whether": the name says nothing new.
    match = re.match(r"(\S+?)(?:\(\))?(?: --? |: )(?=\w)", said)
    if match and ("." in match[1] or match[1] == name):
        said = said[match.end() :]
    reason = _reason(said, name, source) if said else "empty"
    if reason:
        return said, reason
    if not said.endswith((".", "!", "?")):
        said += "."
    if re.match(r"[a-z]+ ", said) and said.split()[0] != name:
        said = said[0].upper() + said[1:]
    return said, None
