#!/usr/bin/env python3
"""Kills index runs at random moments; the next run must heal everything."""

import signal
import subprocess
import time

import program

checks = program.Checks(__doc__, kills=50, model="tiny", files=10)
if checks.options.model == "tiny":
    checks.use_tiny_model()
else:
    checks.environment["DOBBY_MODEL"] = checks.options.model
repository = program.make_repository(checks.folder / "repository",
                                     checks.options.files)


def index(database):
    return checks.run("index", repository, "--db", database, "--json", "-q")


def check_healed(database, what):
    ran = index(database)
    checks.check_index(ran, program.OK, what)
    content = checks.content("--db", database)
    checks.check(content == wanted, what + ": same content", content)
    checks.check_run(checks.run("verify", "--db", database), program.OK, what)


started = time.monotonic()
first = index(checks.folder / "whole.db")
whole_s = time.monotonic() - started
checks.check_index(first, program.OK, "undisturbed run")
wanted = checks.content("--db", checks.folder / "whole.db")
print(f"undisturbed run: {whole_s:.2f} s, {len(wanted)} objects")

killed = kept = 0
for turn in range(checks.options.kills):
    database = checks.folder / f"killed-{turn}.db"
    after_s = checks.random.uniform(0, whole_s)
    process = checks.start("index", repository, "--db", database, "-q")
    try:
        process.communicate(timeout=after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += 1
    if database.exists():
        before = checks.run("export", "--format", "jsonl", "--db", database)
        kept += b'"level":"chunk"' in before.out
    check_healed(database, f"kill {turn} after {after_s:.3f} s")
print(f"{killed} runs were killed, {kept} of all runs left finished work")
checks.check(killed >= checks.options.kills * 0.6, "most kills hit a run")
checks.end()
