#!/usr/bin/env python3
"""Compares dobby with llama.cpp and with a float64 reference.

  agreement.py tokens GGUF   greedy tokens against llama.cpp at fp32 level
  agreement.py logits GGUF   logits against the reference, on plain code
  agreement.py prompts GGUF  int8 and fast against fp32, on 100 prompts
  agreement.py agents [GGUF] one agent against ten: tokens must be identical
  agreement.py cuts [GGUF]   logits may not depend on where a text is cut

docs/correctness.md says what is compared, and what came out.
"""

import argparse
import json
import pathlib
import tempfile

import numpy as np

from check_prompts import check_prompts, code_text, code_windows, digest
from intervals import paired
from peers import WAYS, Dobby, f32_copy, llama_server
from reference import Reference, log_softmax

DIGEST = digest(check_prompts())
END = 2  # <|im_end|>, which a completion that stops early would have next.
ROWS = 32  # Rows of logits at a time: what NumPy makes of them is large.


def common_prefix(a, b):
    for i, (left, right) in enumerate(zip(a, b)):
        if left != right:
            return i
    return min(len(a), len(b))


def reference_answers(gguf, prompts, ids, options, folder):
    """Returns what llama.cpp makes of each prompt: whether it sees the same
    token ids, its greedy tokens, and their candidates. Kept in `folder` as
    they come, so that a run that was ended goes on."""
    kept = pathlib.Path(folder) / (f'{pathlib.Path(gguf).stem}.{DIGEST}'
                                   f'.{options.new_tokens}.json')
    answers = json.loads(kept.read_text()) if kept.exists() else []
    if len(answers) < len(ids):
        threads = options.server_threads or options.threads
        with llama_server(gguf, threads) as server:
            for (_, prompt), own in list(zip(prompts, ids))[len(answers):]:
                answers.append((server.ids(prompt) == own,
                                *server.greedy(own, options.new_tokens)))
                kept.write_text(json.dumps(answers))
    answers = answers[:len(ids)]
    same_ids = sum(same for same, _, _ in answers)
    return same_ids, [
        (tokens, [step and {int(token): value for token, value in step.items()}
                  for step in steps]) for _, tokens, steps in answers]


def divergence(name, own, theirs, steps, forced):
    """Describes where two answers part, or returns None. A gap is how much
    likelier (in nats) each side finds its own choice than the other's."""
    at = common_prefix(own, theirs)
    if at == len(own) == len(theirs):
        return None
    mine = own[at] if at < len(own) else END
    other = theirs[at] if at < len(theirs) else END
    row = log_softmax(forced[at])
    step = steps[at] or {}
    return {'prompt': name, 'at': at, 'dobby': mine, 'llama.cpp': other,
            'dobby_gap': row[mine] - row[other],
            'llama.cpp_gap': step.get(other, np.nan) - step.get(mine, np.nan)}


def forced_difference(theirs, steps, forced):
    """Differences of the log-probabilities of llama.cpp's ten likeliest
    tokens at each step, and at how many steps both choose the same."""
    differences, same = [], 0
    for token, step, row in zip(theirs + [END], steps, log_softmax(forced)):
        same += int(row.argmax() == token)
        top = sorted(step or {}, key=(step or {}).get, reverse=True)[:10]
        differences += [row[token] - step[token] for token in top]
    return differences, same


def chosen(forced):
    """Returns the choice at each step, up to the end token. Up to the first
    one that llama.cpp did not make, they are what dobby generates."""
    tokens = [int(token) for token in forced.argmax(axis=-1)]
    return tokens[:tokens.index(END)] if END in tokens else tokens


def compare_way(dobby, name, prompts, ids, answers, options):
    way = WAYS[name]
    generated = [None] * len(prompts)
    if name not in options.forced:
        generated, _ = dobby.greedy(prompts, options.new_tokens, 10, way)
    partings, lengths, differences, same, steps_seen = [], [], [], 0, 0
    for (title, _), prompt, own, (theirs, steps) in zip(
            prompts, ids, generated, answers):
        forced = dobby.logits(prompt + theirs, way, len(theirs) + 1)
        own = chosen(forced[:len(steps)]) if own is None else own
        lengths.append(common_prefix(own, theirs))
        parting = divergence(title, own, theirs, steps, forced)
        if parting:
            partings.append(parting)
        found, equal = forced_difference(theirs, steps, forced)
        differences += found
        same += equal
        steps_seen += len(steps)
    differences = np.array(differences)
    return {'equal_prompts': len(prompts) - len(partings),
            'mean_common_prefix': float(np.mean(lengths)),
            'forced_steps': steps_seen, 'forced_same_choice': same,
            'forced_logprob_max': float(np.abs(differences).max()),
            'forced_logprob_rms': float(np.sqrt(np.mean(differences ** 2))),
            'partings': partings}


