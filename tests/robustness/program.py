"""What the checks share: the program, a small repository, a verdict."""

import argparse
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

import tiny_model

OK, NOTHING, FAILED, PARTIAL, NO_MODEL, INTERRUPTED = 0, 1, 2, 3, 4, 130
ROOT = pathlib.Path(__file__).resolve().parents[2]
TIME_LIMIT_S = 120


class Ran:
    """How one run of the program ended; status None: it hung."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def __str__(self):
        return f"status {self.status}, stderr: {self.err[-400:]!r}"


class Checks:
    """A folder to work in, the program, and a count of what held."""

    def __init__(self, description, **options):
        parser = argparse.ArgumentParser(description=description)
        parser.add_argument("--dobby", default=str(ROOT / "build/dobby"))
        parser.add_argument("--seed", type=int, default=1)
        for name, default in options.items():
            parser.add_argument("--" + name, type=type(default),
                                default=default)
        self.options = parser.parse_args()
        self.dobby = os.path.abspath(self.options.dobby)
        self.random = random.Random(self.options.seed)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="dobby-checks-"))
        self.folder.chmod(0o755)
        self.passed = self.failed = 0
        self.environment = {
            key: value for key, value in os.environ.items()
            if not key.startswith("DOBBY_")}
        self.environment["XDG_CONFIG_HOME"] = str(self.folder / "config")
        self.environment["XDG_CACHE_HOME"] = str(self.folder / "cache")
        self.environment["XDG_STATE_HOME"] = str(self.folder / "state")

    def use_tiny_model(self):
        """Imports the tiny model and makes it the default one."""
        gguf = self.folder / "tiny.gguf"
        gguf.write_bytes(tiny_model.gguf_bytes()[0])
        self.environment["DOBBY_MODELS"] = str(self.folder / "models")
        self.environment["DOBBY_MODEL"] = "tiny"
        made = self.run("model", "import", gguf, "--name", "tiny")
        if made.status != OK:
            sys.exit(f"cannot import the tiny model: {made}")
        return self.folder / "models/tiny"

    def start(self, *words, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("env", self.environment)
        return subprocess.Popen(
            [self.dobby, *map(os.fspath, words)], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, **options)

    def run(self, *words, **options):
        """Runs the program to its end, at most TIME_LIMIT_S."""
        data = options.pop("input", None)
        if data is not None:
            options["stdin"] = subprocess.PIPE
        process = self.start(*words, **options)
        return self.finish(process, data)

    def finish(self, process, data=None):
        try:
            out, err = process.communicate(data, TIME_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            return Ran(None, out, err.decode(errors="replace"))
        return Ran(process.returncode, out, err.decode(errors="replace"))

    def check(self, holds, what, ran=""):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}; {ran}", flush=True)
        return holds

    def check_run(self, ran, statuses, what, *words):
        """Checks the exit status and that stderr has all `words`."""
        if isinstance(statuses, int):
            statuses = (statuses,)
        missing = [w for w in words if w not in ran.err]
        return self.check(ran.status in statuses and not missing,
                          f"{what}: wants {statuses}, missing {missing}", ran)

    def check_index(self, ran, statuses, what):
        """Checks a run under --json: status and a ledger that adds up."""
        if not self.check_run(ran, statuses, what):
            return None
        report = json.loads(ran.out)
        files, chunks = report["files"], report["chunks"]
        self.check(
            files["total"] == files["summarised"] + files["skipped"]
            + files["failed"]
            and chunks["total"] == chunks["summarised"] + chunks["reused"]
            + chunks["failed"], f"{what}: the ledger adds up", report)
        return report

    def content(self, *words):
        """Returns the exported objects without times, or None if invalid."""
        ran = self.run("export", "--format", "jsonl", *words)
        try:
            objects = [json.loads(line) for line in
                       ran.out.decode("utf-8").splitlines()]
        except ValueError as error:
            self.check(False, f"export is JSON Lines: {error}", ran)
            return None
        self.check(ran.status == OK and objects[0]["type"] == "begin"
                   and objects[-1]["type"] == "end", "export is whole", ran)
        objects[0].pop("finished_unix_s")
        return objects

    def end(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)


def make_repository(folder, files=10):
    """Copies small sources of this project, of several languages, into three
    folders; at most `files` of them."""
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files"], capture_output=True, text=True)
    paths = [ROOT / line for line in listed.stdout.splitlines()] or [
        path for part in ("src", "include", "rust", "tools", "tests")
        for path in sorted((ROOT / part).rglob("*")) if path.is_file()]
    sized = sorted((p.stat().st_size, str(p)) for p in paths if p.exists())
    chosen = []
    for place, suffix, count in (("native", ".cc", 3), ("native", ".h", 2),
                                 ("native/text", ".rs", 2),
                                 ("scripts", ".py", 2), ("", ".md", 1)):
        fitting = [p for size, p in sized
                   if p.endswith(suffix) and size >= 300][:count]
        chosen += [(path, folder / place) for path in fitting]
    for path, place in chosen[::max(1, len(chosen) // files)][:files]:
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    return folder
