"""Near-duplicates, by shingles of five tokens."""

import re
import zlib
from functools import lru_cache

import numpy as np

from sentences import first_of

_TOKEN = re.compile(r"[A-Za-z]+|\d+|[^\s\w]")
_STEPS = np.array([1, 1000003, 998244353, 754974721, 469762049], np.uint64)
_MIXES = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)
MOST_SHARED = 0.5  # of an example's shingles that rows of the evaluation may have


@lru_cache(maxsize=200_000)
def _number(token):
    return zlib.crc32(token.encode())


def shingles(text):
    """The set of hashes of five tokens in a row, sorted; of fewer tokens one hash of all."""
    numbers = np.fromiter((_number(t) for t in _TOKEN.findall(text.lower())), np.uint64)
    if len(numbers) < 5:
        return np.array([zlib.crc32(text.strip().lower().encode())], np.uint64)
    count = len(numbers) - 4
    with np.errstate(over="ignore"):
        mixed = sum(numbers[i : i + count] * _STEPS[i] for i in range(5))
        mixed ^= mixed >> np.uint64(29)
    return np.unique(mixed)


def keys(found):
    """Two numbers, each of the three least shingles under an order of its own: equal for texts nearly the same."""
    made = []
    with np.errstate(over="ignore"):
        for mix in _MIXES:
            mixed = found * mix
            mixed ^= mixed >> np.uint64(31)
            least = np.sort(mixed)[:3] if len(mixed) < 40 else np.sort(np.partition(mixed, 3)[:3])
            made.append(int(least.sum() * mix))
    return made


class Evaluation:
    """What the evaluation's rows hold: shingles of their code, and their sentences."""

    def __init__(self, rows, squeezed):
        parts = [shingles(row["code"]) for row in rows if row.get("code")]
        self.shingles = np.unique(np.concatenate(parts))
        said = [
            t
            for row in rows
            for t in [*(row.get("references") or []), row.get("reference") or row.get("ref") or ""]
        ]
        said += [first_of(" ".join(t.split())) for t in said]
        self.said = {squeezed(t) for t in said if len(t) > 30}
        self.squeezed = squeezed

    def has(self, row, found):
        """Whether a row is one of the evaluation's, or nearly, by its text or its sentence."""
        if self.squeezed(row["text"]) in self.said:
            return "sentence"
        at = np.searchsorted(self.shingles, found).clip(max=len(self.shingles) - 1)
        shared = float((self.shingles[at] == found).mean())
        return (
            "code"
            if row["task"] == "function" and len(found) > 3 and shared > MOST_SHARED
            else None
        )
