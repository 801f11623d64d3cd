"""The prompts of the tuned model, as dobby writes them from prompts.json (`dobby eval --prompt-text`)."""

import json
from pathlib import Path

KIT = json.loads((Path(__file__).parent / "prompts.json").read_text())
KIND_OF_TASK = {
    "function": "sentence",
    "file": "outline",
    "part": "outline",
    "folder": "dir",
    "project": "repo",
}
END = "<|im_end|>"
MOST_CODE_BYTES = 1150  # about 370 tokens
MOST_OUTLINE_BYTES = 1500  # as src/prompts/slot_texts.cc
MOST_DOC_BYTES = 160
NEGATIVE = "Unclear."


def fenced(code):
    """Code between fences, cut behind a whole line, with the number of lines that are left out."""
    lines = code.rstrip("\n").split("\n")
    kept, size = 0, 0
    while kept < len(lines) and (kept == 0 or size + len(lines[kept]) < MOST_CODE_BYTES):
        size += len(lines[kept]) + 1
        kept += 1
    shown = "\n".join(lines[:kept])[: 2 * MOST_CODE_BYTES]
    left = len(lines) - kept
    words = (
        KIT["one_line_dropped"] if left == 1 else KIT["lines_dropped"].replace("{count}", str(left))
    )
    return f"```\n{shown}\n```" + ("\n" + words if left else "")


def outline(items):
    """items: (depth, kind, name, sentence) -> a definition a line, as dobby's OutlineLines."""
    lines, size = [], 0
    for depth, kind, name, said in items:
        line = "  " * min(depth, 4) + f"{kind} {name[:80]}"
        if said:
            line += ": " + (
                said if len(said) <= MOST_DOC_BYTES else said[: MOST_DOC_BYTES - 3] + "..."
            )
        if lines and size + len(line) > MOST_OUTLINE_BYTES:
            break
        lines.append(line)
        size += len(line) + 1
    left = len(items) - len(lines)
    return "\n".join(
        lines + ([KIT["symbols_dropped"].replace("{count}", str(left))] if left else [])
    )


def user_turn(row):
    """The user's words for a row: task, lang, path, body."""
    lines = "\n".join(KIT["kinds"][KIND_OF_TASK[row["task"]]]["user"])
    if row["task"] == "part":
        lines = lines.replace("File: ", "Part of: ")
    if row["task"] == "function" and not row["path"]:
        lines = lines.replace("File: {path}\n", "")
    for slot in ("path", "language"):
        lines = lines.replace("{" + slot + "}", row[slot])
    for slot in ("code", "outline", "parts"):
        lines = lines.replace("{" + slot + "}", row["body"])
    return lines


def prompt(row):
    """The whole prompt in the chat frame of SmolLM2-Instruct; the answer follows, then END."""
    system = KIT["kinds"][KIND_OF_TASK[row["task"]]]["system"]
    return (
        f"<|im_start|>system\n{system}{END}\n<|im_start|>user\n{user_turn(row)}{END}\n"
        "<|im_start|>assistant\n"
    )
