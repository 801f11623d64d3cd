#!/usr/bin/env python3
"""The sandbox of a running program: there, and in nobody's way."""

import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import urllib.parse

import program

checks = program.Checks(__doc__)
LINE = b'{"id":1,"code":"int a(int b) { return b; }","lang":"c"}\n'


def threads_filtered(pid):
    """Returns the seccomp modes and privilege bits of a process's threads."""
    seen = set()
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        fields = dict(line.split(":", 1) for line in
                      (task / "status").read_text().splitlines() if ":" in line)
        seen.add((fields["Seccomp"].strip(), fields["NoNewPrivs"].strip()))
    return seen


def every_thread_is_in_it():
    for words, environment, want in (
            ([], {}, {("2", "1")}),
            (["--no-sandbox"], {}, {("0", "0")}),
            ([], {"DOBBY_NO_SANDBOX": "1"}, {("0", "0")})):
        process = checks.start("worker", "-q", *words, stdin=subprocess.PIPE,
                               env={**checks.environment, **environment})
        process.stdin.write(LINE)
        process.stdin.flush()
        answer = process.stdout.readline()
        seen = threads_filtered(process.pid)
        checks.check(seen == want and b'"lines"' in answer,
                     f"worker {words} {environment}", (seen, answer))
        checks.check_run(checks.finish(process), program.OK, "worker ends")


def weights_are_packed_in_it():
    """The first run in it keeps the packed weights; the next one finds them."""
    cache = checks.folder / "fresh-cache"
    environment = {**checks.environment, "DOBBY_CACHE": str(cache)}
    seen = []
    for _ in range(2):
        ran = checks.run("worker", "-q", input=LINE, env=environment)
        checks.check_run(ran, program.OK, "worker with an empty cache")
        checks.check(not ran.err, "dobby's operators are used", ran)
        seen.append([(path, path.stat().st_ino)
                     for path in cache.glob("packed/*/weights.bin")])
    checks.check(len(seen[0]) == 1 and seen[0] == seen[1],
                 "the weights are packed once", seen)


def doctor_proves_it():
    ran = checks.run("doctor", "--json")
    finding = {f["name"]: f for f in json.loads(ran.out)["findings"]}["sandbox"]
    checks.check(finding["state"] in ("ok", "note")
                 and "refused: a socket, a process, a signal, io_uring"
                 in finding["detail"] and "a program" in finding["detail"],
                 "doctor tries it", finding)
    checks.check("Landlock" in finding["detail"], "and names Landlock", finding)


def rate_listens_in_it():
    data = checks.folder / "rows.jsonl"
    data.write_text('{"id":"1","code":"x = 1","reference":"Sets x."}\n')
    answers = checks.folder / "rows.jsonl.eval"
    answers.mkdir()
    (answers / "m-lines.jsonl").write_text('{"id":"1","lines":["One."]}\n')
    process = checks.start("rate", "--data", data, "--port", "0")
    url = urllib.parse.urlparse(process.stdout.readline().decode().strip())
    checks.check(len(url.path) == 34, "the address has a token", url)
    checks.check(threads_filtered(process.pid) == {("2", "1")},
                 "rate is in the sandbox")
    for path, status in ((url.path, 200), ("/", 404), ("/form.js", 404),
                         (url.path + "form.js", 200)):
        connection = http.client.HTTPConnection(url.netloc, timeout=60)
        connection.request("GET", path)
        got = connection.getresponse().status
        checks.check(got == status, f"rate: {path}: {status}", got)
        connection.close()
    process.send_signal(signal.SIGTERM)
    checks.check_run(checks.finish(process), program.INTERRUPTED, "rate ends")


