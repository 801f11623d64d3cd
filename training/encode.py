"""Rows -> token ids, once, for the trainer.

usage: encode.py DATA TOKENIZER.json

Writes DATA/train.npz and DATA/dev.npz, and DATA/dev-texts.json: task, language, package and reference of each
development row. Rows of languages and tasks that are few stand in the training data more than once, and of those
that are many not all do (MORE).
"""

import json
import random
import sys
import zlib
from collections import Counter
from functools import lru_cache
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

import packing
import prompts
import workers

MORE = {"javascript": 2.0, "ruby": 3.0, "swift": 2.0, "csharp": 2.0, "rust": 0.8}  # functions
MORE_TASKS = {"file": 2.0, "part": 1.0, "folder": 3.0, "project": 4.0}
JAVA_CLASSES = 0.6  # a Java file's comment is its class's; there are many
MOST_DEV, SEED = 400, 11


def times(row, line):
    """How often a row stands in the training data; a fraction by a coin that its text throws."""
    weight = (
        1.0 if row.get("negative") else MORE_TASKS.get(row["task"]) or MORE.get(row["lang"], 1.0)
    )
    if row["lang"] == "java" and row["task"] in ("file", "part"):
        weight = JAVA_CLASSES
    return int(weight) + (zlib.crc32(line) % 1000 < 1000 * (weight % 1))


@lru_cache(maxsize=1)
def tokenizer_of(path):
    return Tokenizer.from_file(path)


def encoded(work):
    lines, path, is_dev = work
    tokenizer = tokenizer_of(path)
    rows = [json.loads(line) for line in lines]
    if not is_dev:
        rows = [row for row, line in zip(rows, lines) for _ in range(times(row, line))]
    return packing.encode(tokenizer, rows, prompts.prompt, tokenizer.token_to_id(prompts.END))


def development(lines):
    """At most so many of each task and language, so that none speaks for all; (lines, what they are)."""
    seen, kept, told = Counter(), [], []
    for line in lines:
        row = json.loads(line)
        kind = "negative" if row.get("negative") else (row["task"], row["lang"])
        seen[kind] += 1
        if seen[kind] <= MOST_DEV:
            kept.append(line)
            told.append({k: row.get(k) for k in ("task", "lang", "pack", "text", "negative")})
    return kept, told


def main():
    data = Path(sys.argv[1])
    for split in ("dev", "train"):
        lines = open(data / f"{split}.jsonl", "rb").readlines()
        if split == "dev":
            random.Random(SEED).shuffle(lines)
            lines, told = development(lines)
            (data / "dev-texts.json").write_text(json.dumps(told))
        with workers.pool() as pool:
            parts = list(
                pool.map(
                    encoded,
                    [
                        (lines[i : i + 1500], sys.argv[2], split == "dev")
                        for i in range(0, len(lines), 1500)
                    ],
                )
            )
        ids = np.concatenate([p[0] for p in parts])
        lengths = np.concatenate([np.diff(p[1]) for p in parts])
        answers = np.concatenate([p[2] for p in parts])
        packing.save(
            data / f"{split}.npz", (ids, np.concatenate(([0], np.cumsum(lengths))), answers)
        )
        print(split, len(answers), "examples", len(ids), "tokens", flush=True)


if __name__ == "__main__":
    main()
