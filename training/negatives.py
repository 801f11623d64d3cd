"""Rows that show nothing, with the one answer that says so: the product then keeps its structural line."""

import random
import re

import prompts

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEYWORDS = set(
    "def class return if else elif for while in not and or is None True False self function var let const "
    "new this public private protected static void int long double float bool boolean char String string "
    "func fn pub impl struct enum interface type end do begin nil null true false async await throw try "
    "catch except raise import package use using namespace method constructor more lines shown line not "
    "case switch break continue final override unsigned mut match with as from yield lambda".split()
)


def _meaningless(text, chance):
    """The text with every name replaced by a short one that means nothing."""
    made = {}

    def other(match):
        word = match[0]
        if word in _KEYWORDS:
            return word
        if word not in made:
            made[word] = chance.choice("abcdefghijkmnpqrstuvwxyz") + (
                str(len(made)) if len(made) > 20 or chance.random() < 0.4 else ""
            )
        return made[word]

    return _WORD.sub(other, text)


def _negative(row, chance):
    body = row["body"]
    if row["task"] == "function":
        lines = body.split("\n")[1:-1]
        if len(lines) > 8 or '"' in body or "'" in body or "//" in body or "#" in body:
            return None
        body = "```\n" + _meaningless("\n".join(lines), chance) + "\n```"
    elif row["task"] in ("file", "part"):
        if body.count("\n") > 12:
            return None
        body = "\n".join(
            (
                re.sub(
                    r"(\S+ )(.*)",
                    lambda m: m[1] + _meaningless(m[2], chance),
                    line.split(":")[0],
                    count=1,
                )
                if line.strip()
                else line
            )
            for line in body.split("\n")
        )
    else:
        return None
    path = row["path"]
    if path:
        ending = path[path.rfind(".") :] if "." in path else ""
        path = (
            chance.choice(["a", "b", "x", "f1", "tmp", "file2", "m", "src/a", "lib/x", "t/u"])
            + ending
        )
    return {
        **row,
        "task": row["task"],
        "body": body,
        "path": path,
        "text": prompts.NEGATIVE,
        "negative": True,
    }


def some(rows, most, seed):
    """At most so many negatives, made of rows that are fit for it."""
    chance, made = random.Random(seed), []
    for row in rows:
        if len(made) == most:
            break
        negative = _negative(row, chance)
        if negative:
            made.append(negative)
    return made
