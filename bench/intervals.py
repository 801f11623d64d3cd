"""How sure a mean is: intervals by resampling. Standard library only."""

import random
import statistics


def bootstrap(values, draws=10000, seed=1):
    """Returns the 95 % interval of the mean of `values`, as (low, high)."""
    source = random.Random(seed)
    means = [statistics.fmean(source.choices(values, k=len(values)))
             for _ in range(draws)]
    cuts = statistics.quantiles(means, n=40)
    return cuts[0], cuts[-1]


def paired(ours, theirs):
    """Describes our values less theirs, pair by pair."""
    differences = [a - b for a, b in zip(ours, theirs, strict=True)]
    return {'mean': statistics.fmean(differences),
            'interval': bootstrap(differences),
            'lower': sum(d < 0 for d in differences),
            'pairs': len(differences)}
