#!/usr/bin/env python3
"""Runs model folders that were made to break their reader.

The folders lie: their manifest says other sizes than their graph has, their
graph names operators or files that are not theirs, their texts nest without
end. Each must end in an error that says so, or work; never in a signal.
"""

import json
import os
import resource
import shutil
import struct
import time

import program
import tiny_model

checks = program.Checks(__doc__)
TINY = checks.use_tiny_model()
checks.environment["XDG_STATE_HOME"] = str(checks.folder / "state")
REQUEST = (json.dumps({"id": 1, "code": "int a(int b) { return b; }",
                       "lang": "c", "path": "a.c"}) + "\n").encode()
MEMORY = 8 << 30
DEEP = 100000


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def altered(name, change_manifest=None, **files):
    """A copy of the tiny model in which nothing is checked by a checksum."""
    folder = checks.folder / "altered" / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(TINY, folder)
    manifest = json.loads((folder / "dobby.json").read_text())
    manifest.pop("blake3", None)
    manifest["files"] = []
    if change_manifest:
        change_manifest(manifest)
    (folder / "dobby.json").write_text(json.dumps(manifest))
    for path, content in files.items():
        (folder / path.replace("__", ".")).write_bytes(content)
    return folder


def ask(folder, engine, what):
    ran = checks.run("worker", "-q", "-j", "1", "--engine", engine, "--model",
                     folder, input=REQUEST, preexec_fn=limited)
    checks.check(ran.status is not None and 0 <= ran.status < 128,
                 f"{what}, {engine}: ends by itself", ran)
    return ran


def field(number, payload):
    """One length-delimited field of protobuf's wire format."""
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def varint(value):
    out = bytearray()
    while True:
        out.append(value & 127 | (128 if value > 127 else 0))
        value >>= 7
        if not value:
            return bytes(out)


def number(key, value):
    return varint(key << 3) + varint(value)


def tensor(name, kind, sizes, raw):
    return (b"".join(number(1, size) for size in sizes) + number(2, kind)
            + field(8, name.encode()) + field(9, raw))


def integer(name, value):
    return field(5, field(1, name.encode()) + number(3, value)
                 + number(20, 2))


def graph_with(operator, inputs, tensors, attributes, domain="dobby"):
    """The tiny model's graph with one node more, whose result is an output:
    what is appended to a message of protobuf is merged into it."""
    node = b"".join(field(1, name.encode()) for name in inputs)
    node += field(2, b"evil") + field(4, operator.encode()) + attributes
    node += field(7, domain.encode())
    value = field(1, b"evil") + field(2, field(1, number(1, 1)))
    graph = field(1, node) + b"".join(field(5, t) for t in tensors)
    graph += field(12, value)
    opset = field(8, field(1, domain.encode()) + number(2, 1))
    return (TINY / "model.onnx").read_bytes() + opset + field(7, graph)


def own_operators_in_a_given_graph():
    """F6: a given graph may not reach operators that trust their caller."""
    rows = graph_with(
        "Embedding", ["ids_", "codes_", "scales_"],
        [tensor("ids_", 7, [1, 1], struct.pack("<q", 1 << 40)),
         tensor("codes_", 2, [16 * 64], bytes(16 * 64)),
         tensor("scales_", 10, [32], bytes(64))],
        integer("bits", 8) + integer("rows", 16) + integer("columns", 64))
    slots = graph_with(
        "Attention",
        ["q_", "k_", "v_", "cos_", "sin_", "begin_", "past_", "slot_", "kv_"],
        [tensor(name, 1, [1, 1, 64], struct.pack("<64f", *[1.0] * 64))
         for name in ("q_", "k_", "v_")]
        + [tensor("cos_", 1, [4, 32], bytes(512)),
           tensor("sin_", 1, [4, 32], bytes(512)),
           tensor("begin_", 6, [2], struct.pack("<2i", 0, 1)),
           tensor("past_", 6, [1], bytes(4)),
           tensor("slot_", 6, [1], struct.pack("<i", 1 << 30)),
           tensor("kv_", 2, [2, 1, 65536], bytes(2 * 65536))],
        integer("layer", 0) + integer("heads", 1) + integer("kv_heads", 1)
        + integer("head_size", 64))
    for name, graph in (("rows", rows), ("slots", slots)):
        for engine in ("auto", "fast", "stock"):
            folder = altered(name, model__onnx=graph)
            ran = ask(folder, engine, f"operator {name}")
            checks.check(b'"line1"' not in ran.out and ran.status != 0,
                         f"operator {name}, {engine}: is refused", ran)


def files_outside():
    """A weight that is said to lie in a file outside of the folder."""
    entries = b"".join(
        field(13, field(1, key) + field(2, value)) for key, value in
        ((b"location", b"../../../../../../../etc/passwd"), (b"offset", b"0"),
         (b"length", b"64")))
    weight = (number(1, 64) + number(2, 2) + field(8, b"out_") + entries
              + number(14, 1))
    graph = graph_with("Identity", ["out_"], [weight], b"", domain="")
    for engine in ("fast", "stock"):
        ran = ask(altered("outside", model__onnx=graph), engine, "outside")
        checks.check(ran.status != 0, f"outside, {engine}: is refused", ran)


def sizes_that_lie():
    """F7: the manifest's sizes are not those of the graph."""
    shape = json.loads((TINY / "dobby.json").read_text())["shape"]
    for key, value in shape.items():
        if not isinstance(value, int) or isinstance(value, bool):
            continue
        for wrong in (0, 1, value * 4 + 3, 65536, (1 << 31) - 1):
            if wrong == value:
                continue
            def change(manifest, key=key, wrong=wrong):
                manifest["shape"][key] = wrong
            folder = altered("size", change)
            for engine in ("fast", "stock"):
                ask(folder, engine, f"{key} = {wrong}")


