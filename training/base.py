"""The base model: GGUF of a llama -> weights in fp32 under Hugging Face's names, sizes, and tokenizer."""

import json
from collections import namedtuple
from pathlib import Path

import numpy as np
import torch
from gguf import GGUFReader, dequantize

Shape = namedtuple("Shape", "layers hidden heads kv_heads head_dim feed_forward vocab eps theta")
_PARTS = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
}
LINEARS = [name for name in _PARTS.values() if "norm" not in name]


def gguf_name(name):
    """model.layers.3.mlp.up_proj.weight -> blk.3.ffn_up.weight"""
    _, _, layer, rest = name.split(".", 3)
    short = next(k for k, v in _PARTS.items() if rest == v + ".weight")
    return f"blk.{layer}.{short}.weight"


def rotated(weight, heads, back=False):
    """q and k: llama.cpp interleaves the two halves of each head's rotary dimensions; `back` does it again."""
    rows = weight.shape[0]
    first, second = (2, rows // heads // 2) if back else (rows // heads // 2, 2)
    return weight.reshape(heads, first, second, -1).transpose(1, 2).reshape(weight.shape)


def read(path):
    """Returns (Shape, {name: fp32 tensor})."""
    reader = GGUFReader(path)

    def field(key):
        return reader.fields["llama." + key].contents()

    tensors = {
        t.name: torch.from_numpy(np.array(dequantize(t.data, t.tensor_type), dtype=np.float32))
        for t in reader.tensors
    }
    embedding = tensors["token_embd.weight"]
    heads, kv_heads = field("attention.head_count"), field("attention.head_count_kv")
    shape = Shape(
        field("block_count"),
        embedding.shape[1],
        heads,
        kv_heads,
        embedding.shape[1] // heads,
        field("feed_forward_length"),
        embedding.shape[0],
        field("attention.layer_norm_rms_epsilon"),
        field("rope.freq_base"),
    )
    weights = {
        "model.embed_tokens.weight": embedding,
        "model.norm.weight": tensors["output_norm.weight"],
    }
    for layer in range(shape.layers):
        for short, name in _PARTS.items():
            weight = tensors[f"blk.{layer}.{short}.weight"]
            if short in ("attn_q", "attn_k"):
                weight = rotated(weight, heads if short == "attn_q" else kv_heads)
            weights[f"model.layers.{layer}.{name}.weight"] = weight
    return shape, weights


def write_tokenizer(gguf, path):
    """tokenizer.json of the model's byte-level BPE."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    fields = GGUFReader(gguf).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()
    merges = [tuple(m.split(" ")) for m in fields["tokenizer.ggml.merges"].contents()]
    kinds = fields["tokenizer.ggml.token_type"].contents()
    tokenizer = Tokenizer(
        models.BPE(vocab={t: i for i, t in enumerate(tokens)}, merges=merges, fuse_unk=False)
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [
            AddedToken(t, special=True, normalized=False)
            for t, kind in zip(tokens, kinds)
            if kind == 3
        ]
    )
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(path))


def parameters_of(shape):
    return json.dumps(shape._asdict())
