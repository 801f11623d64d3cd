"""CodeXGLUE's BLEU, as src/scores/bleu.cc computes it; for curves on development rows alone."""

import math
import re
import sys
from collections import Counter


def words(text):
    """Words and marks; underscores part words, as in NIST's normalisation."""
    return re.findall(r"[^\W_]+|_|[^\s\w]", text.strip().lower())


def bleu(reference, answer):
    """0 to 100."""
    ref, hyp = words(reference), words(answer)
    total = 0.0
    for n in range(1, 5):
        grams = Counter(tuple(hyp[i : i + n]) for i in range(len(hyp) - n + 1))
        other = Counter(tuple(ref[i : i + n]) for i in range(len(ref) - n + 1))
        correct = sum(min(count, other[gram]) for gram, count in grams.items())
        guessed = max(len(hyp) - n + 1, 0)
        more = (0 if n == 1 else 1) + sys.float_info.min
        total += math.log(correct + more) - math.log(guessed + more)
    brevity = min(0.0, 1 - (len(ref) + 1) / (len(hyp) + 1))
    return 100 * math.exp(total / 4 + brevity)