def unlisted_files():
    folder = altered("unlisted")
    ran = checks.run("model", "verify", folder)
    checks.check(ran.status != program.OK,
                 "a folder whose manifest lists nothing is not verified", ran)


def texts_without_end():
    """F13, F15: nesting of 100,000 levels in each text of a folder."""
    nested = b"[" * DEEP + b"]" * DEEP
    manifest = (TINY / "dobby.json").read_bytes()
    tokenizer = (TINY / "tokenizer.json").read_bytes()
    cases = {
        "manifest": {"dobby__json": b'{"x":' + nested + b"," + manifest[1:]},
        "tokenizer": {"tokenizer__json": b'{"x":' + nested + b","
                                         + tokenizer[1:]},
        "template parentheses": {"chat_template__jinja":
                                 b"{{ " + b"(" * DEEP + b"1" + b")" * DEEP
                                 + b" }}"},
        "template ifs": {"chat_template__jinja":
                         b"{% if 1 %}" * DEEP + b"{% endif %}" * DEEP},
        "template loops": {"chat_template__jinja":
                           b"{% for a in range(99999) %}"
                           b"{% for b in range(99999) %}{{ a }}"
                           b"{% endfor %}{% endfor %}"},
        "template text": {"chat_template__jinja":
                          b"{{ 'a' * 9999999999 }}"},
        "template macro": {"chat_template__jinja":
                           b"{% macro m() %}{{ m() }}{% endmacro %}"
                           b"{{ m() }}"},
        "template minus": {"chat_template__jinja":
                           b"{{ " + b"-" * DEEP + b"1 }}"},
    }
    for name, files in cases.items():
        folder = altered(name.replace(" ", "-"), **files)
        ask(folder, "fast", name)
        ran = checks.run("model", "verify", folder)
        checks.check(ran.status is not None and 0 <= ran.status < 128,
                     f"{name}: verify ends", ran)


def templates_of_a_gguf():
    for name, text in {"parentheses": "{{ " + "(" * DEEP + "1" + ")" * DEEP
                                      + " }}",
                       "loops": "{% for a in range(99999) %}{% for b in "
                                "range(99999) %}{{ a }}{% endfor %}"
                                "{% endfor %}"}.items():
        ordinary, tiny_model.TEMPLATE = tiny_model.TEMPLATE, text
        path = checks.folder / "template.gguf"
        path.write_bytes(tiny_model.gguf_bytes()[0])
        tiny_model.TEMPLATE = ordinary
        ask(path, "fast", "GGUF, template " + name)


def patterns_that_backtrack():
    """F17: a tokenizer's pattern whose search takes exponential time."""
    tokenizer = json.loads((TINY / "tokenizer.json").read_text())
    request = json.dumps({"id": 1, "code": "// " + "a" * 5000 + "!",
                          "lang": "c", "path": "a.c"}).encode() + b"\n"
    for name, pattern in {"plus": "(a+)+$", "ahead": "(?=(a+)+b)a",
                          "back": "(?=(a*)*\\1b)",
                          "nested": "(" * 3000 + "a" + ")" * 3000,
                          "aheads": "(?=a)" * 50000,
                          "repeat": "a{1000}{1000}{1000}"}.items():
        tokenizer["pre_tokenizer"] = {
            "type": "Split", "pattern": {"Regex": pattern},
            "behavior": "Isolated", "invert": False}
        folder = altered(name,
                         tokenizer__json=json.dumps(tokenizer).encode())
        ran = checks.run("worker", "-q", "-j", "1", "--compress", "none",
                         "--model", folder, input=request,
                         preexec_fn=limited)
        checks.check(ran.status is not None and 0 <= ran.status < 128,
                     f"pattern {name}: ends by itself", ran)


def lines_of(ran):
    """Returns the lines of the worker's only answer; None for an error."""
    return json.loads(ran.out).get("lines")


def packed_weights_that_change():
    """F17: the cache's file is damaged, replaced, or cut while in use."""
    cache = checks.folder / "cache/dobby/packed"
    shutil.rmtree(cache, ignore_errors=True)
    words = ("worker", "-q", "-j", "1", "--engine", "fast")
    good = checks.run(*words, input=REQUEST)
    file, = cache.glob("*/weights.bin")
    whole = file.read_bytes()
    for name, content in (("flipped", whole[:9000] + bytes([whole[9000] ^ 1])
                           + whole[9001:]), ("cut", whole[:5000])):
        os.chmod(file, 0o600)
        file.write_bytes(content)
        ran = checks.run(*words, input=REQUEST)
        checks.check(lines_of(ran) == lines_of(good) is not None,
                     f"{name}: the same answer", ran)
        file, = cache.glob("*/weights.bin")
    process = checks.start(*words, stdin=program.subprocess.PIPE)
    process.stdin.write(REQUEST)
    process.stdin.flush()
    process.stdout.readline()
    os.chmod(file, 0o600)
    os.truncate(file, 4096)
    ran = checks.finish(process, REQUEST.replace(b"int a", b"int c"))
    checks.check(ran.status is not None and 0 <= ran.status < 128,
                 "cut while mapped: an error, no signal", ran)


for part in (own_operators_in_a_given_graph, files_outside, sizes_that_lie,
             unlisted_files, texts_without_end, templates_of_a_gguf,
             patterns_that_backtrack, packed_weights_that_change):
    started = time.monotonic()
    part()
    print(f"{part.__name__}: {time.monotonic() - started:.1f} s", flush=True)
checks.end()
