#!/usr/bin/env python3
"""Reads texts that were made to cost much more than their size.

Each kind is indexed at one size and at twice that size. CPU time may grow by a
factor of 2.5 at most, and memory stays below a ceiling for each byte of text.
Then deep folders, large ignore files, and lines for the worker.
"""

import itertools
import json
import os
import shutil
import signal
import subprocess
import threading
import time

import program

checks = program.Checks(__doc__, size=400000)
checks.use_tiny_model()
checks.environment["XDG_STATE_HOME"] = str(checks.folder / "state")
SIZE = checks.options.size
GROWTH, NOISE_S = 2.5, 0.4
# Of memory: the program with its tiny model, one syntax tree at a time
# (chunks/parse.h says how large one may be), and the text itself.
START_BYTES, TREE_BYTES, BYTES_FOR_A_BYTE = 70 << 20, 192 << 20, 60


def words(size):
    letters = itertools.product("abcdefghijklmnopqrstuvwxyz", repeat=6)
    return ["".join(word) for word in itertools.islice(letters, size // 7)]


def filled(unit, size):
    return unit * (size // len(unit))


def pair(opening, closing, size):
    count = size // (len(opening) + len(closing))
    return opening * count + closing * count


TEXTS = {
    "one_line.txt": lambda n: "a" * n,
    "brackets.md": lambda n: "# t\n\n" + "[" * n + "\n",
    "head_brackets.md": lambda n: "# " + "[" * n + "\n",
    "links.md": lambda n: filled("[a](b)", n),
    "backticks.md": lambda n: filled("`a ", n),
    "headings.md": lambda n: filled("# a\n", n),
    "words.txt": lambda n: " ".join(words(n)),
    "short_lines.h": lambda n: filled("int a;\n", n),
    "spaces.c": lambda n: "a" + " " * n + "b",
    "parentheses.c": lambda n: "int a = " + pair("(", ")", n) + ";",
    "braces.c": lambda n: "int f(){" + pair("{\n", "}\n", n) + "}",
    "pointers.c": lambda n: "int " + "*\n" * (n // 2) + "x;",
    "casts.c": lambda n: "int a=" + filled("(b)\n", n) + "c;",
    "ifs.c": lambda n: filled("#if A\n", n),
    "comments.c": lambda n: filled("/* a\n", n),
    "slashes.c": lambda n: "/" * n + "\nint a;\n",
    "stars.c": lambda n: "/*" + "*" * n + "/\nint a;\n",
    "templates.cpp": lambda n: "int a=" + filled("a<\n", n) + ";",
    "macros.cpp": lambda n: filled("class AAA_B(\n", n),
    "constructors.cpp": lambda n: "\n".join(
        f"A{i}() {{}}" for i in range(n // 13)),
    "namespaces.cpp": lambda n: filled("namespace a {\n", n),
    "lists.py": lambda n: "a = " + pair("[\n", "]\n", n),
    "functions.py": lambda n: "\n".join(
        f"def f{i}(): pass" for i in range(n // 20)),
    "levels.py": lambda n: "\n".join(
        " " * i + "def f():" for i in range(int((2 * n) ** .5))),
    "decorators.py": lambda n: filled("@a\n", n) + "class X: pass\n",
    "quotes.py": lambda n: filled("\"\"\"'''\n", n),
    "arrows.js": lambda n: "a=" + filled("(a=\n", n),
    "templates.js": lambda n: "a=" + pair("`${", "}`", n),
    "elements.jsx": lambda n: "a=" + pair("<a>\n", "</a>\n", n),
    "generics.ts": lambda n: "let a: " + pair("A<\n", ">", n),
    "lambdas.java": lambda n: "class A{Object a=" + filled("(b)->\n", n),
    "generics.java": lambda n: pair("A<\n", ">", n) + " x;",
    "interpolated.cs": lambda n: "var a=" + pair('$"{', '}"', n),
    "lambdas.kt": lambda n: "val a=" + pair("{\n", "}\n", n),
    "heredocs.rb": lambda n: filled("a <<A\n", n),
    "blocks.rb": lambda n: filled("a do\n", n),
    "heredocs.sh": lambda n: filled("cat <<A\n", n),
    "substitutions.sh": lambda n: "a=" + pair("$(\n", ")\n", n),
    "heredocs.php": lambda n: "<?php\n" + filled("$a=<<<A\n", n),
    "attributes.rs": lambda n: filled("#[a]\n", n) + "fn a() {}\n",
    "generics.rs": lambda n: "fn a() -> " + pair("A<\n", ">", n) + "{}",
    "closures.swift": lambda n: "let a = " + pair("{\n", "}\n", n),
    "brackets.go": lambda n: "var a = " + pair("[\n", "]\n", n),
    "brackets.json": lambda n: pair("[", "]", n),
    "keys.json": lambda n: "{" + ",".join(
        f'"{w}":1' for w in words(n // 2)) + "}",
}


def measured(*arguments, **options):
    """Runs the program; returns how it ended, CPU seconds, peak bytes."""
    process = checks.start(*arguments, **options)
    watch = threading.Timer(program.TIME_LIMIT_S, process.kill)
    watch.start()
    err = []
    reader = threading.Thread(
        target=lambda: err.append(process.stderr.read()))
    reader.start()
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    watch.cancel()
    reader.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    ran = program.Ran(process.returncode, out,
                      err[0].decode(errors="replace"))
    return ran, usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10


def indexed(name, text):
    folder = checks.folder / "text"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / name).write_text(text)
    return measured("index", folder, "-q", "-j", "1", "--db", folder / "x.db",
                    "--agents", "1")


def texts_cost_what_they_weigh():
    for name, make in TEXTS.items():
        text, twice = make(SIZE), make(2 * SIZE)
        _, once_s, _ = indexed(name, text)
        ran, twice_s, peak = indexed(name, twice)
        checks.check(ran.status is not None and 0 <= ran.status < 128,
                     f"{name}: ends by itself", ran)
        checks.check(twice_s < GROWTH * once_s + NOISE_S,
                     f"{name}: {once_s:.2f} s of CPU, twice the text "
                     f"{twice_s:.2f} s")
        ceiling = START_BYTES + TREE_BYTES + BYTES_FOR_A_BYTE * len(twice)
        checks.check(peak < ceiling, f"{name}: {peak >> 20} MB for "
                     f"{len(twice) >> 10} KB, at most {ceiling >> 20} MB")


def folders_without_end():
    """F8: more levels of folders than a stack or a path can hold."""
    folder = checks.folder / "deep"
    folder.mkdir()
    (folder / "top.c").write_text("int a;\n")
    here = os.open(folder, os.O_RDONLY)
    for _ in range(20000):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("leaf.c", os.O_WRONLY | os.O_CREAT, dir_fd=here))
    os.close(here)
    database = checks.folder / "deep.db"
    ran, cpu_s, peak = measured("index", folder, "-q", "--db", database)
    checks.check(ran.status in (program.OK, program.PARTIAL),
                 "20,000 levels: an index", ran)
    checks.check(cpu_s < 30 and peak < 600 << 20,
                 f"20,000 levels: {cpu_s:.1f} s, {peak >> 20} MB")
    ran = checks.run("tree", "--db", database)
    checks.check_run(ran, program.OK, "20,000 levels: a tree")
    subprocess.run(["rm", "-rf", folder], check=False)


def ignore_files_of_megabytes():
    folder = checks.folder / "ignore"
    folder.mkdir()
    for i in range(100):
        (folder / f"f{i}.c").write_text(f"int f{i};\n")
    times = []
    for count in (1 << 19, 1 << 20):
        (folder / ".gitignore").write_text("z\n" * count)
        ran, cpu_s, peak = measured("index", folder, "-q", "--dry-run",
                                    "--db", folder / "x.db")
        checks.check_run(ran, (program.OK, program.PARTIAL), "ignore file")
        checks.check(peak < 400 << 20, f"ignore file: {peak >> 20} MB")
        times.append(cpu_s)
    checks.check(times[1] < GROWTH * times[0] + NOISE_S,
                 f"ignore files: {times} s of CPU")


def one_header_of_many():
    """A header that many sources implement is read once, not for each."""
    times = []
    for count in (100, 200):
        folder = checks.folder / f"header{count}"
        folder.mkdir()
        (folder / "x.h").write_text("int a;\n" * 20000)
        for i in range(count):
            (folder / f"d{i}").mkdir()
            (folder / f"d{i}/x.c").write_text(f"int f{i};\n")
        ran, cpu_s, _ = measured("index", folder, "-q",
                                 "--db", folder / "x.db")
        checks.check_run(ran, program.OK, "one header")
        times.append(cpu_s)
    checks.check(times[1] < GROWTH * times[0] + NOISE_S,
                 f"one header of many sources: {times} s of CPU")


def lines_for_the_worker():
    """F13: each bad line has an answer of its own, and the next is served."""
    deep = b"[" * 100000 + b"]" * 100000
    objects = b'{"a":' * 100000 + b"1" + b"}" * 100000
    good = b'{"id":2,"code":"int a;"}\n'
    for name, line in {
            "deep id": b'{"id":' + deep + b',"code":"x"}',
            "deep unknown": b'{"id":1,"code":"x","m":' + objects + b"}",
            "no JSON": b"\0\0\0", "surrogate": b'{"id":1,"code":"a\\ud800"}',
            "number": b'{"id":1e999,"code":"x"}',
            "long name": json.dumps({"id": 1, "code": "int a;", "path":
                                     "a/" * 1000000}).encode()}.items():
        ran = checks.run("worker", "-q", input=line + b"\n" + good)
        answers = ran.out.splitlines()
        checks.check(ran.status is not None and 0 <= ran.status < 128
                     and any(b'"id":2' in a and b'"lines"' in a
                             for a in answers),
                     f"worker, {name}: the next line is answered", ran)


def signals_are_heard():
    """F9: a worker that is told to stop does, whatever it reads."""
    for name, code in {"one line": "a" * 4000000, "brackets": "[" * 4000000,
                       "lines": "a\n" * 1000000,
                       "words": " ".join(words(4000000))}.items():
        line = json.dumps({"id": 1, "code": code, "lang": "c"}) + "\n"
        process = checks.start("worker", "-q", stdin=subprocess.PIPE)
        process.stdin.write(line.encode())
        process.stdin.flush()
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        start = time.monotonic()
        ran = checks.finish(process)
        took = time.monotonic() - start
        checks.check(ran.status is not None and took < 2,
                     f"worker, {name}: stopped after {took:.1f} s", ran)


for part in (texts_cost_what_they_weigh, folders_without_end,
             ignore_files_of_megabytes, one_header_of_many,
             lines_for_the_worker, signals_are_heard):
    started = time.monotonic()
    part()
    print(f"{part.__name__}: {time.monotonic() - started:.1f} s", flush=True)
checks.end()
