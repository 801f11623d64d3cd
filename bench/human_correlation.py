#!/usr/bin/env python3
"""Says how well dobby's scores against references follow people.

usage: bench/human_correlation.py RATINGS.jsonl [--dobby build/dobby]

RATINGS.jsonl has {"id", "reference", "candidate", "human_mean"} on each line.
`dobby eval --answers` scores the candidates; printed is Spearman's correlation
of each score with the mean of the ratings, with a 95 % bootstrap interval.
Rows whose reference or candidate has no text are left out and counted.
"""

import argparse
import json
import pathlib
import random
import subprocess
import tempfile

RESAMPLES = 1000


def ranks(values):
    """Returns the rank of each value; equal ones share their mean rank."""
    order = sorted(range(len(values)), key=values.__getitem__)
    rank = [0.0] * len(values)
    begin = 0
    while begin < len(order):
        end = begin
        while end < len(order) and values[order[end]] == values[order[begin]]:
            end += 1
        for i in order[begin:end]:
            rank[i] = (begin + end - 1) / 2
        begin = end
    return rank


def spearman(a, b):
    a, b = ranks(a), ranks(b)
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    both = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
    return both / (sum((x - mean_a) ** 2 for x in a) *
                   sum((y - mean_b) ** 2 for y in b)) ** 0.5


def interval(a, b):
    draw = random.Random(17)
    found = []
    for _ in range(RESAMPLES):
        rows = [draw.randrange(len(a)) for _ in a]
        found.append(spearman([a[i] for i in rows], [b[i] for i in rows]))
    found.sort()
    return found[RESAMPLES // 40], found[-RESAMPLES // 40]


def scored(rows, dobby):
    """Returns the names of the scores, and those of each candidate."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with (folder / 'data.jsonl').open('w') as data, \
                (folder / 'answers.jsonl').open('w') as answers:
            for row in rows:
                print(json.dumps({'id': row['id'], 'code': row['reference'],
                                  'reference': row['reference']}), file=data)
                print(json.dumps({'id': row['id'],
                                  'lines': [row['candidate']]}), file=answers)
        report = json.loads(subprocess.run(
            [dobby, 'eval', '--json', '--style', 'sentence', '--data',
             folder / 'data.jsonl', '--answers', folder / 'answers.jsonl',
             '--report', folder], check=True, stdout=subprocess.PIPE).stdout)
    answers = report['systems'][-1]['answers']
    return report['metrics'], [answer['scores'] for answer in answers]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument('ratings')
    arguments.add_argument('--dobby', default='build/dobby')
    args = arguments.parse_args()
    with open(args.ratings) as lines:
        all_rows = [json.loads(line) for line in lines]
    rows = [row for row in all_rows
            if row['reference'].strip() and row['candidate'].strip()]
    print(f'{len(rows)} rows; {len(all_rows) - len(rows)} without text')
    people = [row['human_mean'] for row in rows]
    metrics, scores = scored(rows, args.dobby)
    # The measures behind chrF look at code, and these rows have none.
    for i, metric in enumerate(metrics[:metrics.index('chrF') + 1]):
        values = [row[i] for row in scores]
        low, high = interval(values, people)
        print(f'{metric:16} {spearman(values, people):.3f} '
              f'({low:.3f} to {high:.3f})')


if __name__ == '__main__':
    main()
