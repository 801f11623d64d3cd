"""What a model asks of the CPU, and what the CPU can do.

The peaks are measured by the `roofline` program of the peers' benchmark, from
registers alone, so nothing reaches them; the formulas are those of its README.
"""

import json
import subprocess

from measured_run import PEERS

# Bytes of a weight in blocks of 32 with one half-precision scale, as in GGUF.
WEIGHT_BYTES = {4: 18 / 32, 8: 34 / 32}

CPU_KEYS = ('cpu', 'family', 'model', 'stepping')


def measured_peaks(threads):
    """Returns {int8_ops, flops, memory_bytes} a second, for `threads`.
    Arithmetic: as measured now or, where higher, as the peers' benchmark kept
    it of this CPU, since other programs only make it look lower. Memory: as
    measured now, since it changes with where the hypervisor puts the CPUs."""
    binary = PEERS / 'roofline'
    if not binary.exists():
        raise SystemExit(f'{binary} is missing: run setup.sh of the peers')
    now = json.loads(subprocess.run(
        [binary, str(threads)], check=True, text=True,
        stdout=subprocess.PIPE).stdout)
    kept = PEERS / f'roofline-{threads}.json'
    if kept.exists():
        old = json.loads(kept.read_text())
        if all(old[key] == now[key] for key in CPU_KEYS):
            return {**higher(peaks_of(now), peaks_of(old)),
                    'memory_bytes': peaks_of(now)['memory_bytes']}
    return peaks_of(now)


def peaks_of(data):
    best = data['best']
    attention = best.get('bf16_tflops') or best['fp32_tflops']
    return {'int8_ops': best['int8_tops']['n'] * 1e12,
            'flops': attention['n'] * 1e12,
            'memory_bytes': best['mem_read_gbps']['n'] * 1e9,
            'settled': all(peak['settled'] for peak in best.values())}


def higher(a, b):
    """Returns the higher of each; settled if one is."""
    return {key: max(a[key], b[key]) for key in a}


class Work:
    """Counts for the model of a folder, from its dobby.json."""

    def __init__(self, folder):
        manifest = json.loads((folder / 'dobby.json').read_text())
        self.shape = manifest['shape']
        self._bits = {row['name']: 4 if 'int4' in row['as'] else 8
                      for row in manifest['tensors'] if 'block' in row['as']}

    def matrices(self):
        """Multiply-adds a token, by the end of the tensor's name."""
        s = self.shape
        query = s['heads'] * s['head_size']
        key = s['kv_heads'] * s['head_size']
        return {'attn_q': s['width'] * query, 'attn_k': s['width'] * key,
                'attn_v': s['width'] * key, 'attn_output': s['width'] * query,
                'ffn_gate': s['width'] * s['ffn_width'],
                'ffn_up': s['width'] * s['ffn_width'],
                'ffn_down': s['width'] * s['ffn_width']}

    def linear_ops(self, tokens, logit_rows):
        s = self.shape
        return 2 * (tokens * s['layers'] * sum(self.matrices().values()) +
                    logit_rows * s['width'] * s['vocab'])

    def attention_flops(self, past, tokens):
        """Scores and values of new tokens after `past`, the causal half."""
        s = self.shape
        pairs = tokens * past + tokens * (tokens + 1) // 2
        return 4 * s['layers'] * s['heads'] * s['head_size'] * pairs

    def weight_bytes(self):
        """What a step reads: every matrix, and the head once."""
        s = self.shape
        bits = self._bits
        total = sum(count * WEIGHT_BYTES[bits[f'blk.{layer}.{name}.weight']]
                    for name, count in self.matrices().items()
                    for layer in range(s['layers']))
        head = bits.get('output.weight') or bits['token_embd.weight']
        return total + s['width'] * s['vocab'] * WEIGHT_BYTES[head]

    def kv_bytes(self, tokens):
        """Keys and values: 8-bit codes, and two numbers of 4 bytes each."""
        s = self.shape
        return (2 * s['layers'] * s['kv_heads'] * (s['head_size'] + 8) *
                tokens)

    def compute_s(self, linear_ops, attention_flops, peaks):
        return (linear_ops / peaks['int8_ops'] +
                attention_flops / peaks['flops'])