def outer_files_are_still_read():
    """Excludes of the user, of a linked work tree and of folders above."""
    top = checks.folder / "work"
    for name in ("part/a.py", "part/user.py", "part/info.py", "part/above.py",
                 "part/deep/b.py"):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text("def f(x):\n    return x\n")
    home = checks.folder / "user"
    home.mkdir()
    (home / "excludes").write_text("user.py\n")
    (home / ".gitconfig").write_text("[core]\n\texcludesfile = ~/excludes\n")
    main = checks.folder / "main/.git"
    linked = main / "worktrees/work"
    linked.mkdir(parents=True)
    (main / "info").mkdir()
    (main / "info/exclude").write_text("info.py\n")
    (main / "HEAD").write_text("ref: refs/heads/main\n")
    (linked / "HEAD").write_text("ref: refs/heads/other\n")
    (linked / "commondir").write_text("../..\n")
    (top / ".git").write_text(f"gitdir: {linked}\n")
    (top / ".gitignore").write_text("above.py\n")
    environment = {**checks.environment, "HOME": str(home)}
    environment.pop("XDG_CONFIG_HOME", None)
    for extra in ([], ["--no-sandbox"]):
        ran = checks.run("index", top / "part", "-n", "--json", "-q", *extra,
                         env=environment)
        if not checks.check_run(ran, program.OK, f"dry run {extra}"):
            continue
        paths = [f["path"] for f in json.loads(ran.out)["files"]]
        checks.check(paths == ["a.py", "deep/b.py"],
                     f"rules outside of the tree count {extra}", paths)


def model_cannot_lead_out():
    """A model folder with a link to a file elsewhere."""
    model = checks.folder / "models/linked"
    shutil.copytree(checks.folder / "models/tiny", model)
    elsewhere = checks.folder / "elsewhere.json"
    shutil.move(model / "tokenizer.json", elsewhere)
    (model / "tokenizer.json").symlink_to(elsewhere)
    ran = checks.run("worker", "-q", "--model", "linked", input=LINE)
    checks.check(ran.status not in (program.OK, None)
                 and "tokenizer.json is no regular file" in ran.err,
                 "a model does not lead out of its folder", ran)
    shutil.rmtree(model)


def ends_within_a_second(process, name):
    """SIGTERM, and the time that the process still lives; a second, and
    another for a machine that is busy."""
    process.send_signal(signal.SIGTERM)
    begin = time.monotonic()
    try:
        status = process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        status = None
    took = time.monotonic() - begin
    checks.check(status == program.INTERRUPTED and took < 2,
                 f"SIGTERM ends a worker that {name}", (status, took))
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()


def worker_stops():
    def worker(first=LINE):
        process = checks.start("worker", "-q", stdin=subprocess.PIPE)
        process.stdin.write(first)
        process.stdin.flush()
        process.stdout.readline()
        return process

    ends_within_a_second(worker(), "waits")
    process = worker()
    process.stdin.write(b'{"id":2,"code":"' + b"a" * 1_000_000)
    process.stdin.flush()
    ends_within_a_second(process, "is in a line")
    process = worker()
    process.stdin.write(json.dumps(
        {"id": 3, "code": "a b(c);\n" * 400_000}).encode() + b"\n")
    process.stdin.flush()
    ends_within_a_second(process, "reads much code")
    # Nobody reads its answers: the pipe and all its places fill up.
    process = worker()
    os.set_blocking(process.stdin.fileno(), False)
    line = json.dumps({"id": "x" * 50_000, "code": "int a;"}).encode() + b"\n"
    for _ in range(200):
        try:
            os.write(process.stdin.fileno(), line)
        except BlockingIOError:
            break
    ends_within_a_second(process, "is stuck on its output")


def a_slow_reader_loses_nothing():
    whole = checks.run("--man").out
    for stream in ("stdout", "stderr"):
        ends = os.pipe()
        os.set_blocking(ends[1], False)
        words = ["--man"]
        want = whole
        if stream == "stderr":
            words = ["index", "x" * 100_000]
            want = checks.run(*words).err.encode()
        process = subprocess.Popen(
            [checks.dobby, *words], env=checks.environment,
            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL,
               "stderr": subprocess.DEVNULL, stream: ends[1]})
        os.close(ends[1])
        got = b""
        while piece := os.read(ends[0], 1024):
            got += piece
            os.sched_yield()
        os.close(ends[0])
        process.wait(program.TIME_LIMIT_S)
        checks.check(got == want, f"{stream} that does not block is whole",
                     (len(got), len(want)))


def main():
    checks.use_tiny_model()
    every_thread_is_in_it()
    doctor_proves_it()
    weights_are_packed_in_it()
    rate_listens_in_it()
    outer_files_are_still_read()
    model_cannot_lead_out()
    worker_stops()
    a_slow_reader_loses_nothing()
    checks.end()


if __name__ == "__main__":
    main()
