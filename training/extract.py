"""Makes rows of the packages that were fetched.

usage: extract.py DATA [shard/of [registry ...]]

Reads DATA/REGISTRY.lock and .files; writes DATA/rows/REGISTRY/NAME.jsonl, a row a line, and NAME.counts.json
with what the filters dropped. A package that has been read is not read again. Packages whose licence is not
permissive, and those of the evaluation's rows, are left out.
"""

import json
import random
import re
import sys
import time
import zlib
from collections import Counter, defaultdict
from pathlib import Path

import archives
import comments
import licences
import packages
import syntax
from evaluation_rows import is_of_evaluation
from rows import FileRows

MOST_FUNCTIONS, MOST_FILES, MOST_PARSED, MOST_SECONDS = 1500, 500, 12_000_000, 45
MOST_HELD = 120_000_000  # bytes of one package's sources in memory
_SKIPPED = re.compile(
    r"(^|/)(tests?|testing|testdata|__tests__|specs?|fixtures?|mocks?|vendor|vendored|_vendor|third_party|"
    r"thirdparty|external|node_modules|deps|generated|gen|locale|i18n|dist|umd|absl|examples?|samples?|"
    r"demos?|bench(marks?)?|migrations)/|_test\.|test_\w+\.py$|\.test\.|\.spec\.|\.min\.|\.pb\.|_pb2|"
    r"\.gen\.|zz_generated|bundle\.|\.d\.ts$|(^|/)(Test\w+|\w+Tests?)\.(java|kt|cs)$",
    re.I,
)
_GENERATED = re.compile(r"generated (by|from)|do not edit|auto-?generated|@generated", re.I)


class Counts:
    """What the filters keep and drop, by task and reason, with some samples."""

    def __init__(self):
        self.numbers, self.samples = Counter(), defaultdict(list)

    def add(self, task, why, said, name):
        key = f"{task}\t{why or 'kept'}"
        self.numbers[key] += 1
        if why and len(self.samples[why]) < 4:
            self.samples[why].append([name, said[:160]])


def inner_path(registry, name):
    """A file's path in its project, without the folder that the archive puts around it."""
    if registry == "go":
        return name.split("@", 1)[-1].split("/", 1)[-1]
    if registry in ("npm", "crates") or (
        registry == "debian" and not name.startswith(("./", "usr/"))
    ):
        return name.split("/", 1)[-1]
    if registry == "debian":
        return re.sub(
            r"^(\./)?usr/(share|lib)/(ruby/vendor_ruby/|rubygems-integration/all/gems/[^/]+/|php/)?",
            "",
            name,
        )
    return name


def read_sources(registry, path):
    """The manifests and sources of an archive: {path: text}."""
    sources, manifests, held = {}, {}, 0

    def wanted(name):
        inner = inner_path(registry, name)
        dot = inner[inner.rfind(".") :].lower() if "." in inner else ""
        return packages.is_manifest(inner) or (
            dot in syntax.LANGUAGES and not _SKIPPED.search(inner)
        )

    for name, text in archives.read_files(path, wanted):
        inner = inner_path(registry, name)
        if packages.is_manifest(inner):
            manifests[inner] = text
        elif held < MOST_HELD and len(text) < 400_000 and not _GENERATED.search(text[:600]):
            if max(map(len, text[:20_000].split("\n"))) < 600:
                sources[inner] = text
                held += len(text)
    return sources, manifests


def rows_of(registry, name, path, counts):
    sources, manifests = read_sources(registry, path)
    order = sorted(sources)
    random.Random(name).shuffle(order)
    lines, heads, languages, out = {}, {}, Counter(), []
    functions = parsed = 0
    start = time.process_time()
    for number, inner in enumerate(order):
        if (
            functions >= MOST_FUNCTIONS
            or number >= MOST_FILES
            or parsed > MOST_PARSED
            or time.process_time() - start > MOST_SECONDS
        ):
            break
        text = sources[inner]
        language = syntax.language_of(inner, text)
        parsed += len(text)
        read = FileRows(language, inner, text, counts)
        languages[language] += 1
        own = list(read.functions())
        functions += len(own)
        out += [*own, *read.file(), *read.parts()]
        lines[inner] = read.head_sentence()
        if packages.describes_folder(language, inner):
            heads[inner] = (comments.heads(text, language) or [("", "")])[0][0]
    language = languages.most_common(1)[0][0] if languages else ""
    out += packages.folder_rows(language, lines, heads, counts)
    for manifest, text in sorted(manifests.items())[:1]:
        row = packages.project_row(
            name, language, packages.description(manifest, text), lines, counts
        )
        out += [row] if row else []
    return out


def main():
    data = Path(sys.argv[1]).absolute()
    shard, of = map(int, (sys.argv[2] if len(sys.argv) > 2 else "0/1").split("/"))
    for registry in sys.argv[3:] or sorted(path.stem for path in data.glob("*.lock")):
        lock = data / f"{registry}.lock"
        said = {line.split("\t")[0]: line.rstrip("\n").split("\t") for line in open(lock)}
        folder = data / "rows" / registry
        folder.mkdir(parents=True, exist_ok=True)
        for line in open(data / f"{registry}.files"):
            name, file = line.rstrip("\n").split("\t")
            target = folder / (re.sub(r"[^\w.@-]", "_", name) + ".jsonl")
            if zlib.crc32(name.encode()) % of != shard or target.exists():
                continue
            if not licences.is_permissive(said[name][2]) or is_of_evaluation(name):
                continue
            counts = Counts()
            try:
                rows = rows_of(registry, name, data / "archives" / registry / file, counts)
            except (OSError, ValueError, RuntimeError, EOFError, KeyError, RecursionError) as error:
                print(f"{registry} {name}: {error}", flush=True)
                rows = []
            with open(target.with_suffix(".part"), "w") as out:
                for row in rows:
                    out.write(
                        json.dumps({**row, "pack": f"{registry}/{name}", "licence": said[name][2]})
                        + "\n"
                    )
            target.with_suffix(".part").rename(target)
            target.with_suffix(".counts.json").write_text(
                json.dumps([counts.numbers, counts.samples])
            )


if __name__ == "__main__":
    main()
