"""Which licence a package says it has, and whether that is a permissive one."""

import io
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path

# In the order in which they are looked for; each is (name, words that mean it).
KNOWN = [
    (
        "copyleft",
        r"\b(AL)?A?GPL|\bLGPL|GNU (lesser|library|affero|general)|\bMPL|mozilla public|\bEPL\b|eclipse public"
        r"|\bCDDL|\bEUPL|CC[- ]BY[- ](SA|NC)|business source|\bBUSL|SSPL|commons clause|elastic license",
    ),
    ("Apache-2.0", r"apache"),
    ("MIT", r"\bMIT\b|expat|X11"),
    ("BSD", r"\bBSD\b|new bsd|modified bsd|3-clause|2-clause"),
    ("ISC", r"\bISC\b"),
    ("PSF-2.0", r"\bPSF|python software foundation|Python-2\.0"),
    ("Zlib", r"\bzlib\b"),
    ("BSL-1.0", r"\bBSL-1|boost software"),
    ("Unlicense", r"unlicen[sc]e"),
    ("CC0-1.0", r"\bCC0|public domain"),
    ("0BSD", r"0BSD"),
    ("Ruby", r"\bruby('s)?\b"),
    ("ZPL-2.1", r"\bZPL|zope public"),
    ("HPND", r"\bHPND|historical permission"),
    ("PHP-3.01", r"\bPHP-3"),
    ("PostgreSQL", r"postgresql"),
    ("NCSA", r"\bNCSA|illinois"),
]
# Beginnings of licence texts.
TEXTS = [
    (
        "copyleft",
        r"GNU (LESSER |AFFERO |LIBRARY )?GENERAL PUBLIC LICENSE|Mozilla Public License|Business Source License"
        r"|Eclipse Public|Server Side Public|Elastic License",
    ),
    ("Apache-2.0", r"Apache License"),
    ("MIT", r"Permission is hereby granted, free of charge"),
    ("BSD", r"Redistribution and use in source and binary forms"),
    ("ISC", r"Permission to use, copy, modify, and(/or)? distribute this software"),
    ("Unlicense", r"free and unencumbered software released into the public domain"),
    ("CC0-1.0", r"CC0"),
]


def _first(text, table, flags):
    for name, words in table:
        if re.search(words, text, flags):
            return name
    return "unknown"


def of_words(said):
    """Of what a manifest says. A choice that has a permissive part ("MIT OR GPL-2.0") is that part."""
    text = " ; ".join(s[:300] for s in said if s)
    parts = (
        re.split(r"\s+or\s+|/", text, flags=re.I) if re.search(r"\bor\b|/", text, re.I) else [text]
    )
    names = [_first(part, KNOWN, re.I) for part in parts]
    free = [n for n in names if n not in ("copyleft", "unknown")]
    whole = _first(text, KNOWN, re.I)
    is_choice = re.search(r"\bOR\b", said[0] if said else "")
    if whole == "copyleft" and not (is_choice and free):
        return whole
    return free[0] if free else whole


def of_text(text):
    return _first(re.sub(r"\s+", " ", text[:3000]), TEXTS, re.I)


def of_files(path):
    """Of the licence file nearest to the root of a zip."""
    with zipfile.ZipFile(path) as archive:
        names = [
            n for n in archive.namelist() if re.search(r"(^|/)(LICEN[CS]E|COPYING)[^/]*$", n, re.I)
        ]
        names.sort(key=lambda n: (n.split("@", 1)[-1].count("/"), n))
        depth = names[0].split("@", 1)[-1].count("/") if names else 0
        found = [
            of_text(archive.read(n).decode("utf-8", "replace"))
            for n in names
            if n.split("@", 1)[-1].count("/") == depth
        ]
    if "copyleft" in found:
        return "copyleft"
    return next((f for f in found if f != "unknown"), "unknown")


def of_pom(path, depth=0):
    """Of a Maven description, or of its parent's."""
    text = path.read_text(errors="replace") if path.exists() else ""
    told = re.search(r"<licenses>(.*?)</licenses>", text, re.S)
    if told:
        names = re.findall(r"<(?:name|url)>(.*?)</", told[1], re.S)
        found = [_first(n, KNOWN, re.I) for n in names]
        free = [f for f in found if f not in ("copyleft", "unknown")]
        return free[0] if free else ("copyleft" if "copyleft" in found else "unknown")
    parent = re.search(r"<parent>(.*?)</parent>", text, re.S)
    if not parent or depth > 4:
        return "unknown"
    field = {
        k: (re.search(rf"<{k}>\s*(.*?)\s*</{k}>", parent[1]) or ["", ""])[1]
        for k in ("groupId", "artifactId", "version")
    }
    home = (
        Path.home()
        / ".m2"
        / "repository"
        / field["groupId"].replace(".", "/")
        / field["artifactId"]
        / field["version"]
    )
    return of_pom(home / f"{field['artifactId']}-{field['version']}.pom", depth + 1)


def of_copyright(text):
    """Of Debian's file: that of all files (`Files: *`), and copyleft where most stanzas are."""
    main = re.search(r"^Files:\s*\*.*?^License:\s*([^\n]*)", text, re.S | re.M)
    said = main[1] if main else " ".join(re.findall(r"^License:\s*([^\n]*)", text, re.M)[:1])
    return of_words([re.sub(r"\bor\b", "OR", said)]) if said else of_text(text)


def of_deb(path):
    run = subprocess.run(["dpkg-deb", "--fsys-tarfile", path], capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(run.stdout)) as archive:
        for member in archive:
            if re.search(r"/usr/share/doc/[^/]+/copyright$", member.name) and member.isfile():
                return of_copyright(archive.extractfile(member).read().decode("utf-8", "replace"))
    return "unknown"


def of_debian_source(parts):
    for part in parts:
        with tarfile.open(part) as archive:
            return of_copyright(
                archive.extractfile("debian/copyright").read().decode("utf-8", "replace")
            )
    return "unknown"


def is_permissive(licence):
    return licence not in ("copyleft", "unknown")
