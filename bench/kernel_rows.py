"""The micro-benchmarks' JSON as fractions of the peak of the same run."""

import json


def rate_of(row):
    """Returns (unit, rate): the counter whose name ends in /s."""
    return next((key, value) for key, value in row.items()
                if key in ('ops/s', 'flop/s'))


def label_of(kind, isa, values):
    if kind == 'Linear':
        return (f'{isa}, {values["bits"]} bit, {values["N"]} x {values["K"]}, '
                f'{values["M"]} rows')
    if kind == 'Attention' and values['tokens'] == '1':
        return (f'{isa}, {values["sequences"]} x 1 token after '
                f'{int(values["past"]):,}')
    if kind == 'Attention':
        return f'{isa}, {values["tokens"]} tokens after {int(values["past"]):,}'
    return f'{kind} {isa} ' + ' '.join(f'{k} {v}' for k, v in values.items())


def target_of(kind, values):
    """What issue 4 asks of long prompts, on AVX2 and AVX-512."""
    if kind == 'Linear':
        return 0.85 if int(values['M']) >= 256 else None
    return 0.6 if values['tokens'] != '1' else None


def kernel_rows(path):
    """Returns the rows [{kind, label, target, giga, fractions}], linear layers
    and better instruction sets first, and the repetitions of each. A fraction
    is of the highest rate of Peak/ISA, or None without one."""
    peaks, rates = {}, {}
    data = json.loads(path.read_text())
    for row in data['benchmarks']:
        if row['run_type'] != 'iteration':
            continue
        kind, isa, *arguments = row['run_name'].split('/')
        unit, rate = rate_of(row)
        if kind == 'Peak':
            key = (unit, isa)
            peaks[key] = max(peaks.get(key, 0), rate)
        else:
            # As they are registered, whatever the order of the run.
            order = (kind != 'Linear', -row['family_index'],
                     row['per_family_instance_index'])
            key = (order, kind, isa, unit, *arguments)
            rates.setdefault(key, []).append(rate)
    rows = []
    for (_, kind, isa, unit, *arguments), seen in sorted(rates.items()):
        values = dict(pair.split(':') for pair in arguments if ':' in pair)
        peak = peaks.get((unit, isa))
        rows.append({'kind': kind, 'label': label_of(kind, isa, values),
                     'target': target_of(kind, values),
                     'giga': [rate / 1e9 for rate in seen],
                     'fractions': peak and [rate / peak for rate in seen]})
    return rows, len(rows[0]['giga'])
