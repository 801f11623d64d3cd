#!/usr/bin/env python3
"""Prefill and decoding against what the CPU allows.

Prefill: prompts of 2,500 tokens, one new token each; the roofline is the
arithmetic at the peaks of int8 and bf16. Decoding: steps of ten sequences of
450 tokens, from the engine's trace; the bound is the longer one of reading
weights and KV once, and of the arithmetic. The peaks are measured before and
after, in the same run.
"""

import pathlib
import statistics
import sys
import sysconfig

from measured_run import Program, finish, parser
from roofline import Work, higher, measured_peaks

MODULES = ('argparse', '_pydecimal', 'inspect', 'typing', 'doctest', 'tarfile',
           'ast', 'pickle', 'datetime', 'configparser')
BATCH = 10
# Ten short ones decode together: fewer tokens than kDecodingTokens.
LONG, SHORT = 2500, 450


def framed(text):
    return f'<|im_start|>user\n{text}<|im_end|>\n<|im_start|>assistant\n'


def prompt_of(dobby, module, tokens):
    """Returns code of a module as a prompt of so many tokens, within 2 %, and
    how many they are."""
    path = pathlib.Path(sysconfig.get_paths()['stdlib']) / f'{module}.py'
    code = path.read_text(encoding='utf-8')
    size = tokens * 4
    while True:
        prompt = framed(code[:size])
        count = dobby.token_count(prompt)
        if abs(count - tokens) <= tokens // 50:
            return prompt, count
        size = size * tokens // count


def median_of(values):
    values = sorted(values)
    return {'min': values[0], 'median': statistics.median(values),
            'max': values[-1]}


def prefill_row(dobby, prompts):
    """One run: first submission to last first token."""
    texts, counts = zip(*prompts)
    result, _ = dobby.bench(texts, '--agents', str(BATCH),
                            '--max-new-tokens', '1')
    assert result['prompt_tokens'] == sum(counts), 'other prompts'
    return {'wall_s': result['wall_s'],
            'peak_rss_bytes': result['peak_rss_bytes'],
            'other_cpus': result['other_cpus']}


def full_steps(trace):
    """Returns the seconds from the start of each step that decodes one token
    of every sequence to that of the next: sampling and planning are in it."""
    full = [e['name'] == 'decode' and
            e['args']['tokens'] == e['args']['requests'] == BATCH
            for e in trace]
    return [(after['ts'] - event['ts']) / 1e6
            for event, after, a, b in zip(trace, trace[1:], full, full[1:])
            if a and b]


def decode_row(dobby, texts, new_tokens):
    result, _ = dobby.bench(
        texts, '--agents', str(BATCH), '--fixed-agents', '--no-drafts',
        '--max-new-tokens', str(new_tokens))
    steps = full_steps(result['trace'])
    if len(steps) < new_tokens // 2:
        raise SystemExit(f'only {len(steps)} steps had {BATCH} sequences')
    return {'step_s': statistics.median(steps), 'steps': len(steps),
            'peak_rss_bytes': result['peak_rss_bytes'],
            'other_cpus': result['other_cpus']}


def prefill_bound(work, counts, peaks):
    linear = work.linear_ops(sum(counts), len(counts))
    attention = sum(work.attention_flops(0, n) for n in counts)
    return {'tokens': sum(counts), 'linear_ops': linear,
            'attention_flops': attention,
            'roofline_s': work.compute_s(linear, attention, peaks)}


def decode_bound(work, counts, new_tokens, peaks):
    """Of one step in the middle of the run."""
    lengths = [n + new_tokens // 2 for n in counts]
    read = work.weight_bytes() + work.kv_bytes(sum(lengths))
    compute_s = work.compute_s(
        work.linear_ops(BATCH, BATCH),
        sum(work.attention_flops(n, 1) for n in lengths), peaks)
    memory_s = read / peaks['memory_bytes']
    return {'bytes': read, 'memory_s': memory_s, 'compute_s': compute_s,
            'bound_s': max(memory_s, compute_s)}


def measure(options, dobby):
    """Returns the rows of all rounds, and the tokens of the prompts."""
    long = [prompt_of(dobby, name, LONG)
            for name in MODULES[:options.prompts]]
    short = [prompt_of(dobby, name, SHORT) for name in MODULES]
    rows = {'prefill': [], 'decode': []}
    for _ in range(options.rounds):
        rows['prefill'].append(prefill_row(dobby, long))
        rows['decode'].append(decode_row(dobby, [text for text, _ in short],
                                         options.new_tokens))
    return rows, [count for _, count in long], [count for _, count in short]


def shares(options, work, peaks, rows, long, short):
    """Sets the rows beside what the peaks allow."""
    prefill = prefill_bound(work, long, peaks)
    decode = decode_bound(work, short, options.new_tokens, peaks)
    prefill['of_roofline'] = median_of(
        prefill['roofline_s'] / row['wall_s'] for row in rows['prefill'])
    prefill['tokens_per_s'] = median_of(
        prefill['tokens'] / row['wall_s'] for row in rows['prefill'])
    decode['of_bound'] = median_of(
        decode['bound_s'] / row['step_s'] for row in rows['decode'])
    decode['step_ms'] = median_of(1e3 * row['step_s']
                                  for row in rows['decode'])
    return {'prefill': {**prefill, 'rows': rows['prefill']},
            'decode': {**decode, 'rows': rows['decode']}}


def say(name, prefill, decode):
    print(f'{name}: prefill {prefill["tokens_per_s"]["median"]:.0f} tokens/s, '
          f'{prefill["of_roofline"]["median"]:.0%} of the roofline; decode '
          f'step of {BATCH} {decode["step_ms"]["median"]:.1f} ms, '
          f'{decode["of_bound"]["median"]:.0%} of the bound', file=sys.stderr)


def main():
    flags = parser(__doc__)
    flags.add_argument('--model', action='append',
                       help='may be given several times')
    flags.add_argument('--rounds', type=int, default=5)
    flags.add_argument('--prompts', type=int, default=3)
    flags.add_argument('--new-tokens', type=int, default=64)
    options = flags.parse_args()
    programs = [Program(options.dobby, model, options.threads)
                for model in options.model or [None]]
    peaks = measured_peaks(programs[0].threads)
    measured = [measure(options, dobby) for dobby in programs]
    peaks = higher(peaks, measured_peaks(programs[0].threads))
    if not peaks['settled']:
        print('the peaks did not settle: other programs were running, so the '
              'true shares are lower', file=sys.stderr)
    models = {}
    for dobby, rows in zip(programs, measured):
        folder = dobby.folder()
        models[folder.name] = shares(options, Work(folder), peaks, *rows)
        say(folder.name, **models[folder.name])
    finish(options, {'rounds': options.rounds, 'peaks': peaks,
                     'models': models})


if __name__ == '__main__':
    main()
