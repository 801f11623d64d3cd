"""Rows of one source file: functions, the file itself, and its parts, each with its author's sentence."""

import re
import textwrap
import zlib

import comments
import prompts
import syntax
from sentences import first_sentence

_NOT_FUNCTIONS = re.compile(
    r"^(__|test_|test[A-Z]|Test|Benchmark|Example|setUp$|tearDown$|main$|init$|constructor$)"
)
_EMPTY_BODY = re.compile(
    r"^\W*(pass|\.\.\.|return|raise NotImplementedError.*|return (null|nil|None|true|false))?\W*$"
)


def coin(text, sides):
    """A number below `sides` that is always the same for the same text."""
    return zlib.crc32(text.encode()) % sides


def without_name(said, name):
    """Without the name that a sentence begins with, where a verb follows: as outlines show it."""
    match = re.match(
        r"(?:An? |The )?" + re.escape(name) + r"\b[ ,]*(?=[a-z]+s\b|can |may |are |do |will )",
        said,
        re.I,
    )
    return said[match.end() :] if match and match.end() < len(said) else said


class FileRows:
    """Reads one file. `counts` and `samples` take what the filters drop, by reason."""

    def __init__(self, language, path, text, counts):
        self.language, self.path, self.text, self.counts = language, path, text, counts
        self.lines = text.split("\n")
        self.found, self.source = syntax.definitions(language, text)
        self.docs = [self._doc(d) for d in self.found]
        self.said = [self._sentence(d, doc[0]) for d, doc in zip(self.found, self.docs)]

    def _doc(self, definition):
        """(comment or None, where the code goes on behind it)."""
        if self.language == "python":
            begin = definition.body if definition.body is not None else definition.end
            return (
                comments.docstring(self.source, begin)
                if definition.body is not None
                else (None, begin)
            )
        return comments.above(self.lines, definition.first, self.language), None

    def _sentence(self, definition, doc):
        """As an outline shows it; empty where the comment does not tell."""
        said, why = first_sentence(doc, definition.name) if doc else ("", "empty")
        return "" if why else said

    def _code(self, definition, behind):
        """The definition without its documentation, from the start of its line."""
        line = self.source.rfind(b"\n", 0, definition.begin) + 1
        if self.language == "python":
            head = self.source[line : definition.body]
            code = head + self.source[behind : definition.end].lstrip(b" \t;")
            code = re.sub(rb":\s*\n\s*\n", b":\n", code, count=1)
        else:
            code = self.source[line : definition.end]
        code = code.decode("utf-8", "replace").rstrip()
        # Half of them as CodeXGLUE has them: the first line alone moved to the margin.
        return textwrap.dedent(code) if coin(code, 2) else code.lstrip(" \t")

    def _row(self, task, body, text, name):
        return {
            "task": task,
            "lang": self.language,
            "language": syntax.DISPLAY[self.language],
            "path": self.path,
            "body": body,
            "text": text,
            "name": name,
        }

    def _take(self, task, doc, name, source):
        """The reference for a row, or None; what is dropped is counted."""
        said, why = first_sentence(doc, name, source)
        if why != "empty":
            self.counts.add(task, why, said, name)
        return None if why else said

    def functions(self):
        for definition, (doc, behind) in zip(self.found, self.docs):
            if not definition.is_code or not doc or _NOT_FUNCTIONS.match(definition.name):
                continue
            code = self._code(definition, behind)
            body = code.split("\n", 1)[-1] if "\n" in code else ""
            if len(code) < 40 or "\n" not in code or "```" in code or _EMPTY_BODY.match(body):
                continue
            said = self._take("function", doc, definition.name, code)
            if said:
                row = self._row("function", prompts.fenced(code), said, definition.name)
                if coin(code + said, 2):
                    row["path"] = ""
                yield row

    def _outline(self, some, hidden=""):
        """Outline items of the definitions with these numbers; a sentence equal to `hidden` is left out."""
        first = min((self.found[i].depth for i in some), default=0)
        return [
            (
                self.found[i].depth - first,
                self.found[i].kind,
                self.found[i].name,
                "" if self.said[i] == hidden else without_name(self.said[i], self.found[i].name),
            )
            for i in some
        ]

    def file(self):
        shown = [i for i, d in enumerate(self.found)]
        if len(shown) < 2:
            return
        for said, _ in comments.heads(self.text, self.language)[:3]:
            hidden = first_sentence(said)[0]
            body = prompts.outline(self._outline(shown, hidden))
            text = self._take(
                "file", said, self.path.rsplit("/", 1)[-1].split(".")[0], body + self.path
            )
            if text:
                yield self._row("file", body, text, self.path)
                return

    def parts(self):
        for at, definition in enumerate(self.found):
            if not definition.is_type or not self.docs[at][0]:
                continue
            inside = [
                i for i in range(at + 1, len(self.found)) if self.found[i].end <= definition.end
            ]
            if len(inside) < 2:
                continue
            around = [
                i
                for i in range(at)
                if self.found[i].end >= definition.end and self.found[i].is_type
            ]
            body = prompts.outline(self._outline([*around, at, *inside], self.said[at]))
            text = self._take("part", self.docs[at][0], definition.name, body)
            if text:
                yield self._row("part", body, text, definition.name)

    def head_sentence(self):
        """The file's one line for its folder: its author's, or that of what it is named as, or its names."""
        for said, _ in comments.heads(self.text, self.language)[:3]:
            text, why = first_sentence(said)
            if not why:
                return text
        stem = re.sub(r"\W|_", "", self.path.rsplit("/", 1)[-1].split(".")[0].lower())
        for definition, said in zip(self.found, self.said):
            if said and re.sub(r"\W|_", "", definition.name.lower()) == stem:
                return said
        names = [d.name for d in self.found if d.depth == 0 and not d.name.startswith("_")][:4]
        return "Defines " + ", ".join(names) + "." if names else ""
