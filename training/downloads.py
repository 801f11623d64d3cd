"""Downloads the packages of a registry, many at a time; clients.py then finds each."""

import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from clients import kept_pack, kept_wheel, run, split_spec

AT_ONCE = 4  # downloads at a time


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
        list(pool.map(attempt, [specs[i : i + 12] for i in range(0, len(specs), 12)]))


def _prepare_pypi(specs, folder, data):
    def call(some):
        wanted = ["==".join(s.rsplit("@", 1)) for s in some]
        run(
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--only-binary=:all:",
            "--python-version",
            "3.11",
            "--disable-pip-version-check",
            "--retries",
            "1",
            "-d",
            str(folder),
            *wanted,
            seconds=240,
        )

    in_batches([s for s in specs if not kept_wheel(split_spec("pypi", s)[0], folder)], call)


def _prepare_npm(specs, folder, data):
    def call(some):
        run("npm", "pack", "--silent", *some, cwd=folder, seconds=240)

    in_batches([s for s in specs if not kept_pack(split_spec("npm", s)[0], folder)], call)


def _prepare_crates(specs, folder, data):
    """Manifests that depend on some of the crates; cargo fetches those and what they need."""

    def call(some):
        with tempfile.TemporaryDirectory(dir=folder) as where:
            (Path(where) / "src").mkdir()
            (Path(where) / "src" / "lib.rs").write_text("")
            parts = [split_spec("crates", spec) for spec in some]
            needs = [
                f'd{i} = {{ package = "{name}", version = "{"=" + version if version else "*"}" }}'
                for i, (name, version) in enumerate(parts)
            ]
            (Path(where) / "Cargo.toml").write_text(
                '[package]\nname = "data"\nversion = "0.1.0"\n'
                "[dependencies]\n" + "\n".join(needs) + "\n"
            )
            run("cargo", "fetch", cwd=where, seconds=300)

    in_batches(specs, call)


def _write_pom(where, specs):
    """One project that depends on all artifacts and on nothing that they need."""
    parts = []
    for group, artifact, version in (spec.split(":") for spec in specs):
        parts.append(
            f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}"
            "</version><exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion>"
            "</exclusions></dependency>"
        )
    (where / "pom.xml").write_text(
        "<project><modelVersion>4.0.0</modelVersion><groupId>d</groupId><artifactId>d"
        "</artifactId><version>1</version><dependencies>"
        + "\n".join(parts)
        + "</dependencies></project>"
    )


def _prepare_maven(specs, folder, data):
    """Resolves all artifacts and fetches the sources of those that have some; unknown ones are left out."""
    where = data / "maven"
    where.mkdir(exist_ok=True)
    goal = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:sources"
    for _ in range(4):
        _write_pom(where, specs)
        done = subprocess.run(
            ["mvn", "-q", "-B", goal], cwd=where, capture_output=True, text=True, timeout=1500
        )
        told = re.search(
            r"could not be resolved: (.*?): \S+ was not|could not be resolved: (.*)", done.stdout
        )
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
            run(
                "apt-get",
                *own,
                "source",
                "--download-only",
                *source,
                cwd=folder / "sources",
                seconds=600,
            )

    in_batches([s for s in specs if ":any" in s], call)
    in_batches([s for s in specs if ":any" not in s], call)


def prepare(registry, specs, folder, data):
    """What is done once for all packages of a registry; `specs` have the versions of the lock."""
    if registry == "go":
        (folder / "go.mod").write_text("module data\n")
    ready = {
        "pypi": _prepare_pypi,
        "npm": _prepare_npm,
        "crates": _prepare_crates,
        "maven": _prepare_maven,
        "debian": _prepare_debian,
    }
    if registry in ready:
        ready[registry](specs, folder, data)
