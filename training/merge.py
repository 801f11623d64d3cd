"""Merges an adapter into the base model, as a GGUF file that `dobby model import` takes.

usage: merge.py BASE.gguf ADAPTER OUT.gguf [F16|Q8_0|Q4_1|Q4_0]     (default: Q8_0)

The linear weights get that type; embedding, norms and all else stay as they are in the base.
"""

import sys

import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter, dequantize, quantize

import adapter
import base


def copy_fields(reader, writer):
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind == GGUFValueType.ARRAY else None
        writer.add_key_value(name, field.contents(), kind, inner)


def merged(weight, added, name, heads, kv_heads):
    """Adds to a tensor of the file what the adapter says, with q and k in the file's order of rows."""
    if "q_proj" in name or "k_proj" in name:
        added = base.rotated(added, heads if "q_proj" in name else kv_heads, back=True)
    return weight + added.numpy()


def main():
    source, folder, target, *rest = sys.argv[1:]
    kind = GGMLQuantizationType[rest[0] if rest else "Q8_0"]
    reader = GGUFReader(source)
    added = {base.gguf_name(name): (name, change) for name, change in adapter.load(folder).items()}
    heads = reader.fields["llama.attention.head_count"].contents()
    kv_heads = reader.fields["llama.attention.head_count_kv"].contents()
    writer = GGUFWriter(target, "llama")
    copy_fields(reader, writer)
    for tensor in reader.tensors:
        if tensor.name not in added:
            writer.add_tensor(tensor.name, np.array(tensor.data), raw_dtype=tensor.tensor_type)
            continue
        name, change = added.pop(tensor.name)
        weight = merged(
            np.array(dequantize(tensor.data, tensor.tensor_type), np.float32),
            change,
            name,
            heads,
            kv_heads,
        )
        writer.add_tensor(tensor.name, quantize(weight, kind), raw_dtype=kind)
    if added:
        raise SystemExit(
            f"the base has no {', '.join(sorted(added)[:3])}: is the adapter one of this model?"
        )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
