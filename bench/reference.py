"""A llama decoder in NumPy on the weights of a GGUF file, to check against.

It is written from the published description of the architecture and shares
nothing with dobby but the file: weights are dequantised by the `gguf` package
and everything is computed in the type asked for, float64 by default.
"""

import gguf
import numpy as np


class Reference:
    def __init__(self, path, dtype=np.float64):
        reader = gguf.GGUFReader(path)
        self.weights = {
            tensor.name: gguf.quants.dequantize(
                tensor.data, tensor.tensor_type).astype(dtype)
            for tensor in reader.tensors}

        def number(key):
            return reader.fields[f'llama.{key}'].contents()
        self.layers = number('block_count')
        self.heads = number('attention.head_count')
        self.kv_heads = number('attention.head_count_kv')
        self.epsilon = number('attention.layer_norm_rms_epsilon')
        self.base = number('rope.freq_base')
        self.dtype = dtype

    def linear(self, x, name):
        return x @ self.weights[f'{name}.weight'].T

    def norm(self, x, name):
        mean = np.mean(x * x, axis=-1, keepdims=True)
        return x / np.sqrt(mean + self.epsilon) * self.weights[f'{name}.weight']

    def rotate(self, x):
        """RoPE on [tokens, heads, size]; GGUF keeps pairs side by side."""
        tokens, _, size = x.shape
        rates = self.base ** (-np.arange(0, size, 2) / size)
        angles = np.outer(np.arange(tokens), rates)[:, None, :]
        cos = np.cos(angles).astype(self.dtype)
        sin = np.sin(angles).astype(self.dtype)
        even, odd = x[..., ::2], x[..., 1::2]
        out = np.empty_like(x)
        out[..., ::2] = even * cos - odd * sin
        out[..., 1::2] = even * sin + odd * cos
        return out

    def attention(self, x, block):
        tokens = len(x)
        q, k, v = (self.linear(x, f'{block}.attn_{part}')
                   .reshape(tokens, heads, -1)
                   for part, heads in (('q', self.heads), ('k', self.kv_heads),
                                       ('v', self.kv_heads)))
        q, k = self.rotate(q), self.rotate(k)
        size = q.shape[-1]
        future = np.triu(np.ones((tokens, tokens), bool), 1)
        out = np.empty_like(q)
        for head in range(self.heads):
            shared = head // (self.heads // self.kv_heads)
            scores = q[:, head] @ k[:, shared].T / np.sqrt(self.dtype(size))
            scores[future] = -np.inf
            scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
            scores /= scores.sum(axis=-1, keepdims=True)
            out[:, head] = scores @ v[:, shared]
        return self.linear(out.reshape(tokens, -1), f'{block}.attn_output')

    def feed_forward(self, x, block):
        gate = self.linear(x, f'{block}.ffn_gate')
        silu = gate / (1 + np.exp(-gate))
        return self.linear(silu * self.linear(x, f'{block}.ffn_up'),
                           f'{block}.ffn_down')

    def logits(self, ids, last=None):
        """Returns [tokens, vocabulary], or only the `last` rows."""
        x = self.weights['token_embd.weight'][ids]
        for layer in range(self.layers):
            block = f'blk.{layer}'
            x = x + self.attention(self.norm(x, f'{block}.attn_norm'), block)
            x = x + self.feed_forward(self.norm(x, f'{block}.ffn_norm'), block)
        x = self.norm(x[-last:] if last else x, 'output_norm')
        head = 'output' if 'output.weight' in self.weights else 'token_embd'
        return self.linear(x, head)


def log_softmax(logits):
    logits = logits.astype(np.float64)
    top = logits.max(axis=-1, keepdims=True)
    return logits - top - np.log(np.exp(logits - top).sum(-1, keepdims=True))
