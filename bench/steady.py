#!/usr/bin/env python3
"""Ten thousand short requests through one dobby: does it slow down or grow?

A thousand different prompts of 20 to 60 tokens, the same in each tenth of the
run, so that every tenth is the same work. Rates are of tokens, by the engine's
own trace. Every tenth is cut into 50 slices, the same in each; other programs
only make a slice slower, so the rate that counts is that of the fast ones,
their 90th percentile. A drift is the change along a line through tenths 2 to
10, relative to their mean; the first tenth is the warm-up.
"""

import pathlib
import statistics
import sys
import sysconfig

from measured_run import Program, finish, parser

MODULES = ('argparse', 'ast', 'datetime', 'inspect', 'pickle', 'tarfile',
           'typing', 'zipfile')
PARTS, SLICES = 10, 50


def short_prompts(count):
    """Pairs of lines of Python's standard library, 60 to 130 characters."""
    library = pathlib.Path(sysconfig.get_paths()['stdlib'])
    pairs = []
    for name in MODULES:
        path = library / f'{name}.py'
        if not path.exists():
            path = library / name / '__init__.py'
        lines = [line.strip() for line in
                 path.read_text(encoding='utf-8').splitlines() if line.strip()]
        pairs += [f'{a}\n{b}' for a, b in zip(lines[::2], lines[1::2])
                  if 60 <= len(a) + len(b) <= 130]
    pairs = list(dict.fromkeys(pairs))
    if len(pairs) < count:
        raise SystemExit(f'only {len(pairs)} short prompts here')
    return [f'<|im_start|>user\n{pair}<|im_end|>\n<|im_start|>assistant\n'
            for pair in pairs[:count]]


def boundaries(trace, parts):
    """Returns the times, in s of the trace, that part the run by its tokens,
    and the tokens of each part."""
    events = [e for e in trace if e['name'] in ('prefill', 'decode')]
    total = sum(e['args']['tokens'] for e in events)
    times, tokens, done, last = [events[0]['ts'] / 1e6], [], 0, 0
    for event in events:
        done += event['args']['tokens']
        if done >= total * len(times) / parts:
            times.append((event['ts'] + event['dur']) / 1e6)
            tokens.append(done - last)
            last = done
    return times, tokens


def drift(rates):
    """Returns the change along the least-squares line, relative to the mean."""
    mean_x, mean = (len(rates) - 1) / 2, statistics.fmean(rates)
    slope = (sum((x - mean_x) * (y - mean) for x, y in enumerate(rates)) /
             sum((x - mean_x) ** 2 for x in range(len(rates))))
    return slope * (len(rates) - 1) / mean


def rates(trace, parts):
    """Returns tokens a second of each part."""
    times, tokens = boundaries(trace, parts)
    if len(tokens) < parts:
        raise SystemExit('too short a run: more --requests')
    return [count / (end - begin)
            for begin, end, count in zip(times, times[1:], tokens)]


def tenths(result, watch):
    slices = rates(result['trace'], PARTS * SLICES)
    times, tokens = boundaries(result['trace'], PARTS)
    # The last step ends when the process does, but for milliseconds.
    offset = result['end'] - times[-1]
    rows = []
    for i, (begin, end) in enumerate(zip(times, times[1:])):
        inside = [s for s in watch.samples
                  if begin + offset <= s[0] < end + offset]
        cpus = ((inside[-1][3] - inside[0][3]) /
                (inside[-1][0] - inside[0][0]))
        fast = statistics.quantiles(
            slices[i * SLICES:(i + 1) * SLICES], n=10)[-1]
        rows.append({'tokens_per_s': tokens[i] / (end - begin),
                     'fast_tokens_per_s': fast, 'cpus': cpus,
                     'rss_bytes': statistics.median(s[1] for s in inside),
                     'rss_anon_bytes': statistics.median(
                         s[2] for s in inside)})
    return rows


def main():
    flags = parser(__doc__)
    flags.add_argument('--model')
    flags.add_argument('--requests', type=int, default=10000)
    flags.add_argument('--agents', type=int, default=10)
    flags.add_argument('--new-tokens', type=int, default=4)
    options = flags.parse_args()
    dobby = Program(options.dobby, options.model, options.threads)
    result, watch = dobby.bench(
        short_prompts(options.requests // PARTS) * PARTS,
        '--agents', str(options.agents), '--fixed-agents',
        '--max-new-tokens', str(options.new_tokens))
    rows = tenths(result, watch)
    steady = rows[1:]
    growth = steady[-1]['rss_bytes'] - steady[0]['rss_bytes']
    summary = {
        'requests': result['chunks'], 'wall_s': result['wall_s'],
        'prompt_tokens': result['prompt_tokens'],
        'generated_tokens': result['generated_tokens'],
        'rss_warm_bytes': steady[0]['rss_bytes'],
        'rss_end_bytes': steady[-1]['rss_bytes'], 'rss_growth_bytes': growth,
        'peak_rss_bytes': result['peak_rss_bytes'],
        'drift': drift([row['fast_tokens_per_s'] for row in steady]),
        'drift_of_means': drift([row['tokens_per_s'] for row in steady]),
        'other_cpus': result['other_cpus']}
    print(f'{result["chunks"]} requests in {result["wall_s"]:.0f} s; '
          f'RSS {steady[0]["rss_bytes"] / 1e6:.1f} MB after the first tenth, '
          f'{growth / 1e6:+.2f} MB at the end; '
          f'drift {summary["drift"]:+.1%}, of means '
          f'{summary["drift_of_means"]:+.1%}; '
          f'others used {result["other_cpus"]:.2f} CPUs', file=sys.stderr)
    finish(options, {**summary, 'tenths': rows})


if __name__ == '__main__':
    main()
