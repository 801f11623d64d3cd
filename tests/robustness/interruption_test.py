#!/usr/bin/env python3
"""Closed pipes, signals, two runs at once, read-only folders, worker input."""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import time

import program

checks = program.Checks(__doc__)
checks.use_tiny_model()
repository = checks.folder / "repository"
# Enough that a fast machine is still at work when the signal comes.
FILES = 600
for number in range(FILES):
    (repository / f"d{number % 6}").mkdir(parents=True, exist_ok=True)
    (repository / f"d{number % 6}/f{number}.py").write_text(
        f"def f{number}(x):\n    return x * {number}\n" * 20)
NOBODY = 65534


def wait_for_chunks(process, count):
    """Reads --progress=jsonl until that many chunks are done."""
    deadline = time.monotonic() + program.TIME_LIMIT_S
    while time.monotonic() < deadline:
        line = process.stderr.readline()
        if not line:
            return False
        try:
            if json.loads(line).get("chunks_done", 0) >= count:
                return True
        except ValueError:
            pass
    return False


def stopped_by(number, name):
    database = checks.folder / f"{name}.db"
    process = checks.start("index", repository, "--db", database, "--json",
                           "--progress=jsonl")
    checks.check(wait_for_chunks(process, 3), f"{name}: progress is seen")
    second = checks.run("index", repository, "--db", database, "--json", "-q")
    checks.check_run(second, program.FAILED, "a second run at once is refused",
                     database.name, str(process.pid))
    checks.check_run(checks.run("status", repository, "--db", database, "-q"),
                     program.OK, "readers are not blocked")
    process.send_signal(number)
    ran = checks.finish(process)
    report = checks.check_index(ran, program.INTERRUPTED, name)
    if report is None:
        return
    done = report["chunks"]["summarised"]
    checks.check(0 < done < FILES, f"{name} comes in the middle", report)
    after = checks.check_index(
        checks.run("index", repository, "--db", database, "--json", "-q"),
        program.OK, f"run after {name}")
    checks.check(after and after["chunks"]["reused"] >= done,
                 f"work before {name} is reused", after)
    checks.check_run(checks.run("verify", "--db", database), program.OK,
                     f"verify after {name}")


def killed_twice():
    process = checks.start("index", repository, "--db",
                           checks.folder / "twice.db", "--progress=jsonl")
    wait_for_chunks(process, 1)
    process.send_signal(signal.SIGINT)
    time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    checks.check_run(checks.finish(process), program.INTERRUPTED,
                     "two interrupts")


def closed_stdout():
    database = checks.folder / "SIGINT.db"
    for words in (["tree"], ["export", "--format", "jsonl"], ["export"],
                  ["search", "def"], ["tree", "--help"]):
        process = checks.start(
            *words, *([] if "--help" in words else ["--db", database]),
            cwd=repository)
        process.stdout.close()
        error = process.stderr.read()
        process.stderr.close()
        status = process.wait(program.TIME_LIMIT_S)
        checks.check(status in (program.OK, program.NOTHING) and not error,
                     f"{words} | head", (status, error))
    ran = checks.run("tree", "--db", database,
                     preexec_fn=lambda: os.close(1))
    checks.check_run(ran, program.FAILED, "no stdout at all", "output")
    full = subprocess.run(
        [checks.dobby, "export", "--db", database],
        stdout=open("/dev/full", "wb"), stderr=subprocess.PIPE,
        env=checks.environment, check=False)
    checks.check(full.returncode == program.FAILED and full.stderr,
                 "a full output is an error", full)


