#!/usr/bin/env python3
"""Writes tests/golden/alpha.jsonl: ratings with Krippendorff's ordinal alpha.
Not a part of the build.

usage: tests/golden/make_alpha_goldens.py > tests/golden/alpha.jsonl

Written apart from src/ratings/alpha.cc, another way: exact fractions, over
lists of pairs and without a matrix of coincidences. It first checks itself
against the values that Krippendorff (2011), "Computing Krippendorff's
Alpha-Reliability", gives for his example with missing values.
"""

import fractions
import itertools
import json
import random

# Four observers, twelve units, as printed there (section C).
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
GIVEN = {'nominal': 0.743, 'ordinal': 0.815, 'interval': 0.849}


def difference(metric, values):
    """Returns the squared difference of two values as a function."""
    def ordinal(a, b):
        low, high = min(a, b), max(a, b)
        between = sum(1 for v in values if low <= v <= high)
        ends = values.count(low) + values.count(high)
        return (between - fractions.Fraction(ends, 2)) ** 2
    return {'nominal': lambda a, b: int(a != b),
            'interval': lambda a, b: (a - b) ** 2,
            'ordinal': lambda a, b: ordinal(a, b) if a != b else 0}[metric]


def alpha(units, metric):
    """Returns 1 - observed / expected disagreement, or None without any."""
    units = [unit for unit in units if len(unit) > 1]
    values = [value for unit in units for value in unit]
    if not values:
        return None
    delta = difference(metric, values)
    observed = sum(fractions.Fraction(sum(
        delta(a, b) for a, b in itertools.permutations(unit, 2)),
        len(unit) - 1) for unit in units) / len(values)
    expected = fractions.Fraction(
        sum(delta(a, b) for a, b in itertools.permutations(values, 2)),
        len(values) * (len(values) - 1))
    return None if expected == 0 else float(1 - observed / expected)


def main():
    published = [[v for v in unit if v is not None]
                 for unit in zip(*OBSERVERS)]
    for metric, value in GIVEN.items():
        assert round(alpha(published, metric), 3) == value, metric
    cases = [('Krippendorff 2011, missing values', published),
             ('one rater only', [[1], [2], [5]]),
             ('nothing at all', []),
             ('no variation', [[3, 3], [3, 3, 3]]),
             ('full agreement', [[1, 1], [5, 5], [2, 2, 2]]),
             ('always the other way round', [[1, 5], [5, 1], [1, 5], [5, 1]])]
    draw = random.Random(5)
    for size in (3, 20, 100):
        units = [[max(1, min(5, draw.randint(1, 5) + draw.choice([0, 0, 1])))
                  for _ in range(draw.randint(0, 4))] for _ in range(size)]
        cases.append((f'{size} drawn units', units))
    for name, units in cases:
        print(json.dumps({'name': name, 'units': units,
                          'alpha': alpha(units, 'ordinal')}))


if __name__ == '__main__':
    main()
