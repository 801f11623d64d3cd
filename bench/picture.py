#!/usr/bin/env python3
"""Draws docs/performance-*.svg and fills in the tables of docs/performance.md.

  picture.py FOLDER      the JSON files that `make performance` leaves

A file that is not there leaves its pictures and tables as they are.
"""

import argparse
import json
import pathlib
import re
import statistics
import textwrap

from kernel_rows import kernel_rows
from svg import Panel, chart

DOCS = pathlib.Path(__file__).resolve().parent.parent / 'docs'
NAMES = {'llamacpp': 'llama.cpp', 'openvino': 'OpenVINO GenAI',
         'ort': 'stock ONNX Runtime', 'dobby': 'dobby'}


def spread(values):
    values = sorted(values)
    return values[0], statistics.median(values), values[-1]


def whole(value):
    return f'{value:,.0f}'


def three(values, show):
    """Returns least / median / most, once where they are the same."""
    shown = [show(value) for value in spread(values)]
    return shown[0] if len(set(shown)) == 1 else ' / '.join(shown)


def table(header, rows):
    lines = [header, ['---'] * len(header), *rows]
    return '\n'.join('| ' + ' | '.join(map(str, line)) + ' |'
                     for line in lines)


def origin(machine, more=''):
    return (f'{machine["cpu"]}, {machine["cpus"]} CPUs, '
            f'{machine["date"][:10]}{more}.')


def rounds_of(data):
    return f', {data["rounds"]} round{"s" * (data["rounds"] != 1)}'


# ---- The peers' benchmark ---------------------------------------------------
class Peers:
    def __init__(self, path):
        data = json.loads(path.read_text())
        self.rows = {name: [run for run in runs if 'wall_s' in run]
                     for name, runs in data['results'].items()}
        self.rows = {name: runs for name, runs in self.rows.items() if runs}
        self.roofline = data['roofline']
        self.tokens = sum(prompt['tokens'] for prompt in data['prompts'])
        self.chunks = len(data['prompts'])
        self.agents = min(data['arguments']['agents'], self.chunks)
        self.new_tokens = data['arguments']['new_tokens']
        self.model = pathlib.Path(data['arguments']['model_gguf_q4']).name
        self.model = self.model.split('.q4_0')[0].split('.Q4_0')[0]
        machine = data['machine']
        self.origin = (
            f'{machine["model name"]} (family {machine["cpu family"]}, model '
            f'{machine["model"]}), {machine["cpus"]} CPUs, '
            f'{data["date"][:10]}{rounds_of(data["arguments"])}')

    def label(self, name):
        group, _, kind = name.partition('-')
        return f'{NAMES.get(group, group)} {kind}'.strip()

    def values(self, name, key):
        return [run[key] for run in self.rows[name]]

    def best(self, group):
        """Returns the median chunks a minute of the group's better row."""
        return max((statistics.median(self.values(name, 'chunks_per_min'))
                    for name in self.rows if name.startswith(group)),
                   default=None)

    def least_memory(self, group):
        return min((statistics.median(self.values(name, 'peak_rss_bytes'))
                    for name in self.rows if name.startswith(group)),
                   default=None)

    def limit(self):
        """Chunks a minute at the roofline."""
        return 60 * self.chunks / self.roofline['roofline_s']


def systems_picture(peers):
    names = sorted(peers.rows, key=lambda name: -statistics.median(
        peers.values(name, 'chunks_per_min')))
    speeds = [spread(peers.values(name, 'chunks_per_min')) for name in names]
    memory = [tuple(value / 1e6 for value in
                    spread(peers.values(name, 'peak_rss_bytes')))
              for name in names]
    last = len(names) - 1
    best = peers.roofline['peaks']['best']
    fine = (lambda value: f'{value:.1f}') if speeds[-1][1] < 10 else whole
    return chart(
        f'{peers.model}: {peers.chunks} chunks of code, {peers.agents} at once',
        f'{peers.tokens:,} prompt tokens, {peers.new_tokens} new tokens for '
        'each chunk',
        [peers.label(name) for name in names],
        [Panel('chunks a minute: more is better', speeds, fine,
               [(peers.limit(), 'roofline', 0, last)]),
         Panel('peak memory, MB: less is better', memory, whole)],
        [f'{peers.origin}. Bars are medians, whiskers the least and the most.',
         f'Roofline: int8 at {best["int8_tops"]["n"]:.2f} TOPS for the linear '
         f'layers, {peers.roofline["attention_unit"]} for attention.'],
        [name.startswith('dobby') for name in names])