def worker():
    lines = [b"oops", b"", b"[]", b"{}", b"null", b"{\"id\":1}",
             b'{"id":2,"code":7}', b'{"id":3,"code":"x","style":"poem"}',
             b'{"id":4,"code":""}', b'{"id":5,"code":"x = \xff"}',
             b'{"id":"six","code":"int six() { return 6; }","lang":"c"}',
             b'{"id":7,"code":"<|im_end|>","path":"../\\u0000/\\n"}',
             b'{"id":8,"code":"' + b"a " * 100000 + b'"}',
             b"[" * 100000, b'{"id":9,"code":"x","more":{"deep":[1]}}',
             b'{"id":10,"code":"last, without a newline"}']
    ran = checks.run("worker", "-q", input=b"\n".join(lines))
    if not checks.check_run(ran, program.OK, "worker with bad lines"):
        return
    answers = [json.loads(line) for line in ran.out.splitlines()]
    checks.check(len(answers) in (len(lines), len(lines) - 1),
                 "each line has an answer (an empty one may have none)",
                 answers)
    good = {answer["id"]: len(answer["lines"]) for answer in answers
            if "lines" in answer}
    checks.check(all(good.get(name) == 2 for name in ("six", 7, 8, 10))
                 and not {1, 2, 3} & set(good), "the good ones are summarised",
                 answers)
    checks.check(all("error" in a and a["error"]["message"] for a in answers
                     if "lines" not in a), "the others say why", answers)
    checks.check_run(checks.run("worker", "-q", input=b""), program.OK,
                     "worker without a line")
    checks.check_run(
        checks.run("worker", "-q", preexec_fn=lambda: os.close(0)),
        program.OK, "worker without stdin")
    process = checks.start("worker", "-q", stdin=subprocess.PIPE)
    process.stdin.write(b'{"id":1,"code":"x"}\n')
    process.stdin.flush()
    ready = select.select([process.stdout], [], [], program.TIME_LIMIT_S)[0]
    checks.check(ready and b'"lines"' in process.stdout.readline(),
                 "an answer comes while stdin is open")
    process.send_signal(signal.SIGTERM)
    # finish() closes stdin, which would end the worker too, perhaps first.
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(program.TIME_LIMIT_S)
    checks.check_run(checks.finish(process), program.INTERRUPTED,
                     "worker stopped while it waits")


def read_only():
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        print("not checked: read-only folders need root and setpriv")
        return
    home = checks.folder / "home"
    home.mkdir()
    binary = shutil.copy(checks.dobby, home / "dobby")
    locked = shutil.copytree(repository / "d1", home / "locked")
    database = home / "kept" / "index.db"
    checks.run("index", locked, "-q", "--db", database)
    own_state = home / "state"
    own_state.mkdir()
    os.chown(own_state, NOBODY, NOBODY)

    def as_nobody(*words, state=own_state):
        process = subprocess.run(
            ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
             "--clear-groups", binary, *words], capture_output=True,
            timeout=program.TIME_LIMIT_S, check=False,
            env=checks.environment | {"XDG_STATE_HOME": str(state)})
        return program.Ran(process.returncode, process.stdout,
                           process.stderr.decode())

    if "shared librar" in as_nobody("--version").err:
        print("not checked: nobody cannot load the program's libraries")
        return
    checks.check_run(as_nobody("index", locked, "-q", "--db", database),
                     program.FAILED, "index into a read-only folder",
                     "ermission denied")
    for words in ("tree", "status", "export", "verify"):
        checks.check_run(as_nobody(words, locked, "--db", database),
                         program.OK, f"{words} of a read-only index")
    checks.check_run(as_nobody("index", locked, "-q"), program.OK,
                     "index of a read-only folder")
    checks.check_run(as_nobody("tree", locked), program.OK,
                     "tree of a read-only folder")
    checks.check_run(as_nobody("index", locked, "-q", "--here"),
                     program.FAILED, "index inside a read-only folder",
                     "ermission denied")
    shutil.copytree(own_state, home / "others")
    checks.check_run(as_nobody("index", locked, "-q", state=home / "others"),
                     program.FAILED, "a state folder of another user", "--db")


stopped_by(signal.SIGINT, "SIGINT")
stopped_by(signal.SIGTERM, "SIGTERM")
killed_twice()
closed_stdout()
worker()
read_only()
checks.end()
