"""Fetches the packages that the training data is made of, with the registries' own clients.

usage: fetch.py DATA [registry ...]

For each registry, sources/REGISTRY.txt lists packages by name, with a version where the newest is not
wanted. sources/REGISTRY.lock has what was fetched: name, version, licence, sha256, one package a line. A
package of the lock is fetched in that version and must have that hash; one that is not in it yet is added
to DATA/REGISTRY.lock, from where `--lock` copies it. Archives land in DATA/archives/REGISTRY/.
"""

import hashlib
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import clients
import downloads

HERE = Path(__file__).parent


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def read_lock(registry):
    """Returns {name: (version, licence, sha256)}."""
    path = HERE / "sources" / f"{registry}.lock"
    rows = [line.split("\t") for line in path.read_text().splitlines()] if path.exists() else []
    return {name: tuple(rest) for name, *rest in rows}


def names_of(registry):
    lines = (HERE / "sources" / f"{registry}.txt").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def pinned(registry, spec, locked):
    """A package of the list with the version of the lock, where it has one."""
    name, _ = clients.split_spec(registry, spec)
    mark = ":" if registry == "maven" else "@"
    return name + mark + locked[name][0] if name in locked else spec


def fetch_one(registry, spec, folder, locked):
    """Returns (name, version, licence, sha256, file name) or the reason why there is none."""
    name, version = clients.split_spec(registry, spec)
    want = locked.get(name)
    try:
        got = clients.CLIENTS[registry](name, want[0] if want else version, folder)
    except (subprocess.SubprocessError, OSError, ValueError, LookupError, StopIteration) as error:
        return f"{registry} {spec}: {str(error)[:200]}"
    digest = sha256(got.path)
    if want and digest != want[2]:
        return f"{registry} {spec}: another file than the lock has"
    return name, got.version, got.licence, digest, got.path.name


def fetch_registry(registry, data):
    folder = data / "archives" / registry
    folder.mkdir(parents=True, exist_ok=True)
    locked = read_lock(registry)
    specs = [pinned(registry, spec, locked) for spec in names_of(registry)]
    downloads.prepare(registry, specs, folder, data)
    rows, failed = [], []
    with ThreadPoolExecutor(downloads.AT_ONCE) as pool:
        for got in pool.map(lambda s: fetch_one(registry, s, folder, locked), specs):
            (failed if isinstance(got, str) else rows).append(got)
    rows.sort()
    with open(data / f"{registry}.lock", "w") as lock:
        for row in rows:
            print(*row[:4], sep="\t", file=lock)
    with open(data / f"{registry}.files", "w") as files:
        for name, _, _, _, file in rows:
            print(name, file, sep="\t", file=files)
    (data / f"{registry}.failed").write_text("\n".join(failed) + "\n")
    print(f"{registry}: {len(rows)} packages, {len(failed)} failed", flush=True)


def main():
    lock = "--lock" in sys.argv
    data, *registries = [a for a in sys.argv[1:] if a != "--lock"]
    data = Path(data).absolute()
    for registry in registries or clients.CLIENTS:
        if lock:
            shutil.copy(data / f"{registry}.lock", HERE / "sources" / f"{registry}.lock")
        else:
            fetch_registry(registry, data)


if __name__ == "__main__":
    main()
