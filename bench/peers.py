"""dobby and llama.cpp as the checks see them: programs that take token ids."""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.request

import numpy as np

from check_prompts import write_jsonl
from measured_run import PEERS


# Flags that choose how dobby computes.
WAYS = {'fp32': ('--engine', 'stock', '--accuracy-level', '0'),
        'int8': ('--engine', 'stock', '--accuracy-level', '4'),
        'fast': ('--engine', 'fast')}


class Dobby:
    def __init__(self, binary, model, threads):
        self.binary = binary
        self.common = ['--threads', str(threads), '--quiet']
        self.model = ['--model', str(model)] if model else []

    def run(self, *words, text=None):
        return subprocess.run([self.binary, *words], input=text, text=True,
                              check=True, stdout=subprocess.PIPE).stdout

    def ids(self, text):
        """Token ids of text that is in the chat frame."""
        return json.loads(self.run('tokens', '--trusted', '--quiet',
                                   *self.model, text=text))

    def greedy(self, prompts, new_tokens, agents, way=()):
        """Returns (token ids of each prompt, most requests in one step)."""
        with tempfile.TemporaryDirectory() as folder:
            paths = [f'{folder}/{name}' for name in ('in', 'out', 'trace')]
            write_jsonl(prompts, paths[0])
            self.run('bench', *self.model, *self.common, '--prompts', paths[0],
                     '--out-tokens', paths[1], '--trace', paths[2],
                     '--agents', str(agents), '--fixed-agents',
                     '--max-new-tokens', str(new_tokens),
                     *way, '--json')
            with open(paths[1], encoding='utf-8') as file:
                tokens = [json.loads(line) for line in file]
            with open(paths[2], encoding='utf-8') as file:
                events = json.load(file)
        return tokens, max(event['args']['requests'] for event in events)

    def logits(self, ids, way=(), last=None):
        """Returns the float32 rows after each token, or the last ones."""
        with tempfile.TemporaryDirectory() as folder:
            path = f'{folder}/logits.npy'
            self.run('logits', *self.model, *self.common, '--ids', '-',
                     '--out', path, *way, text=json.dumps(ids))
            rows = np.load(path, mmap_mode='r')
            return np.array(rows[-last:] if last else rows)


def aligned(tokens, steps):
    """Puts each step, {id: log p}, beside the token that it chose, and None
    where a step was left out or could belong to several tokens."""
    first, last, at = [], [], -1
    choices = [max(step, key=step.get) for step in steps]
    for choice in choices:
        at = tokens.index(choice, at + 1)
        first.append(at)
    at = len(tokens)
    for choice in reversed(choices):
        at = max(i for i in range(at) if tokens[i] == choice)
        last.append(at)
    row = [None] * len(tokens)
    for step, low, high in zip(steps, first, reversed(last)):
        if low == high:
            row[low] = step
    return row


class LlamaServer:
    """llama-server, computing what it can in fp32 (weights as in the file)."""

    def __init__(self, url):
        self.url = url

    def post(self, path, body):
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(),
            {'Content-Type': 'application/json'})
        with urllib.request.urlopen(request, timeout=600) as answer:
            return json.load(answer)

    def ids(self, text):
        return self.post('/tokenize', {
            'content': text, 'add_special': False,
            'parse_special': True})['tokens']

    def greedy(self, ids, new_tokens, candidates=40):
        """Returns the greedy tokens without the end token, and for each step
        the log-probabilities of the likeliest tokens, {id: log p}, or None:
        the server leaves steps out whose text ends inside a character."""
        answer = self.post('/completion', {
            'prompt': ids, 'n_predict': new_tokens, 'temperature': 0,
            'n_probs': candidates, 'cache_prompt': False,
            'return_tokens': True})
        steps = [{c['id']: c['logprob'] for c in step['top_logprobs']}
                 for step in answer['completion_probabilities']]
        tokens = answer['tokens']
        steps = aligned(tokens, steps)
        return tokens[:-1] if answer['stop_type'] == 'eos' else tokens, steps


@contextlib.contextmanager
def llama_server(gguf, threads):
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]
    with open(os.devnull, 'w', encoding='utf-8') as null:
        process = subprocess.Popen(
            [PEERS / 'llama.cpp/build/bin/llama-server', '-m', gguf,
             '--port', str(port), '-np', '1', '-c', '4096', '-t', str(threads),
             '-tb', str(threads), '-ctk', 'f32', '-ctv', 'f32', '-fa', 'off'],
            stdout=null, stderr=null)
    try:
        url = f'http://127.0.0.1:{port}'
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError(f'llama-server ended on {gguf}')
            with contextlib.suppress(OSError):
                urllib.request.urlopen(url + '/health')
                break
            time.sleep(0.1)
        yield LlamaServer(url)
    finally:
        process.terminate()
        process.wait()


def f32_copy(gguf, folder):
    """Returns a copy of a GGUF file with its weights dequantised."""
    out = pathlib.Path(folder) / (pathlib.Path(gguf).stem + '.F32.gguf')
    if not out.exists():
        subprocess.run(
            [PEERS / 'llama.cpp/build/bin/llama-quantize',
             '--allow-requantize', gguf, out, 'F32'],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return out