def ratios(peers):
    """Compares dobby's better row with the better row of each peer."""
    own, out = peers.best('dobby'), []
    if own is None:
        return ''
    for group, target in (('openvino', 1.6), ('llamacpp', 4.5), ('ort', 2.3)):
        other = peers.best(group)
        if other:
            out.append(f'{own / other:.2f} times the better row of '
                       f'{NAMES[group]} (target {target})')
    theirs = peers.least_memory('openvino')
    if theirs:
        share = peers.least_memory('dobby') / theirs
        out.append(f'{share:.0%} of the memory of OpenVINO (target 50 %)')
    out.append(f'{own / peers.limit():.0%} of the roofline')
    return '\n\ndobby: ' + ', '.join(out) + '.'


def systems_table(peers):
    rows = []
    for name in peers.rows:
        walls = peers.values(name, 'wall_s')
        rows.append([
            peers.label(name), three(walls, lambda v: f'{v:.1f}'),
            three(peers.values(name, 'chunks_per_min'), lambda v: f'{v:.1f}'),
            three(peers.values(name, 'peak_rss_bytes'),
                  lambda v: whole(v / 1e6)),
            three(peers.values(name, 'other_cpu'), lambda v: f'{v:.2f}'),
            f'{statistics.median(walls) / peers.roofline["roofline_s"]:.2f}'])
    return (f'{peers.origin}; {peers.chunks} prompts, {peers.tokens:,} tokens, '
            f'{peers.agents} at once, {peers.new_tokens} new tokens each.\n\n' +
            table(['system', 'wall s', 'chunks a minute', 'peak MB',
                   'other CPUs', 'times the roofline'], rows) + ratios(peers))


# ---- Kernels ----------------------------------------------------------------
def kernels_picture(rows, note):
    rows = [row for row in rows if row['fractions']]
    bars = [tuple(100 * value for value in spread(row['fractions']))
            for row in rows]
    marks = [(100 * row['target'], '', i, i)
             for i, row in enumerate(rows) if row['target']]
    return chart('Kernels on one thread',
                 'rate, as a share of what registers alone reach',
                 [f'{row["kind"]} {row["label"]}' for row in rows],
                 [Panel('% of the measured peak', bars, whole, marks)],
                 [f'{note} Bars are medians, whiskers the least and the most; '
                  'dashes are the targets.'])


def kernels_table(rows, note):
    def share(row):
        if not row['fractions']:
            return 'no peak measured'
        return three(row['fractions'], lambda v: f'{100 * v:.0f}')
    return note + '\n\n' + table(
        ['kernel', 'case', 'G operations a second', '% of the peak', 'target'],
        [[row['kind'], row['label'], three(row['giga'], whole), share(row),
          f'{100 * row["target"]:.0f}' if row['target'] else '']
         for row in rows])


# ---- The other measurements -------------------------------------------------
def prefill_table(data):
    def cell(values, digits=0, factor=1):
        return three([factor * values[k] for k in ('min', 'median', 'max')],
                     lambda v: f'{v:,.{digits}f}')
    rows = []
    for name, model in data['models'].items():
        for kind, speed, digits, share, target in (
                ('prefill', 'tokens_per_s', 0, 'of_roofline', 75),
                ('decode', 'step_ms', 1, 'of_bound', 70)):
            part = model[kind]
            memory = three([row['peak_rss_bytes'] for row in part['rows']],
                           lambda v: whole(v / 1e6))
            rows.append([name, kind,
                         cell(part[speed], digits) +
                         (' tokens/s' if kind == 'prefill' else ' ms a step'),
                         cell(part[share], factor=100), target, memory])
    peaks = data['peaks']
    note = (f'Peaks: int8 {peaks["int8_ops"] / 1e12:.2f} TOPS, bf16 (or fp32) '
            f'{peaks["flops"] / 1e12:.2f} TFLOPS, memory '
            f'{peaks["memory_bytes"] / 1e9:.0f} GB/s' +
            ('.' if peaks['settled'] else
             '; **not settled: other programs were running.**'))
    return (f'{origin(data["machine"], rounds_of(data))} {note}\n\n' +
            table(['model', 'what', 'speed', '% of the bound', 'target',
                   'peak MB'], rows))


