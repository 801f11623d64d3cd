#!/usr/bin/env python3
"""Fails the n-th call of the whole program, n from 1 to the end.

The library that fails calls is built beside the program (libfailing_calls.so)
and preloaded. What was there before or what should be there now is found
afterwards, never half of it, and the next run mends the rest.
"""

import os
import pathlib
import shutil

import program
import tiny_model

KILLED = 77
ABORTED = -6  # A library that cannot go on without memory.
EXITS = (program.OK, program.FAILED, program.PARTIAL, program.NO_MODEL)

checks = program.Checks(__doc__, allocations=60)
library = pathlib.Path(checks.dobby).parent / "libfailing_calls.so"
if not library.exists():
    raise SystemExit(f"{library} is missing: build the target failing_calls")
checks.use_tiny_model()
repository = checks.folder / "repository"
repository.mkdir()
for number in range(3):
    (repository / f"f{number}.c").write_text(
        f"int f{number}(void) {{ return {number}; }}\n")
work = checks.folder / "work"


def run_with(fault, *words):
    """Runs the program with a fault; returns it and whether that happened."""
    environment = dict(checks.environment, LD_PRELOAD=str(library),
                       DOBBY_FAULT=fault)
    ran = checks.run(*words, env=environment)
    happened = "fault: it has happened\n" in ran.err
    ran.err = ran.err.replace("fault: it has happened\n", "")
    return ran, happened


class Path:
    """One command, what it starts from, and what it leaves."""

    def __init__(self, name, command, prepare, content):
        self.name, self.command = name, command
        self.prepare, self.content = prepare, content

    def fresh(self):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        self.prepare()

    def learn(self):
        self.fresh()
        self.old = self.content()
        ran = checks.run(*self.command)
        checks.check_run(ran, program.OK, f"{self.name} without a fault")
        self.new = self.content()
        self.names = names()

    def check_one(self, fault):
        """Returns whether there was still a call to fail."""
        self.fresh()
        ran, happened = run_with(fault, *self.command)
        if not happened:
            return False
        what = f"{self.name}, {fault}"
        kind, mode, _ = fault.split()
        allowed = EXITS + ((KILLED,) if mode == "kill" else ()) + (
            (ABORTED,) if kind == "allocate" else ())
        checks.check(ran.status in allowed, what + ": ends cleanly", ran)
        checks.check(ran.status != program.FAILED or "dobby:" in ran.err
                     or "error" in ran.out.decode(), what + ": says why", ran)
        content = self.content()
        checks.check(content in (self.old, self.new)
                     or self.is_between(content),
                     what + ": old or new content",
                     (ran.status, content - self.new
                      if isinstance(content, set) else content))
        if ran.status == program.OK:
            checks.check(content == self.new, what + ": nothing is lost", ran)
        again = checks.run(*self.command)
        checks.check_run(again, program.OK, what + ": the next run")
        checks.check(self.content() == self.new, what + ": mended", again)
        checks.check(names() == self.names, what + ": nothing is left behind",
                     set(names()) ^ set(self.names))
        return True

    def is_between(self, content):
        """An index grows file by file; each of them is whole. What is said of
        folders follows from the files that are there."""
        def of_files(objects):
            return {one for one in objects if "('level', 'file')" in one}
        return (isinstance(content, set) and
                of_files(self.old) <= of_files(content) <= of_files(self.new))

    def check(self, kind, mode, calls):
        count = sum(1 for n in calls if self.check_one(f"{kind} {mode} {n}"))
        print(f"{self.name}: {kind} {mode}: {count} faults", flush=True)

    def check_all(self, kind, mode):
        number = 1
        while self.check_one(f"{kind} {mode} {number}"):
            number += 1
        print(f"{self.name}: {kind} {mode}: {number - 1} faults", flush=True)

    def allocations(self):
        """Returns how many there are, by halving."""
        low, high = 0, 1 << 24
        while high - low > 64:
            middle = (low + high) // 2
            self.fresh()
            _, happened = run_with(f"allocate once {middle}", *self.command)
            low, high = (middle, high) if happened else (low, middle)
        return low


def names():
    return sorted(
        str(path.relative_to(work)) for path in work.rglob("*")
        if not path.name.endswith(("-wal", "-shm")))


def index_content():
    """Returns the summaries, each whole, or what is wrong with them."""
    database = work / "index.db"
    if not database.exists() or database.stat().st_size == 0:
        return set()
    ran = checks.run("verify", "--db", database)
    if ran.status not in (program.OK, program.PARTIAL):
        none = any(words in ran.err for words in ("holds no index yet",
                                                  "there is no whole index"))
        return set() if none else "broken: " + ran.err
    objects = checks.content("--db", database)
    return {str(sorted(one.items())) for one in objects or ()
            if one["type"] not in ("begin", "end")}


def model_content():
    folder = work / "models/tiny"
    if not folder.exists():
        return "nothing"
    ran = checks.run("model", "verify", folder)
    return (folder / "dobby.json").read_text() if ran.status == program.OK \
        else "broken: " + ran.err


gguf, other = checks.folder / "tiny.gguf", checks.folder / "other.gguf"
other.write_bytes(tiny_model.gguf_bytes(seed=2)[0])


def import_words(source):
    return ("model", "import", source, "--name", "tiny", "--out-dir",
            work / "models", "--replace")


paths = [
    # Fast: other operators, which stand in where weights cannot be kept, may
    # make other lines.
    Path("index", ("index", repository, "--db", work / "index.db", "-q",
                   "--engine", "fast"),
         lambda: None, index_content),
    Path("import", import_words(gguf), lambda: None, model_content),
    Path("import again", import_words(other),
         lambda: checks.run(*import_words(gguf)), model_content),
]
for path in paths:
    path.learn()
    for call in ("open", "write", "sync", "rename", "folder", "remove"):
        for mode in ("once", "from", "kill"):
            path.check_all(call, mode)
    path.check_all("write", "short")
    total = path.allocations()
    path.check("allocate", "once", sorted(
        checks.random.randrange(1, total)
        for _ in range(checks.options.allocations)))
checks.end()
