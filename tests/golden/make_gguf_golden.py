#!/usr/bin/env python3
"""Writes, for every GGUF encoding, a few blocks and the values that the Python package gguf 0.19 makes of them.

  make_gguf_golden.py [FOLDER]     writes gguf_TYPE.blocks and gguf_TYPE.values (float32) there; default: beside this file
"""
import sys
from pathlib import Path

import gguf
import numpy as np

# Bytes at which a block holds a binary16 scale; random bits there would give infinities.
SCALES = {'Q4_0': [0], 'Q4_1': [0, 2], 'Q5_0': [0], 'Q5_1': [0, 2], 'Q8_0': [0], 'Q2_K': [80, 82], 'Q3_K': [108],
          'Q4_K': [0, 2], 'Q5_K': [0, 2], 'Q6_K': [208], 'F32': [], 'F16': [], 'BF16': []}


def blocks_of(name, scales, rng):
    kind = gguf.GGMLQuantizationType[name]
    values, size = gguf.GGML_QUANT_SIZES[kind]
    count = max(4, 64 // values)
    if name == 'F32':
        return kind, rng.standard_normal((1, count)).astype(np.float32)
    if name == 'F16':
        # Subnormals and both zeros among them.
        data = (rng.standard_normal(count) * 10.0 ** rng.integers(-8, 4, count)).astype(np.float16)
        data[:2] = [0.0, -0.0]
        return kind, data.reshape(1, -1)
    if name == 'BF16':
        return kind, (rng.standard_normal(count).astype(np.float32).view(np.uint32) >> 16).astype(np.uint16).view(np.uint8).reshape(1, -1)
    data = rng.integers(0, 256, (count, size), np.uint8)
    for at in scales:
        data[:, at:at + 2] = (rng.standard_normal(count) * 0.01).astype(np.float16).view(np.uint8).reshape(count, 2)
    return kind, data.reshape(1, -1)


def main(folder):
    for seed, (name, scales) in enumerate(SCALES.items()):
        kind, data = blocks_of(name, scales, np.random.default_rng(seed))
        values = gguf.quants.dequantize(data, kind).astype(np.float32)
        (folder / f'gguf_{name}.blocks').write_bytes(data.tobytes())
        (folder / f'gguf_{name}.values').write_bytes(values.tobytes())


if __name__ == '__main__':
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
