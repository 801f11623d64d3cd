"""One function a registry: fetches a package with its ordinary client and reads its licence."""

import email
import json
import re
import subprocess
import zipfile
from collections import namedtuple
from pathlib import Path

import licences

Fetched = namedtuple("Fetched", "path version licence")


def split_spec(registry, spec):
    """'name@1.2' -> ('name', '1.2'); Maven's is group:artifact:version."""
    mark = ":" if registry == "maven" else "@"
    at = spec.rfind(mark)
    if registry == "maven":
        return (spec[:at], spec[at + 1 :]) if spec.count(":") == 2 else (spec, None)
    return (spec[:at], spec[at + 1 :]) if at > 0 else (spec, None)


def run(*command, cwd=None, seconds=150):
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=seconds, errors="replace"
    )
    if done.returncode != 0:
        raise ValueError((done.stderr or done.stdout).strip().replace("\n", " ")[-200:])
    return done.stdout


def kept(folder, pattern):
    """The one file in `folder` that matches, or None."""
    found = sorted(folder.glob(pattern))
    return found[-1] if found else None


def wheel_name(name):
    """A package's name as its wheel's file name begins."""
    return re.sub(r"[-_.]+", "_", name).lower()


def kept_wheel(name, folder):
    """The wheel of a package that is there already, or None."""
    own = wheel_name(name)
    return next(
        (p for p in sorted(folder.glob("*.whl")) if wheel_name(p.name.split("-")[0]) == own), None
    )


def kept_pack(name, folder):
    """npm's archive of a package that is there already, or None."""
    stem = name.replace("@", "").replace("/", "-") + "-"
    return next(
        (p for p in sorted(folder.glob(stem + "*.tgz")) if p.name[len(stem)].isdigit()), None
    )


def fetch_pypi(name, version, folder):
    path = kept_wheel(name, folder)
    if not path:
        raise ValueError("no wheel")
    with zipfile.ZipFile(path) as archive:
        meta = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        head = email.message_from_bytes(archive.read(meta))
    said = [head.get("License-Expression") or "", head.get("License") or ""]
    said += [c for c in head.get_all("Classifier") or [] if c.startswith("License")]
    return Fetched(path, head["Version"], licences.of_words([str(s) for s in said]))


def fetch_npm(name, version, folder):
    path = kept_pack(name, folder)
    if not path:
        raise ValueError("no archive")
    package = json.loads(run("tar", "xzOf", str(path), "package/package.json"))
    licence = package.get("license") or ""
    if isinstance(licence, dict):
        licence = licence.get("type") or ""
    return Fetched(path, package["version"], licences.of_words([str(licence)]))


def fetch_go(name, version, folder):
    told = json.loads(
        run("go", "mod", "download", "-json", f"{name}@{version or 'latest'}", cwd=folder)
    )
    path = folder / (name.replace("/", "_") + "@" + told["Version"] + ".zip")
    if not path.exists():
        path.hardlink_to(told["Zip"])
    return Fetched(path, told["Version"], licences.of_files(path))


def fetch_maven(name, version, folder):
    group, artifact = name.split(":")
    home = Path.home() / ".m2" / "repository" / group.replace(".", "/") / artifact
    if version is None:
        version = sorted(p.parent.name for p in home.glob("*/*-sources.jar"))[-1]
    base = home / version / f"{artifact}-{version}"
    path = folder / f"{artifact}-{version}-sources.jar"
    if not path.exists():
        path.hardlink_to(f"{base}-sources.jar")
    return Fetched(path, version, licences.of_pom(Path(f"{base}.pom")))


def fetch_crates(name, version, folder):
    cache = Path.home() / ".cargo" / "registry" / "cache"
    found = [
        p
        for p in cache.glob(f"*/{name}-*.crate")
        if re.fullmatch(re.escape(name) + r"-\d.*\.crate", p.name)
    ]
    found = [p for p in found if version in (None, p.name[len(name) + 1 : -6])]
    path = folder / sorted(found)[-1].name
    if not path.exists():
        path.hardlink_to(sorted(found)[-1])
    manifest = run("tar", "xzOf", str(path), f"{path.name[:-6]}/Cargo.toml")
    licence = re.search(r'^license = "(.*)"', manifest, re.M)
    return Fetched(
        path, path.name[len(name) + 1 : -6], licences.of_words([licence[1] if licence else ""])
    )


def fetch_debian(name, version, folder):
    """A source package (its original archive) or, of one written as package:any, the binary one."""
    if name.endswith(":any"):
        path = next(folder.glob(f"{name[:-4]}_*.deb"), None)
        if not path:
            raise ValueError("no package")
        return Fetched(path, path.name.split("_")[1].replace("%3a", ":"), licences.of_deb(path))
    told = next((folder / "sources").glob(f"{name}_*.dsc"), None)
    if not told:
        raise ValueError("no source package")
    text = told.read_text(errors="replace")
    files = sorted(set(re.findall(r"^ [0-9a-f]{64} \d+ (\S+)$", text, re.M)))
    parts = [
        folder / "sources" / f
        for f in files
        if re.search(r"\.tar\.\w+$", f) and ".debian.tar" not in f
    ]
    source = max(parts, key=lambda p: p.stat().st_size)
    path = folder / source.name
    if not path.exists():
        path.hardlink_to(source)
    rules = [folder / "sources" / f for f in files if ".debian.tar" in f]
    return Fetched(
        path, re.search(r"^Version: (\S+)", text, re.M)[1], licences.of_debian_source(rules)
    )


CLIENTS = {
    "pypi": fetch_pypi,
    "npm": fetch_npm,
    "go": fetch_go,
    "maven": fetch_maven,
    "crates": fetch_crates,
    "debian": fetch_debian,
}
