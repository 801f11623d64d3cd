"""One function a registry: fetches a package with its ordinary client and reads its licence."""

import email
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import licences

AT_ONCE = 4  # downloads at a time
Fetched = namedtuple("Fetched", "path version licence")


def split_spec(registry, spec):
    """'name@1.2' -> ('name', '1.2'); Maven's is group:artifact:version."""
    mark = ":" if registry == "maven" else "@"
    at = spec.rfind(mark)
    if registry == "maven":
        return (spec[:at], spec[at + 1:]) if spec.count(":") == 2 else (spec, None)
    return (spec[:at], spec[at + 1:]) if at > 0 else (spec, None)


def run(*command, cwd=None, seconds=150):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=seconds, errors="replace")
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
    return next((p for p in sorted(folder.glob("*.whl")) if wheel_name(p.name.split("-")[0]) == own), None)


def kept_pack(name, folder):
    """npm's archive of a package that is there already, or None."""
    stem = name.replace("@", "").replace("/", "-") + "-"
    return next((p for p in sorted(folder.glob(stem + "*.tgz")) if p.name[len(stem)].isdigit()), None)


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


def in_batches(specs, call):
    """Calls with 12 packages at a time, and with halves of what fails: one process for many of them."""
    def attempt(some):
        try:
            call(some)
        except (ValueError, subprocess.SubprocessError):
            half = len(some) // 2
            if half:
                attempt(some[:half])
                attempt(some[half:])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(attempt, [specs[i:i + 12] for i in range(0, len(specs), 12)]))


def _prepare_pypi(specs, folder, data):
    def call(some):
        wanted = ["==".join(s.rsplit("@", 1)) for s in some]
        run(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--python-version",
            "3.11", "--disable-pip-version-check", "--retries", "1", "-d", str(folder), *wanted, seconds=240)
    in_batches([s for s in specs if not kept_wheel(split_spec("pypi", s)[0], folder)], call)


def _prepare_npm(specs, folder, data):
    def call(some):
        run("npm", "pack", "--silent", *some, cwd=folder, seconds=240)
    in_batches([s for s in specs if not kept_pack(split_spec("npm", s)[0], folder)], call)


def fetch_go(name, version, folder):
    told = json.loads(run("go", "mod", "download", "-json", f"{name}@{version or 'latest'}", cwd=folder))
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
    found = [p for p in cache.glob(f"*/{name}-*.crate") if re.fullmatch(re.escape(name) + r"-\d.*\.crate", p.name)]
    found = [p for p in found if version in (None, p.name[len(name) + 1:-6])]
    path = folder / sorted(found)[-1].name
    if not path.exists():
        path.hardlink_to(sorted(found)[-1])
    manifest = run("tar", "xzOf", str(path), f"{path.name[:-6]}/Cargo.toml")
    licence = re.search(r'^license = "(.*)"', manifest, re.M)
    return Fetched(path, path.name[len(name) + 1:-6], licences.of_words([licence[1] if licence else ""]))


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
    parts = [folder / "sources" / f for f in files if re.search(r"\.tar\.\w+$", f) and ".debian.tar" not in f]
    source = max(parts, key=lambda p: p.stat().st_size)
    path = folder / source.name
    if not path.exists():
        path.hardlink_to(source)
    rules = [folder / "sources" / f for f in files if ".debian.tar" in f]
    return Fetched(path, re.search(r"^Version: (\S+)", text, re.M)[1], licences.of_debian_source(rules))


def _prepare_crates(specs, folder, data):
    """Manifests that depend on some of the crates; cargo fetches those and what they need."""
    def call(some):
        with tempfile.TemporaryDirectory(dir=folder) as where:
            (Path(where) / "src").mkdir()
            (Path(where) / "src" / "lib.rs").write_text("")
            parts = [split_spec("crates", spec) for spec in some]
            needs = [f'd{i} = {{ package = "{name}", version = "{"=" + version if version else "*"}" }}'
                     for i, (name, version) in enumerate(parts)]
            (Path(where) / "Cargo.toml").write_text('[package]\nname = "data"\nversion = "0.1.0"\n'
                                                    "[dependencies]\n" + "\n".join(needs) + "\n")
            run("cargo", "fetch", cwd=where, seconds=300)
    in_batches(specs, call)


def _write_pom(where, specs):
    """One project that depends on all artifacts and on nothing that they need."""
    parts = []
    for group, artifact, version in (spec.split(":") for spec in specs):
        parts.append(f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}"
                     "</version><exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion>"
                     "</exclusions></dependency>")
    (where / "pom.xml").write_text("<project><modelVersion>4.0.0</modelVersion><groupId>d</groupId><artifactId>d"
                                   "</artifactId><version>1</version><dependencies>" + "\n".join(parts)
                                   + "</dependencies></project>")


def _prepare_maven(specs, folder, data):
    """Resolves all artifacts and fetches the sources of those that have some; unknown ones are left out."""
    where = data / "maven"
    where.mkdir(exist_ok=True)
    goal = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:sources"
    for _ in range(4):
        _write_pom(where, specs)
        done = subprocess.run(["mvn", "-q", "-B", goal], cwd=where, capture_output=True, text=True, timeout=1500)
        told = re.search(r"could not be resolved: (.*?): \S+ was not|could not be resolved: (.*)", done.stdout)
        if not told:
            return
        missing = set(re.findall(r"([\w.-]+:[\w.-]+):jar:", told[1] or told[2]))
        specs = [spec for spec in specs if ":".join(spec.split(":")[:2]) not in missing]


def _prepare_debian(specs, folder, data):
    """A list of the same archive's source packages, in a folder of our own."""
    lists = folder / "lists"
    lists.mkdir(exist_ok=True)
    own = Path("/etc/apt/sources.list.d/debian.sources").read_text()
    (lists / "sources.sources").write_text(own.replace("Types: deb\n", "Types: deb deb-src\n"))
    own = ["-o", f"Dir::Etc::SourceParts={lists}"]
    run("apt-get", *own, "update", seconds=300)
    (folder / "sources").mkdir(exist_ok=True)

    def call(some):
        binary = [s.replace(":any", "").replace("@", "=") for s in some if ":any" in s]
        source = [s.replace("@", "=") for s in some if ":any" not in s]
        if binary:
            run("apt-get", *own, "download", *binary, cwd=folder, seconds=300)
        if source:
            run("apt-get", *own, "source", "--download-only", *source, cwd=folder / "sources", seconds=600)
    in_batches([s for s in specs if ":any" in s], call)
    in_batches([s for s in specs if ":any" not in s], call)


def prepare(registry, specs, folder, data):
    """What is done once for all packages of a registry; `specs` have the versions of the lock."""
    if registry == "go":
        (folder / "go.mod").write_text("module data\n")
    ready = {"pypi": _prepare_pypi, "npm": _prepare_npm, "crates": _prepare_crates, "maven": _prepare_maven, "debian": _prepare_debian}
    if registry in ready:
        ready[registry](specs, folder, data)


CLIENTS = {"pypi": fetch_pypi, "npm": fetch_npm, "go": fetch_go, "maven": fetch_maven, "crates": fetch_crates,
           "debian": fetch_debian}