def load_table(data):
    rows = []
    for name, model in data['models'].items():
        for kind in ('cold', 'warm'):
            rows.append([name, kind,
                         three([row['seconds'] for row in model[kind]],
                               lambda v: f'{v:.2f}'),
                         three([row['rss_bytes'] for row in model[kind]],
                               lambda v: whole(v / 1e6)),
                         three([row['peak_rss_bytes'] for row in model[kind]],
                               lambda v: whole(v / 1e6))])
    return (origin(data['machine'], rounds_of(data)) + '\n\n' +
            table(['model', 'packed cache', 'seconds', 'MB when ready',
                   'peak MB until then'], rows))


def steady_table(data):
    rows = [[i + 1, whole(part['tokens_per_s']),
             whole(part['fast_tokens_per_s']), f'{part["cpus"]:.2f}',
             f'{part["rss_bytes"] / 1e6:.1f}',
             f'{part["rss_anon_bytes"] / 1e6:.1f}']
            for i, part in enumerate(data['tenths'])]
    return (f'{origin(data["machine"])} {data["requests"]:,} requests in '
            f'{data["wall_s"]:,.0f} s; other programs used '
            f'{data["other_cpus"]:.2f} CPUs. From tenth 2 to 10: drift '
            f'{data["drift"]:+.1%} (target 3 %), of means '
            f'{data["drift_of_means"]:+.1%}, memory '
            f'{data["rss_growth_bytes"] / 1e6:+.1f} MB.\n\n' +
            table(['tenth', 'tokens/s', 'of fast slices', 'CPUs used', 'MB',
                   'of that anonymous'], rows))


def wrap_prose(text, columns=90):
    """Breaks long lines, but for rows of tables and pictures."""
    return '\n'.join(
        line if line.startswith(('|', '!')) else textwrap.fill(line, columns)
        for line in text.split('\n'))


def fill_in(page, name, content):
    """Replaces what is between the two markers of the name."""
    pattern = re.compile(f'(<!-- begin {name} -->\n).*?(<!-- end {name} -->)',
                         re.DOTALL)
    if not pattern.search(page):
        raise SystemExit(f'docs/performance.md has no markers for {name}')
    text = wrap_prose(content)
    return pattern.sub(lambda m: f'{m[1]}{text}\n{m[2]}', page)


def sections(folder):
    """Yields (name, table, picture or None) of each file that is there."""
    for name in ('smollm2', 'smollm2-avx2', 'tinyllama'):
        path = folder / f'peers-{name}.json'
        if path.exists():
            peers = Peers(path)
            yield name, systems_table(peers), systems_picture(peers)
    path = folder / 'kernels.json'
    if path.exists():
        rows, repetitions = kernel_rows(path)
        machine = json.loads((folder / 'machine.json').read_text())
        note = origin(machine, f', {repetitions} repetitions')
        yield 'kernels', kernels_table(rows, note), kernels_picture(rows, note)
    for name, make in (('prefill', prefill_table), ('load', load_table),
                       ('steady', steady_table)):
        path = folder / f'{name}.json'
        if path.exists():
            yield name, make(json.loads(path.read_text())), None


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('--docs', type=pathlib.Path, default=DOCS)
    options = parser.parse_args()
    path = options.docs / 'performance.md'
    page = path.read_text(encoding='utf-8')
    for name, content, picture in sections(options.folder):
        if picture:
            file = options.docs / f'performance-{name}.svg'
            file.write_text(picture, encoding='utf-8')
            content = f'![the table below as bars]({file.name})\n\n{content}'
        page = fill_in(page, name, content)
        print('filled in:', name)
    path.write_text(page, encoding='utf-8')


if __name__ == '__main__':
    main()
