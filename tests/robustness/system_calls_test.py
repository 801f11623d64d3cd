#!/usr/bin/env python3
"""strace: no socket, no program, no change outside of index, cache and outputs."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import program

checks = program.Checks(__doc__)
SECRET = "a secret of the user"

# Whatever the kernel answers, no command may even try these.
NEVER = {
    "network": "%network",
    "programs and processes": "execve,execveat,fork,vfork,ptrace,"
                              "process_vm_readv,process_vm_writev,kill,tkill",
    "the system": "io_uring_setup,bpf,keyctl,add_key,mount,umount2,unshare,"
                  "setns,chroot,pivot_root,perf_event_open,userfaultfd",
    "owners and permissions": "chown,lchown,fchownat,chmod,fchmodat,setxattr,"
                              "lsetxattr,fsetxattr,mknod,mknodat",
}
CHANGES = ("open,openat,openat2,creat,truncate,unlink,unlinkat,rename,renameat,"
           "renameat2,fchown,fchmod,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat")
CLONES = "clone,clone3"
WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE")
CALL = re.compile(r"(\w+)\((.*)\)\s+= (.*)")
TEXT = re.compile(r'(?:(AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"')


def need_strace():
    """Fails where strace is missing or not permitted; that is no pass."""
    if not shutil.which("strace"):
        sys.exit("FAILED: there is no strace; `tools/setup robustness` "
                 "installs it")
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"],
                           capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        sys.exit("FAILED: strace may not trace here (containers need "
                 f"--cap-add=SYS_PTRACE): {tried.stderr.strip()[-300:]}")


def make_hostile_repository():
    """Links out, a .dobby of a stranger, a .git that wants programs run."""
    outside = checks.folder / "outside"
    outside.mkdir()
    (outside / "secret").write_text(SECRET)
    (outside / "folder").mkdir()
    (outside / "folder/kept").write_text("kept")
    runs = outside / "run-me"
    runs.write_text(f"#!/bin/sh\ntouch {outside}/was-run\n")
    runs.chmod(0o755)
    root = program.make_repository(checks.folder / "hostile")
    (root / "link.py").symlink_to(outside / "secret")
    (root / "linked").symlink_to(outside / "folder")
    (root / "loop").symlink_to(".")
    os.mkfifo(root / "fifo.py")
    git = root / ".git"
    (git / "hooks").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "config").write_text(
        f"[core]\n\tfsmonitor = {runs}\n\thooksPath = {outside}\n"
        f"\texcludesfile = {outside}/secret\n\tpager = {runs}\n"
        f'[include]\n\tpath = {outside}/secret\n[diff "x"]\n\ttextconv = {runs}\n'
        f'[filter "x"]\n\tclean = {runs}\n\tsmudge = {runs}\n')
    (root / ".gitattributes").write_text("*.py filter=x diff=x\n")
    (root / ".gitignore").symlink_to(outside / "secret")
    (root / ".dobby.toml").write_text(
        f'db = "{outside}/index.db"\nmodel = "{outside}"\nthreads = 3\n')
    state = root / ".dobby"
    state.mkdir()
    for name in ("index.db.lock", ".gitignore", "index.db-journal",
                 "index.db-wal", "index.db-shm"):
        (state / name).symlink_to(outside / "secret")
    (state / "index.db").symlink_to(outside / "folder/kept")
    return root, outside


def content_of(folder):
    return {str(path): (path.read_bytes() if path.is_file() else b"",
                        path.lstat().st_mode)
            for path in sorted(folder.rglob("*")) if not path.is_symlink()
            and (path.is_file() or path.is_dir())}


def traced(name, calls, words, data=None):
    """Runs a command under strace and returns its system calls, one a line, in
    their order; a file for each thread keeps them whole."""
    traces = checks.folder / "traces" / name
    traces.mkdir(parents=True)
    ran = subprocess.run(
        ["strace", "-ff", "-ttt", "-y", "-s", "4096", "-e", "signal=none", "-e",
         "trace=" + calls, "-o", traces / "trace", checks.dobby,
         *map(os.fspath, words)], input=data, capture_output=True,
        env=checks.environment, timeout=program.TIME_LIMIT_S, check=False)
    lines = sorted((line.split(" ", 1) for file in traces.iterdir()
                    for line in file.read_text(errors="replace").splitlines()),
                   key=lambda parts: float(parts[0]))
    lines = [line for _, line in lines]
    return program.Ran(ran.returncode, ran.stdout,
                       ran.stderr.decode(errors="replace")), lines


def path_of(folder, text, cwd):
    """Returns where a path leads, its own last part not followed."""
    path = pathlib.Path(folder or cwd,
                        text.encode().decode("unicode_escape"))
    return pathlib.Path(os.path.realpath(path.parent)) / path.name


def with_descriptors(lines):
    """Replaces /proc/self/fd/N by the path that was open there by then."""
    paths = {}
    for line in lines:
        yield re.sub(r"/proc/self/fd/(\d+)",
                     lambda match: paths.get(match[1], match[0]), line)
        opened = re.search(r"= (\d+)<([^>]*)>$", line)
        if opened:
            paths[opened[1]] = opened[2]


def changed_paths(line, cwd):
    """Returns what a system call changes or makes, by absolute path."""
    if line.startswith("mkdir") and line.endswith("EEXIST (File exists)"):
        return []  # A folder on the way to dobby's own.
    call = CALL.match(line)
    if not call:
        return []
    name, arguments, result = call.groups()
    if name not in CHANGES.split(","):
        return []
    if name in ("fchown", "fchmod"):  # SQLite's, on its own files.
        return [pathlib.Path(re.match(r"\d+<([^>]*)>", arguments)[1])]
    if name.startswith("open") or name == "creat":
        if name != "creat" and not WRITES.search(arguments):
            return []
        opened = re.match(r"\d+<([^>]*)>", result)
        if opened:
            return [pathlib.Path(opened[1].replace(" (deleted)", ""))]
    paths = [path_of(folder, text, cwd)
             for _, folder, text in TEXT.findall(arguments)]
    # The first path of a link is not changed, and a name's text is no path.
    return paths[-1:] if "link" in name and "unlink" not in name else paths


def check_command(name, words, allowed, data=None,
                  statuses=(program.OK, program.PARTIAL)):
    never = ",".join(NEVER.values())
    ran, lines = traced(name, ",".join((never, CHANGES, CLONES)), words, data)
    checks.check_run(ran, statuses, name)
    changes = set(CHANGES.split(","))
    tried = []
    for line in lines:
        called = line.split("(")[0]
        if called in CLONES.split(","):
            if "CLONE_THREAD" not in line:
                tried.append(line)
        elif called not in changes and not line.startswith(("+++", "---")):
            tried.append(line)
    started = [line for line in tried if line.startswith("execve(")
               and json.dumps(checks.dobby) in line]
    checks.check(len(started) == 1, f"{name}: strace started it once", started)
    tried = [line for line in tried if line not in started]
    checks.check(not tried, f"{name}: no socket, program, process, ...",
                 tried[:5])
    outside = [(line, str(path)) for line in with_descriptors(lines)
               for path in changed_paths(line, os.getcwd())
               if not any(path.is_relative_to(place) for place in allowed)]
    checks.check(not outside, f"{name}: changes nothing outside", outside[:5])
    checks.check(any(line.startswith(("openat(", "open(")) for line in lines),
                 f"{name}: the trace has its files", len(lines))
    return ran, lines


def rows(path, count):
    path.write_text("".join(json.dumps(
        {"id": str(i), "code": f"def f{i}(x):\n    return x + {i}\n",
         "lang": "python", "reference": "Adds."}) + "\n"
        for i in range(count)))
    return path


def main():
    need_strace()
    checks.use_tiny_model()
    hostile, outside = make_hostile_repository()
    before = content_of(outside)
    place = checks.folder / "index"
    place.mkdir()
    cache = checks.folder / "cache"
    evaluation = checks.folder / "eval"
    evaluation.mkdir()
    data = rows(evaluation / "rows.jsonl", 3)
    models = checks.folder / "more-models"
    db = ["--db", place / "index.db"]
    # With the sandbox, which refuses what was tried; and without, where only
    # the program's own restraint is left.
    for mode, extra in (("sandbox", []), ("no-sandbox", ["--no-sandbox"])):
        def run(name, words, allowed, mode=mode, extra=extra, **more):
            return check_command(f"{name} {mode}", [*words, *extra], allowed,
                                 **more)

        shutil.rmtree(place)
        shutil.rmtree(cache, ignore_errors=True)
        place.mkdir()
        _, lines = run("index", ["index", hostile, *db, "-q"], [place, cache])
        checks.check(any(str(place / "index.db") in line for line in lines),
                     f"index {mode}: the trace has the index", len(lines))
        run("index again", ["index", hostile, *db, "-q"], [place, cache])
        run("tree", ["tree", *db], [place])
        run("search", ["search", "value", *db], [place],
            statuses=(program.OK, program.NOTHING))
        run("show", ["show", ".", *db], [place])
        run("status", ["status", *db, "-v"], [place])
        run("export", ["export", *db, "--format", "jsonl"], [place])
        run("worker", ["worker", "-q"], [cache], data=b'{"id":1,"code":"int a;"}\n'
            b'{"id":2,"code":"x","path":"/etc/passwd"}\nnonsense\n',
            statuses=program.OK)
        run("eval", ["eval", "--data", data, "-q"], [cache, evaluation])
        run("import", ["model", "import", checks.folder / "tiny.gguf", "--name",
                       "again", "--out-dir", models, "--replace"], [models])
    checks.check(content_of(outside) == before, "the user's files are as before",
                 set(content_of(outside)) ^ set(before))
    exported = checks.run("export", *db, "--format", "jsonl")
    checks.check(SECRET.encode() not in exported.out,
                 "no linked file is in the index", exported)
    checks.end()


if __name__ == "__main__":
    main()
