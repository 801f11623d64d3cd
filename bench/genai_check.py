#!/usr/bin/env python3
"""Runs a model folder of dobby in onnxruntime-genai and compares the tokens.

  genai_check.py FOLDER      a folder made by `dobby model import`

onnxruntime-genai brings its own tokenizer, chat template and generate loop;
only the files of the folder are dobby's.
"""

import argparse
import json

import numpy as np
import onnxruntime_genai as og

from agreement import common_prefix
from check_prompts import SYSTEM, check_prompts, digest
from peers import WAYS, Dobby


def generate(model, ids, new_tokens):
    """Returns the greedy tokens without the end token, and the logits that
    each was chosen from."""
    params = og.GeneratorParams(model)
    params.set_search_options(do_sample=False,
                              max_length=len(ids) + new_tokens)
    generator = og.Generator(model, params)
    generator.append_tokens(np.array(ids, np.int32))
    tokens, rows = [], []
    while not generator.is_done() and len(tokens) < new_tokens:
        rows.append(generator.get_logits()[0, -1].astype(np.float64))
        generator.generate_next_token()
        tokens.append(int(generator.get_next_tokens()[0]))
    if tokens and tokens[-1] in (0, 2):
        tokens.pop()
    return tokens, rows


def compare(model, tokenizer, dobby, prompts, new_tokens):
    own, _ = dobby.greedy(prompts, new_tokens, len(prompts), WAYS['int8'])
    for (name, prompt), mine in zip(prompts, own):
        ids = [int(token) for token in tokenizer.encode(prompt)]
        theirs, rows = generate(model, ids, new_tokens)
        row = {'prompt': name, 'prompt_tokens': len(ids),
               'same_ids': ids == dobby.ids(prompt), 'generated': len(theirs),
               'same_tokens': mine == theirs,
               'same_text': tokenizer.decode(np.array(mine, np.int32)) ==
               tokenizer.decode(np.array(theirs, np.int32))}
        # Both along the tokens of onnxruntime-genai.
        forced = dobby.logits(ids + theirs, WAYS['int8'],
                              last=len(theirs) + 1)
        forced = forced[:len(rows)].astype(np.float64)
        row['logit_max_difference'] = float(np.abs(forced - rows).max())
        at = common_prefix(mine, theirs)
        if at < min(len(mine), len(theirs)):
            pair = [mine[at], theirs[at]]
            row['parts_at'] = at
            row['dobby_gap'], row['genai_gap'] = (
                float(abs(values[pair[0]] - values[pair[1]]))
                for values in (forced[at], rows[at]))
        yield row


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('folder')
    parser.add_argument('--dobby', default='build/dobby')
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--new-tokens', type=int, default=40)
    parser.add_argument('--prompts', type=int, default=10)
    options = parser.parse_args()
    model = og.Model(options.folder)
    tokenizer = og.Tokenizer(model)
    everything = check_prompts()
    step = len(everything) // options.prompts
    prompts = everything[step - 1::step]
    framed = tokenizer.apply_chat_template(
        json.dumps([{'role': 'system', 'content': SYSTEM},
                    {'role': 'user', 'content': 'Hi'}]),
        add_generation_prompt=True)
    print('same chat frame:', framed == dict(everything)['question-2'],
          'prompts:', digest(everything))
    dobby = Dobby(options.dobby, options.folder, options.threads)
    for row in compare(model, tokenizer, dobby, prompts, options.new_tokens):
        print(json.dumps(row), flush=True)


if __name__ == '__main__':
    main()
