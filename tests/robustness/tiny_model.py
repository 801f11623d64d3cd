"""A llama of some 100 KB in the GGUF format, with random weights."""

import random
import struct

UINT32, INT32, FLOAT32, STRING, ARRAY = 4, 5, 6, 8, 9
F32, Q8_0 = 0, 8
ALIGNMENT = 32
LAYERS, WIDTH, FFN_WIDTH, HEADS, KV_HEADS, HEAD_SIZE = 2, 64, 128, 4, 2, 16
TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n'"
    " + message['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")


def _string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _byte_tokens():
    """The character that stands for each byte, as in GPT-2."""
    hidden = iter(range(256, 512))
    return [chr(b) if 33 <= b <= 126 or 161 <= b != 173 else chr(next(hidden))
            for b in range(256)]


def _metadata(architecture):
    tokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *_byte_tokens()]
    merges = ["\u0120 t", "h e", "i n", "r e", "o n"]
    tokens += [merge.replace(" ", "") for merge in merges]
    types = [3] * 3 + [1] * (len(tokens) - 3)
    sizes = {"block_count": LAYERS, "context_length": 4096,
             "embedding_length": WIDTH, "feed_forward_length": FFN_WIDTH,
             "attention.head_count": HEADS,
             "attention.head_count_kv": KV_HEADS,
             "rope.dimension_count": HEAD_SIZE}
    entries = [("general.architecture", STRING, _string(architecture))]
    entries += [(f"{architecture}.{key}", UINT32, struct.pack("<I", size))
                for key, size in sizes.items()]
    entries += [
        (architecture + ".attention.layer_norm_rms_epsilon", FLOAT32,
         struct.pack("<f", 1e-5)),
        (architecture + ".rope.freq_base", FLOAT32, struct.pack("<f", 1e4)),
        ("tokenizer.ggml.model", STRING, _string("gpt2")),
        ("tokenizer.ggml.pre", STRING, _string("smollm")),
        ("tokenizer.ggml.tokens", ARRAY,
         struct.pack("<IQ", STRING, len(tokens))
         + b"".join(map(_string, tokens))),
        ("tokenizer.ggml.token_type", ARRAY,
         struct.pack("<IQ", INT32, len(types))
         + struct.pack(f"<{len(types)}i", *types)),
        ("tokenizer.ggml.merges", ARRAY,
         struct.pack("<IQ", STRING, len(merges))
         + b"".join(map(_string, merges))),
        ("tokenizer.ggml.bos_token_id", UINT32, struct.pack("<I", 1)),
        ("tokenizer.ggml.eos_token_id", UINT32, struct.pack("<I", 2)),
        ("tokenizer.chat_template", STRING, _string(TEMPLATE)),
    ]
    blob = b"".join(_string(key) + struct.pack("<I", kind) + value
                    for key, kind, value in entries)
    return len(tokens), len(entries), blob


def _tensor_shapes(vocabulary):
    """Name -> (rows, columns); a norm has rows = None."""
    queries, keys = HEADS * HEAD_SIZE, KV_HEADS * HEAD_SIZE
    shapes = {"token_embd": (vocabulary, WIDTH)}
    for layer in range(LAYERS):
        for name, shape in {
                "attn_norm": (None, WIDTH), "attn_q": (queries, WIDTH),
                "attn_k": (keys, WIDTH), "attn_v": (keys, WIDTH),
                "attn_output": (WIDTH, queries), "ffn_norm": (None, WIDTH),
                "ffn_gate": (FFN_WIDTH, WIDTH), "ffn_up": (FFN_WIDTH, WIDTH),
                "ffn_down": (WIDTH, FFN_WIDTH)}.items():
            shapes[f"blk.{layer}.{name}"] = shape
    shapes["output_norm"] = (None, WIDTH)
    return shapes


def gguf_bytes(architecture="llama", seed=1):
    """Returns the file and the offset at which its weights begin."""
    source = random.Random(seed)
    vocabulary, entries, metadata = _metadata(architecture)
    infos, data = b"", b""
    shapes = _tensor_shapes(vocabulary)
    for name, (rows, columns) in shapes.items():
        data += bytes(-len(data) % ALIGNMENT)
        sizes = (columns,) if rows is None else (columns, rows)
        infos += _string(name + ".weight") + struct.pack(
            f"<I{len(sizes)}QIQ", len(sizes), *sizes,
            F32 if rows is None else Q8_0, len(data))
        if rows is None:
            data += struct.pack(f"<{columns}f", *[1.0] * columns)
        else:  # Blocks of one half-precision scale and 32 signed bytes.
            scale = struct.pack("<e", columns ** -0.5 / 73)
            data += b"".join(scale + source.randbytes(32)
                             for _ in range(rows * columns // 32))
    head = b"GGUF" + struct.pack("<IQQ", 3, len(shapes), entries)
    head += metadata + infos
    head += bytes(-len(head) % ALIGNMENT)
    return head + data, len(head)