def explain(reference, partings, prompts, ids, answers):
    """Adds the gap in float64: llama.cpp's choice over dobby's."""
    index = {name: i for i, (name, _) in enumerate(prompts)}
    for parting in partings:
        i = index[parting['prompt']]
        row = log_softmax(reference.logits(
            ids[i] + answers[i][0][:parting['at']], last=1))[0]
        parting['float64_gap'] = row[parting['llama.cpp']] - row[
            parting['dobby']]


def check_tokens(options):
    prompts = check_prompts()[:options.limit]
    dobby = Dobby(options.dobby, options.gguf, options.threads)
    ids = [dobby.ids(prompt) for _, prompt in prompts]
    with tempfile.TemporaryDirectory() as folder:
        folder = options.keep or folder
        copy = f32_copy(options.gguf, folder)
        same_ids, answers = reference_answers(copy, prompts, ids, options,
                                              folder)
        result = {'prompts': len(prompts), 'digest': DIGEST,
                  'prompt_tokens': sum(map(len, ids)),
                  'longest_prompt': max(map(len, ids)),
                  'same_prompt_ids': same_ids,
                  'generated': sum(len(tokens) for tokens, _ in answers)}
    for name in WAYS:
        result[name] = compare_way(dobby, name, prompts, ids, answers, options)
    reference = Reference(options.gguf)
    for name in WAYS:
        explain(reference, result[name]['partings'], prompts, ids, answers)
    return result


class Difference:
    """Adds up how one set of logits differs from another."""

    def __init__(self):
        self.max = self.squares = self.count = self.same = self.rows = 0
        self.divergences = []

    def add(self, reference, other):
        for at in range(0, len(reference), ROWS):
            self._add(reference[at:at + ROWS], other[at:at + ROWS])

    def _add(self, reference, other):
        difference = other - reference
        self.max = max(self.max, float(np.abs(difference).max()))
        self.squares += float(np.sum(difference ** 2))
        self.count += difference.size
        p, q = log_softmax(reference), log_softmax(other)
        self.divergences += list(np.sum(np.exp(p) * (p - q), axis=-1))
        self.same += int(np.sum(p.argmax(-1) == q.argmax(-1)))
        self.rows += len(p)

    def result(self):
        return {'logit_max': self.max,
                'logit_rms': (self.squares / self.count) ** 0.5,
                'kl_mean': float(np.mean(self.divergences)),
                'kl_max': float(np.max(self.divergences)),
                'same_choice': self.same / self.rows}


def next_token_losses(logits, ids):
    """Returns -log p of each token but the first, in nats."""
    losses = []
    for at in range(0, len(ids) - 1, ROWS):
        targets = ids[at + 1:at + 1 + ROWS]
        rows = log_softmax(logits[at:at + len(targets)])
        losses += list(-rows[np.arange(len(targets)), targets])
    return losses


def perplexities(losses):
    return {name: float(np.exp(np.mean(loss)))
            for name, loss in losses.items()}


def check_logits(options):
    """Windows of plain code; each starts anew. Also the perplexity of each."""
    reference = Reference(options.gguf)
    dobby = Dobby(options.dobby, options.gguf, options.threads)
    windows = []
    for text in code_text():
        ids = dobby.ids(text)
        windows += [ids[i:i + options.window] for i in
                    range(0, len(ids) - options.window, options.window)]
    windows = windows[:options.windows]
    pairs = {f'{name} against float64': Difference() for name in WAYS}
    losses = {name: [] for name in ('float64', *WAYS)}
    squares = []
    for ids in windows:
        rows = {name: dobby.logits(ids, way).astype(np.float64)
                for name, way in WAYS.items()}
        rows['float64'] = reference.logits(ids)
        squares.append(np.mean(rows['float64'].var(axis=-1)))
        for name, pair in pairs.items():
            other, base = name.split(' against ')
            pair.add(rows[base], rows[other])
        for name, logits in rows.items():
            losses[name] += next_token_losses(logits, ids)
    result = {'positions': sum(map(len, windows)), 'windows': len(windows),
              'logit_deviation': float(np.sqrt(np.mean(squares))),
              'perplexity': perplexities(losses)}
    return result | {name: pair.result() for name, pair in pairs.items()}


def compare_prompts(dobby, prompts, pairs):
    """Adds what each way makes of each prompt to its pair with fp32. Returns
    the mean KL and the losses of the next tokens, {way: [of each prompt]}.
    The logits of one prompt by two ways are all that is kept at once."""
    divergences = {name: [] for name in pairs}
    losses = {name: [] for name in WAYS}
    for _, prompt in prompts:
        ids = dobby.ids(prompt)
        fp32 = dobby.logits(ids, WAYS['fp32'])
        losses['fp32'].append(next_token_losses(fp32, ids))
        for name, pair in pairs.items():
            rows = dobby.logits(ids, WAYS[name])
            pair.add(fp32, rows)
            divergences[name].append(float(np.mean(
                pair.divergences[-len(ids):])))
            losses[name].append(next_token_losses(rows, ids))
    return divergences, losses


