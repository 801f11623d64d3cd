"""Rows -> token ids, once, for the trainer.

usage: encode.py DATA TOKENIZER.json

Writes DATA/train.npz and DATA/dev.npz, and DATA/dev-texts.json: task, language, package and reference of each
development row. Rows of languages and tasks that are few stand in the training data more than once (MORE).
"""

import json
import random
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

import packing
import prompts
import workers

MORE = {"javascript": 2.0, "ruby": 2.0, "python": 1.0, "java": 1.0, "go": 1.0}
MORE_TASKS = {"file": 2.0, "part": 1.0, "folder": 3.0, "project": 4.0}
MOST_DEV, SEED = 9000, 11


def repeated(rows):
    chance, out = random.Random(SEED), []
    for row in rows:
        weight = 1.0 if row.get("negative") else MORE_TASKS.get(row["task"]) or MORE.get(row["lang"], 1.0)
        out += [row] * (int(weight) + (chance.random() < weight % 1))
    chance.shuffle(out)
    return out


@lru_cache(maxsize=1)
def tokenizer_of(path):
    return Tokenizer.from_file(path)


def encoded(work):
    rows, path = work
    tokenizer = tokenizer_of(path)
    return packing.encode(tokenizer, rows, prompts.prompt, tokenizer.token_to_id(prompts.END))


def main():
    data = Path(sys.argv[1])
    for split in ("dev", "train"):
        rows = [json.loads(line) for line in open(data / f"{split}.jsonl")]
        rows = repeated(rows) if split == "train" else rows[:MOST_DEV]
        with workers.pool() as pool:
            parts = list(pool.map(encoded, [(rows[i:i + 2000], sys.argv[2]) for i in range(0, len(rows), 2000)]))
        ids = np.concatenate([p[0] for p in parts])
        lengths = np.concatenate([np.diff(p[1]) for p in parts])
        answers = np.concatenate([p[2] for p in parts])
        packing.save(data / f"{split}.npz", (ids, np.concatenate(([0], np.cumsum(lengths))), answers))
        print(split, len(rows), "examples", len(ids), "tokens", flush=True)
        if split == "dev":
            told = [{k: row.get(k) for k in ("task", "lang", "pack", "text", "negative")} for row in rows]
            (data / "dev-texts.json").write_text(json.dumps(told))


if __name__ == "__main__":
    main()
