#!/usr/bin/env python3
"""Runs out of disk space: clear errors, nothing half-made, all usable after."""

import os
import resource
import subprocess

import program

checks = program.Checks(__doc__)
checks.use_tiny_model()
repository = checks.folder / "repository"
repository.mkdir()
for number in range(40):
    (repository / f"f{number}.c").write_text(
        f"int f{number}(void) {{ return {number}; }}\n")
disk = checks.folder / "disk"
disk.mkdir()
INDEX = ["index", repository, "--json", "-q"]


def mount(size_kb):
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size_kb}k", "tmpfs", disk],
        capture_output=True, check=False)
    return done.returncode == 0


def unmount():
    subprocess.run(["umount", "-l", disk], check=True)


def left_in(folder):
    return sorted(name for name in os.listdir(folder)
                  if not name.endswith(".lock"))


def index_on_a_full_disk(size_kb):
    what = f"index on {size_kb} KB"
    database = disk / "index.db"
    ran = checks.run(*INDEX, "--db", database)
    if not checks.check_run(ran, program.FAILED, what, "index.db"):
        return
    checks.check("full" in ran.err or "space" in ran.err,
                 what + " says why", ran)
    subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
    ran = checks.run(*INDEX, "--db", database)
    checks.check_index(ran, program.OK, what + ": the next run")
    checks.check_run(checks.run("verify", "--db", database), program.OK,
                     what + ": verify")
    checks.check(checks.content("--db", database) == wanted,
                 what + ": same content as elsewhere")


def import_on_a_full_disk(size_kb):
    what = f"import on {size_kb} KB"
    ran = checks.run("model", "import", checks.folder / "tiny.gguf",
                     "--out-dir", disk, "--name", "tiny")
    checks.check_run(ran, program.FAILED, what, "space")
    checks.check(left_in(disk) == [], what + " leaves nothing", left_in(disk))


def index_under_a_file_size_limit(size_kb):
    """The same without the right to mount."""
    database = checks.folder / f"limited-{size_kb}.db"
    ran = checks.run(
        *INDEX, "--db", database, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (size_kb << 10, size_kb << 10)))
    what = f"index with files of at most {size_kb} KB"
    checks.check_run(ran, program.FAILED, what, database.name)
    ran = checks.run(*INDEX, "--db", database)
    checks.check_index(ran, program.OK, what + ": the next run")
    checks.check_run(checks.run("verify", "--db", database), program.OK, what)
    checks.check(checks.content("--db", database) == wanted,
                 what + ": same content as elsewhere")


whole = checks.folder / "whole.db"
checks.check_index(checks.run(*INDEX, "--db", whole), program.OK, "whole")
wanted = checks.content("--db", whole)
for size_kb in (4, 32, 100, 200):
    index_under_a_file_size_limit(size_kb)
for part, sizes in ((index_on_a_full_disk, (4, 16, 64, 128, 256)),
                    (import_on_a_full_disk, (4, 8, 32, 64, 128))):
    for size_kb in sizes:
        if not mount(size_kb):
            print("not checked: tmpfs, since mounting is not permitted")
            break
        try:
            part(size_kb)
        finally:
            unmount()
checks.end()
