"""Chooses what is trained on from all rows: no duplicates, nothing of the evaluation's, none too often.

usage: select_rows.py DATA

Reads DATA/rows/; writes DATA/train.jsonl, DATA/dev.jsonl (packages of their own) and DATA/counts.json.
"""

import json
import random
import sys
import zlib
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path

import duplicates
import evaluation_rows
import negatives
import workers
from sentences import is_malformed, squeezed

DEV_PER_100 = 3  # packages
MOST_SAME_SENTENCE = 4
NEGATIVE_PER_100 = 3.5
SEED = 7


def is_dev(pack):
    return zlib.crc32(("dev " + pack).encode()) % 100 < DEV_PER_100


def facts(path):
    """What `chosen` and `main` need of each row of a file; one worker's work."""
    evaluation, found = _evaluation(), []
    for line in open(path):
        row = json.loads(line)
        shingles = duplicates.shingles(row["body"])
        low = squeezed(row["body"]).encode()
        # A short text's shingles are few: its name tells it from others.
        name = zlib.crc32(row["name"].encode()) if len(shingles) < 30 else 0
        found.append(
            (
                zlib.crc32(low) << 32 | zlib.adler32(low),
                zlib.crc32(squeezed(row["text"]).encode()),
                evaluation.has(row, shingles),
                [k ^ name for k in duplicates.keys(shingles)],
                is_malformed(row["text"]),
                (row["task"], row["lang"], row["licence"], row["pack"]),
            )
        )
    return found


@lru_cache(maxsize=1)
def _evaluation():
    return duplicates.Evaluation(evaluation_rows.rows(), squeezed)


def chosen(paths, dropped):
    """(line, (task, language, licence, package)) of rows that are like none before and none of the evaluation."""
    bodies, keys, said = set(), set(), Counter()
    with workers.pool() as pool:
        for path, found in zip(paths, pool.map(facts, paths, chunksize=4)):
            for line, (body, text, hit, near, malformed, kind) in zip(open(path), found):
                why = (
                    "malformed"
                    if malformed
                    else (
                        "the same body"
                        if body in bodies
                        else (
                            "the same sentence, over four times"
                            if said[text] >= MOST_SAME_SENTENCE
                            else (
                                f"a row of the evaluation, by its {hit}"
                                if hit
                                else "nearly the same" if any(k in keys for k in near) else None
                            )
                        )
                    )
                )
                bodies.add(body)
                if why:
                    dropped[why] += 1
                    continue
                keys.update(near)
                said[text] += 1
                yield line, kind


def main():
    data = Path(sys.argv[1])
    dropped, kept = Counter(), defaultdict(Counter)
    lines = {"train": [], "dev": []}
    for line, (task, language, licence, pack) in chosen(
        sorted((data / "rows").glob("*/*.jsonl")), dropped
    ):
        split = "dev" if is_dev(pack) else "train"
        kept[f"{split} {task}"][language] += 1
        kept[f"{split} licence"][licence] += 1
        lines[split].append(line)
    for split, some in lines.items():
        want = int(len(some) * NEGATIVE_PER_100 / 100)
        sample = random.Random(SEED).sample(some, min(len(some), 8 * want))
        made = negatives.some((json.loads(line) for line in sample), want, SEED)
        kept[f"{split} negative"]["all"] = len(made)
        with open(data / f"{split}.jsonl", "w") as file:
            file.writelines(some)
            file.writelines(json.dumps(row) + "\n" for row in made)
    (data / "counts.json").write_text(json.dumps({"kept": kept, "dropped": dropped}, indent=1))
    print({k: sum(v.values()) for k, v in kept.items()}, dict(dropped))


if __name__ == "__main__":
    main()
