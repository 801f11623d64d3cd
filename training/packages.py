"""Rows of a package: what it is for, from what its parts say; and of its folders."""

import json
import re
from collections import defaultdict

from sentences import first_sentence

_MANIFESTS = re.compile(r"(\.dist-info/METADATA|^package\.json|^Cargo\.toml|^pom\.xml)$")
MOST_PARTS = 14


def is_manifest(path):
    return bool(_MANIFESTS.search(path))


def description(manifest, text):
    """The one line that a package's manifest says of it, or None."""
    if manifest.endswith("METADATA"):
        found = re.search(r"^Summary: (.*)$", text, re.M)
        return found[1] if found else None
    if manifest.endswith("package.json"):
        try:
            told = json.loads(text)
        except ValueError:
            return None
        return told.get("description") if isinstance(told, dict) else None
    found = re.search(r'^description = "(.*)"', text, re.M) or re.search(
        r'^description = """\s*(.*?)"""', text, re.M | re.S
    )
    return " ".join(found[1].split()) if found else None


def _listed(parts):
    return "\n".join(
        f"- {name}: {said}" if said else f"- {name}" for name, said in parts[:MOST_PARTS]
    )


def _row(task, language, path, parts, text):
    return {
        "task": task,
        "lang": language,
        "language": "",
        "path": path,
        "body": _listed(parts),
        "text": text,
        "name": path,
    }


def project_row(name, language, told, files, counts):
    """files: {path: one line}. One row, or None."""
    folders = defaultdict(list)
    for path, said in sorted(files.items()):
        folders[path.split("/")[-2] + "/" if path.count("/") > 1 else path.split("/")[-1]].append(
            (path, said)
        )
    parts = []
    for folder, inside in folders.items():
        best = max(
            (said for _, said in inside),
            key=lambda s: (not s.startswith("Defines "), len(s)),
            default="",
        )
        parts.append((folder, best[:160]))
    parts.sort(key=lambda p: (p[1].startswith("Defines ") or not p[1], p[0]))
    said, why = first_sentence(told or "", name)
    if why != "empty":
        counts.add("project", why, said, name)
    if why or len(parts) < 2:
        return None
    return _row("project", language, name, sorted(parts[:MOST_PARTS]), said)


_FOLDER_FILES = {
    "python": "__init__.py",
    "go": "doc.go",
    "java": "package-info.java",
    "rust": "mod.rs",
}


def folder_rows(language, files, heads, counts):
    """Rows of folders whose author describes them in a file that is there for that.

    files: {path: one line}; heads: {path: (raw comment)} of such files.
    """
    folders = defaultdict(list)
    for path, said in files.items():
        folders[path.rsplit("/", 1)[0] if "/" in path else ""].append(
            (path.rsplit("/", 1)[-1], said)
        )
    for path, doc in heads.items():
        folder = path.rsplit("/", 1)[0] if "/" in path else ""
        parts = sorted(
            (name, said[:160])
            for name, said in folders.get(folder, [])
            if name != path.rsplit("/", 1)[-1]
        )
        if len(parts) < 2:
            continue
        said, why = first_sentence(doc, folder.rsplit("/", 1)[-1], _listed(parts) + folder)
        if why != "empty":
            counts.add("folder", why, said, folder)
        if not why:
            yield _row("folder", language, folder, parts, said)


def describes_folder(language, path):
    return path.rsplit("/", 1)[-1] == _FOLDER_FILES.get(language)
