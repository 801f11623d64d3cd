"""The model in plain PyTorch: packed examples for training, batches for greedy answers.

Tokens of all examples lie behind one another, (tokens, hidden), and attention keeps to each example: on CUDA
through FlashAttention with lengths, elsewhere through a padded copy. So a step costs what its tokens cost.
"""

import torch
import torch.nn.functional as F

import base

LONGEST = 1024  # tokens of an example


def rms(x, weight, eps):
    return F.rms_norm(x, (x.shape[-1],), weight, eps)


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    turned = torch.cat((-x[..., half:], x[..., :half]), -1)
    return x * cos + turned * sin


def rope(positions, shape, dtype):
    """cos and sin, (..., 1, head_dim), for positions of any shape."""
    steps = torch.arange(0, shape.head_dim, 2, device=positions.device).float() / shape.head_dim
    angle = positions[..., None].float() * shape.theta**-steps
    angle = torch.cat((angle, angle), -1)[..., None, :]
    return angle.cos().to(dtype), angle.sin().to(dtype)


def attend_padded(q, k, v, batch):
    """q, k and v (tokens, heads, dim): a row an example, padded behind its end, where causal attention never looks."""
    rows, width = batch.examples, batch.width
    at = batch.owner * width + batch.positions

    def wide(x):
        padded = x.new_zeros(rows * width, *x.shape[1:]).index_copy(0, at, x)
        return padded.view(rows, width, *x.shape[1:]).transpose(1, 2)

    y = F.scaled_dot_product_attention(wide(q), wide(k), wide(v), is_causal=True)
    return y.transpose(1, 2).reshape(rows * width, *q.shape[1:])[at]


def attend_flash(q, k, v, ends):
    """The same through FlashAttention, which takes the examples' ends."""
    from torch.nn.attention.varlen import varlen_attn

    return varlen_attn(q, k, v, ends, ends, LONGEST, LONGEST, window_size=(-1, 0))


