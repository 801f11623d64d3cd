#!/usr/bin/env python3
"""Seconds from the start of the process until dobby answers.

`dobby worker` gets a bad line, which needs no model to answer, but comes after
loading. "warm": the packed weights are in the cache, as always but for the
first time. "cold": they are not, so they are packed, written and checked. The
model's files are in the page cache in both.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

from measured_run import Program, Watch, finish, parser


def load(dobby, cache):
    """Returns seconds until the answer, resident bytes then, and the most
    that were resident before."""
    start = time.perf_counter()
    process = dobby.start('worker', *dobby.model, '--threads',
                          str(dobby.threads), stdin=subprocess.PIPE,
                          env=os.environ | {'DOBBY_CACHE': cache})
    process.stdin.write('not JSON\n')
    process.stdin.flush()
    answer = process.stdout.readline()
    seconds = time.perf_counter() - start
    watch = Watch(process, interval_s=0.01)
    while not watch.samples:
        time.sleep(0.001)
    process.communicate()
    watch.join()
    if '"usage"' not in answer:
        raise SystemExit(f'dobby worker did not answer: {answer}')
    return {'seconds': seconds, 'rss_bytes': watch.samples[0][1],
            'peak_rss_bytes': watch.peak_rss}


def measure(dobby, rounds):
    """Loads cold and warm in turns. The last cold load leaves its cache."""
    rows = {'cold': [], 'warm': []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as cache:
            rows['cold'].append(load(dobby, cache))
            rows['warm'].append(load(dobby, cache))
    return rows


def main():
    flags = parser(__doc__)
    flags.add_argument('--model', action='append',
                       help='may be given several times')
    flags.add_argument('--rounds', type=int, default=5)
    options = flags.parse_args()
    result = {'rounds': options.rounds, 'models': {}}
    for model in options.model or [None]:
        dobby = Program(options.dobby, model, options.threads)
        folder = dobby.folder()
        load(dobby, os.environ.get('DOBBY_CACHE', ''))  # Into the page cache.
        rows = measure(dobby, options.rounds)
        result['models'][folder.name] = {
            'model_bytes': sum(f.stat().st_size for f in folder.iterdir()),
            **rows}
        for name, loads in rows.items():
            seconds = sorted(row['seconds'] for row in loads)
            print(f'{folder.name} {name}: {seconds[0]:.2f} / '
                  f'{statistics.median(seconds):.2f} / {seconds[-1]:.2f} s',
                  file=sys.stderr)
    finish(options, result)


if __name__ == '__main__':
    main()