def check_against_fp32(options):
    """The 50 prompts and 50 windows of plain code; perplexity of the windows.
    Prompt by prompt, fast less int8: below 0 is better than int8."""
    windows = code_windows()[:options.limit]
    prompts = check_prompts()[:options.limit] + windows
    pairs = {name: Difference() for name in WAYS if name != 'fp32'}
    dobby = Dobby(options.dobby, options.gguf, options.threads)
    divergences, losses = compare_prompts(dobby, prompts, pairs)
    losses = {name: of_prompts[-len(windows):]
              for name, of_prompts in losses.items()}
    means = {name: [float(np.mean(loss)) for loss in of_windows]
             for name, of_windows in losses.items()}
    return {'prompts': len(prompts), 'digest': digest(prompts),
            'positions': pairs['fast'].rows,
            'window_positions': sum(map(len, losses['fp32'])),
            'perplexity': perplexities({
                name: np.concatenate(loss) for name, loss in losses.items()}),
            **{name: pair.result() for name, pair in pairs.items()},
            'kl_fast_less_int8': paired(divergences['fast'],
                                        divergences['int8']),
            'loss_fast_less_int8': paired(means['fast'], means['int8']),
            'loss_fast_less_fp32': paired(means['fast'], means['fp32'])}


def check_cuts(options):
    """The longest prompt: the logits of its beginnings, whose last chunk is a
    shorter one, must be the bits of the whole's. The first ten prompts:
    tokens that were generated one by one must be the choices of one pass."""
    prompts = check_prompts()
    dobby = Dobby(options.dobby, options.gguf, options.threads)
    ids = max((dobby.ids(prompt) for _, prompt in prompts), key=len)
    whole = dobby.logits(ids)
    lengths = (1, 2, 63, 128, 500, 513, 1000, 2047)
    result = {'tokens': len(ids), 'lengths': lengths, 'different_lengths': [
        n for n in lengths
        if not np.array_equal(dobby.logits(ids[:n]), whole[:n])]}
    generated, _ = dobby.greedy(prompts[:10], options.new_tokens, 10)
    one_pass = []
    for (_, prompt), tokens in zip(prompts, generated):
        forced = dobby.logits(dobby.ids(prompt) + tokens, last=len(tokens) + 1)
        one_pass.append(chosen(forced)[:options.new_tokens])
    return result | {
        'prompts': len(generated), 'generated': sum(map(len, generated)),
        'equal_prompts': sum(map(list.__eq__, generated, one_pass))}


def check_agents(options):
    """Every fifth prompt and the one before, by length: 20 of all lengths."""
    by_length = sorted(check_prompts(), key=lambda prompt: len(prompt[1]))
    prompts = [p for i, p in enumerate(by_length) if i % 5 in (3, 4)]
    dobby = Dobby(options.dobby, options.gguf, options.threads)
    lengths = [len(dobby.ids(prompt)) for _, prompt in prompts]
    result = {'prompts': len(prompts), 'prompt_tokens': lengths}
    one, _ = dobby.greedy(prompts, options.new_tokens, 1)
    ten, at_once = dobby.greedy(prompts, options.new_tokens, 10)
    return result | {
        'equal_prompts': sum(a == b for a, b in zip(one, ten)),
        'generated': sum(map(len, one)), 'most_in_one_step': at_once,
        'different': [p[0] for p, a, b in zip(prompts, one, ten) if a != b]}


CHECKS = {'tokens': check_tokens, 'logits': check_logits,
          'prompts': check_against_fp32, 'agents': check_agents,
          'cuts': check_cuts}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('check', choices=CHECKS)
    parser.add_argument('gguf', nargs='?',
                        help='agents and cuts: default model')
    parser.add_argument('--dobby', default='build/dobby')
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--server-threads', type=int,
                        help='of llama-server; fewer on a busy machine, '
                        'since they spin')
    parser.add_argument('--new-tokens', type=int, default=40)
    parser.add_argument('--forced', choices=WAYS, action='append', default=[],
                        help='way whose choices are read off the logits, not '
                        'generated:\nwith 8-bit weights, decoding at fp32 has '
                        'no fast kernel')
    parser.add_argument('--window', type=int, default=300)
    parser.add_argument('--windows', type=int, default=16)
    parser.add_argument('--limit', type=int,
                        help='only the first prompts; 46: not the long ones\n'
                        '(prompts: of both kinds)')
    parser.add_argument('--keep', metavar='FOLDER',
                        help='keep F32 copies and answers of llama.cpp there')
    options = parser.parse_args()
    if not options.gguf and options.check not in ('agents', 'cuts'):
        parser.error('needs a GGUF file')
    print(json.dumps(CHECKS[options.check](options), indent=1, default=float))


if __name__ == '__main__':
    main()
