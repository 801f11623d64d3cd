#!/usr/bin/env python3
"""Makes the golden logits that engine_test compares dobby's engines with.

    make_logit_goldens.py SmolLM2-135M-Instruct.Q4_1.gguf MODEL_FOLDER

They come from PyTorch and Hugging Face transformers in float64, independent
implementations, on the same weights as dobby's: those that the GGUF file
stores. MODEL_FOLDER is that file as dobby imported it; only its tokenizer.json
is read. Writes into logits/, beside this file:
  smollm2.json   ids of three texts and the largest logits at some positions
  qwen2.gguf     a tiny model with random weights, of the qwen2 architecture
  qwen2.json     ids and all logits at some positions
  qwen3.gguf, qwen3.json   likewise

Wants the packages accelerate, gguf, numpy, torch, transformers and tokenizers.
"""
import json
import pathlib
import sys

import gguf
import numpy as np
import torch
import transformers
from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).parent
LOGITS = HERE / "logits"
TOP = 24
TEXTS = {
    "sentence": "The quick brown fox jumps over the lazy dog, and then",
    "python": '''<|im_start|>user
def moving_average(values, width):
    """Returns the mean of each run of `width` neighbours."""
    total = sum(values[:width])
    means = [total / width]
    for i in range(width, len(values)):
        total += values[i] - values[i - width]
        means.append(total / width)
    return means


class RingBuffer:
    def __init__(self, capacity):
        self.items = [None] * capacity
        self.start = self.size = 0

    def push(self, item):
        end = (self.start + self.size) % len(self.items)
        self.items[end] = item
        if self.size < len(self.items):
            self.size += 1
        else:
            self.start = (self.start + 1) % len(self.items)
<|im_end|>
<|im_start|>assistant
''',
    "lists": "\n".join(f"{i} times {i + 3} is {i * (i + 3)}" for i in
                       range(2, 30)),
}


def rounded(values):
    return [round(float(value), 5) for value in values]


def positions(count):
    return sorted({0, 1, count // 4, count // 2, count - 2, count - 1})


def logits_of(model, ids):
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0].double().numpy()


def write(name, prompts):
    text = json.dumps({"prompts": prompts}, separators=(",", ":"))
    (LOGITS / f"{name}.json").write_text(text.replace('{"ids"', '\n{"ids"'))


def make_smollm2(path, folder):
    """The largest logits only: there are 49,152."""
    model = transformers.AutoModelForCausalLM.from_pretrained(
        str(path.parent), gguf_file=path.name, dtype=torch.float32)
    model = model.double().eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    prompts = []
    for name, text in TEXTS.items():
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        logits, rows = logits_of(model, ids), []
        for at in positions(len(ids)):
            top = np.argsort(-logits[at])[:TOP]
            rows.append({"position": at, "tokens": top.tolist(),
                         "logits": rounded(logits[at][top])})
        prompts.append({"ids": ids, "name": name, "rows": rows})
    write("smollm2", prompts)


def byte_tokens():
    """The character that stands for each byte, as in GPT-2."""
    hidden = iter(range(256, 512))
    return [chr(b) if 33 <= b <= 126 or 161 <= b != 173 else chr(next(hidden))
            for b in range(256)]


TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *byte_tokens(), "ab"]

# dobby's name of a tensor of a layer, and that of transformers.
LAYER_NAMES = {
    "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj"}


def tiny(name):
    """A configuration of transformers, and its class of models."""
    sizes = {"vocab_size": len(TOKENS), "hidden_size": 64,
             "intermediate_size": 64, "num_hidden_layers": 2,
             "num_attention_heads": 4, "num_key_value_heads": 2,
             "rms_norm_eps": 1e-6, "tie_word_embeddings": True,
             "max_position_embeddings": 512,
             "rope_parameters": {"rope_type": "default", "rope_theta": 1e4}}
    if name == "qwen2":
        config = transformers.Qwen2Config(**sizes)
        return config, 16, transformers.Qwen2ForCausalLM
    # Heads that are no equal parts of the width.
    config = transformers.Qwen3Config(**sizes, head_dim=32)
    return config, 32, transformers.Qwen3ForCausalLM


def random_weights(model, seed):
    """Sharp attention, so that positions matter; biases and norms too."""
    source = np.random.default_rng(seed)
    weights = {}
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight":
            continue
        shape = tuple(tensor.shape)
        if len(shape) == 1:
            center = 1.0 if "norm" in name else 0.0
            values = center + source.normal(0, 0.3, shape)
        else:
            sharp = 3 if "q_proj" in name or "k_proj" in name else 1
            values = source.normal(0, sharp / np.sqrt(shape[1]), shape)
        weights[name] = values.astype(np.float32)
    return weights


def gguf_name(name):
    """The GGUF name of a tensor of transformers."""
    part, kind = name.rsplit(".", 1)
    if part == "model.embed_tokens":
        return f"token_embd.{kind}"
    if part == "model.norm":
        return f"output_norm.{kind}"
    _, _, layer, rest = part.split(".", 3)
    ours = next(ours for ours, theirs in LAYER_NAMES.items() if theirs == rest)
    return f"blk.{layer}.{ours}.{kind}"


def write_gguf(name, config, head_size, weights):
    """Returns the weights as the file has them, dequantised."""
    writer = gguf.GGUFWriter(LOGITS / f"{name}.gguf", name)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(head_size)
    writer.add_value_length(head_size)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(1e4)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(TOKENS)
    writer.add_token_types([3] * 3 + [1] * (len(TOKENS) - 3))
    writer.add_token_merges(["a b"])
    writer.add_eos_token_id(2)
    stored = {}
    q8_0 = gguf.GGMLQuantizationType.Q8_0
    for tensor, values in weights.items():
        if values.ndim == 1:
            writer.add_tensor(gguf_name(tensor), values)
            stored[tensor] = values
            continue
        blocks = gguf.quants.quantize(values, q8_0)
        writer.add_tensor(gguf_name(tensor), blocks, raw_dtype=q8_0)
        stored[tensor] = gguf.quants.dequantize(blocks, q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return stored


def make_tiny(name, seed):
    config, head_size, kind = tiny(name)
    model = kind(config)
    stored = write_gguf(name, config, head_size, random_weights(model, seed))
    state = {tensor: torch.from_numpy(values)
             for tensor, values in stored.items()}
    state["lm_head.weight"] = state["model.embed_tokens.weight"]
    model.load_state_dict(state)
    model = model.double().eval()
    source = np.random.default_rng(seed + 1)
    prompts = []
    for count in (7, 130):
        ids = source.integers(3, len(TOKENS), count).tolist()
        logits = logits_of(model, ids)
        prompts.append({"ids": ids, "name": str(count), "rows": [
            {"position": at, "tokens": list(range(len(TOKENS))),
             "logits": rounded(logits[at])} for at in positions(count)[-4:]]})
    write(name, prompts)


def main():
    LOGITS.mkdir(exist_ok=True)
    transformers.logging.set_verbosity_error()
    make_tiny("qwen2", 1)
    make_tiny("qwen3", 2)
    make_smollm2(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))


if __name__ == "__main__":
    main()