def block(x, cos, sin, where, norms, weights, shape, attend):
    """One layer over packed tokens. `where`: what `attend` needs to keep to the examples. weights: q, k, v, o, gate, up, down; norms: of attention and feed-forward."""
    tokens, heads, kv, dim = x.shape[0], shape.heads, shape.kv_heads, shape.head_dim
    h = rms(x, norms[0], shape.eps)
    q = rotate(F.linear(h, weights[0]).view(tokens, heads, dim), cos, sin)
    k = rotate(F.linear(h, weights[1]).view(tokens, kv, dim), cos, sin)
    v = F.linear(h, weights[2]).view(tokens, kv, dim)
    k, v = (y.repeat_interleave(heads // kv, 1) for y in (k, v))
    x = x + F.linear(attend(q, k, v, where).reshape(tokens, heads * dim), weights[3])
    h = rms(x, norms[1], shape.eps)
    return x + F.linear(F.silu(F.linear(h, weights[4])) * F.linear(h, weights[5]), weights[6])


class Model:
    """Weights in fp32 (`linear`, by layer and place) and what is never tuned: norms and embedding."""

    def __init__(self, shape, weights, device, dtype):
        self.shape, self.device, self.dtype = shape, device, dtype
        self.embedding = weights["model.embed_tokens.weight"].to(device, dtype)
        self.last_norm = weights["model.norm.weight"].to(device, dtype)
        self.names, self.linear, self.norms = [], [], []
        for layer in range(shape.layers):
            start = f"model.layers.{layer}."
            self.norms.append(
                [
                    weights[start + n + ".weight"].to(device, dtype)
                    for n in ("input_layernorm", "post_attention_layernorm")
                ]
            )
            self.names.append([start + n + ".weight" for n in base.LINEARS])
            self.linear.append([weights[n].float().to(device) for n in self.names[-1]])
        self.flash = device.type == "cuda"
        self.compiled = None

    def compile(self):
        self.compiled = torch.compile(block, dynamic=False)

    def cast(self, linear):
        return [[w.to(self.dtype) for w in layer] for layer in linear]

    def hidden(self, linear, batch):
        """linear: weights of all layers in `dtype`; batch: as packing.Batches gives it -> (tokens, hidden)."""
        x = self.embedding[batch.ids]
        training = torch.is_grad_enabled()
        if training:
            x.requires_grad_()  # so that the first layer is compiled as the others are
        cos, sin = rope(batch.positions, self.shape, self.dtype)
        step = self.compiled if training and self.compiled else block
        attend, where = (attend_flash, batch.ends) if self.flash else (attend_padded, batch)
        for weights, norms in zip(linear, self.norms):
            x = step(x, cos, sin, where, norms, weights, self.shape, attend)
        return rms(x, self.last_norm, self.shape.eps)

    def loss(self, linear, batch):
        """Sum of nats over the answers' tokens, and how many those are."""
        h = self.hidden(linear, batch)[batch.at]
        logits = F.linear(h, self.embedding).float()
        return F.cross_entropy(logits, batch.targets, reduction="sum"), batch.targets.numel()

    @torch.no_grad()
    def greedy(self, linear, prompts, stop, most=44):
        """Batch of prompts (lists of ids), padded on the left -> lists of ids up to `stop`."""
        shape, width = self.shape, max(map(len, prompts))
        ids = torch.zeros(len(prompts), width, dtype=torch.long)
        real = torch.zeros(len(prompts), width, dtype=torch.bool)
        for row, prompt in enumerate(prompts):
            ids[row, width - len(prompt) :] = torch.tensor(prompt)
            real[row, width - len(prompt) :] = True
        ids, real = ids.to(self.device), real.to(self.device)
        positions = (real.cumsum(1) - 1).clamp(min=0)
        mask = (
            real[:, None, :] & torch.ones(width, width, dtype=torch.bool, device=self.device).tril()
        )
        mask |= torch.eye(width, dtype=torch.bool, device=self.device)
        caches = [None] * shape.layers
        out, done = [[] for _ in prompts], torch.zeros(
            len(prompts), dtype=torch.bool, device=self.device
        )
        taken = []
        for _ in range(most):
            last = self._step(linear, ids, positions, mask[:, None], caches)
            ids = F.linear(last, self.embedding).float().argmax(-1, keepdim=True)
            taken.append(ids)
            done |= ids[:, 0] == stop
            if len(taken) % 8 == 0 and bool(done.all()):
                break
            real = torch.cat((real, torch.ones_like(real[:, :1])), 1)
            mask, positions = real[:, None], positions[:, -1:] + 1
        for row, answer in enumerate(torch.cat(taken, 1).tolist()):
            out[row] = answer[: answer.index(stop)] if stop in answer else answer
        return out

    def _step(self, linear, ids, positions, mask, caches):
        """Adds tokens to the caches; returns the hidden state of each row's last token."""
        shape = self.shape
        x = self.embedding[ids]
        cos, sin = rope(positions, shape, self.dtype)
        for i, (w, norms) in enumerate(zip(linear, self.norms)):
            h = rms(x, norms[0], shape.eps)
            rows, tokens, _ = h.shape
            q = rotate(F.linear(h, w[0]).view(rows, tokens, shape.heads, -1), cos, sin).transpose(
                1, 2
            )
            k = rotate(
                F.linear(h, w[1]).view(rows, tokens, shape.kv_heads, -1), cos, sin
            ).transpose(1, 2)
            v = F.linear(h, w[2]).view(rows, tokens, shape.kv_heads, -1).transpose(1, 2)
            if caches[i] is not None:
                k, v = torch.cat((caches[i][0], k), 2), torch.cat((caches[i][1], v), 2)
            caches[i] = (k, v)
            groups = shape.heads // shape.kv_heads
            y = F.scaled_dot_product_attention(
                q, k.repeat_interleave(groups, 1), v.repeat_interleave(groups, 1), attn_mask=mask
            )
            x = x + F.linear(y.transpose(1, 2).reshape(rows, tokens, -1), w[3])
            h = rms(x, norms[1], shape.eps)
            x = x + F.linear(F.silu(F.linear(h, w[4])) * F.linear(h, w[5]), w[6])
        return rms(x[:, -1], self.last_norm, shape.eps)
