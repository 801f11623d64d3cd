"""The evaluation's rows, which nothing of the training data may come from."""

import json
import os
import re
from functools import lru_cache
from pathlib import Path

FOLDER = Path(os.environ.get("DOBBY_EVAL_ROWS", Path(__file__).parents[2] / "shared" / "eval"))
# Words too common to tell a package by.
_COMMON = {
    "debug",
    "image",
    "python",
    "engine",
    "ref",
    "mesh",
    "spark",
    "scout",
    "metro",
    "flow",
    "amber",
    "janus",
    "eve",
    "pres",
    "mead",
    "probability",
    "parameters",
    "zipping",
    "boon",
    "playframework",
}
# Of the file rows, whose projects stand in their ids alone; and other names of the same projects.
_ALSO = {
    "tokio",
    "tokio-util",
    "tokio-stream",
    "tokio-test",
    "tokio-macros",
    "ripgrep",
    "ignore",
    "globset",
    "grep",
    "grep-searcher",
    "grep-printer",
    "grep-regex",
    "grep-matcher",
    "grep-cli",
    "abseil",
    "absl",
    "tensorflow-probability",
    "h2o",
    "qiskit",
    "logback",
    "etcd",
    "server/v3",
    "lxd",
    "hollow",
    "parquet",
    "jodd",
    "aeron",
    "guice",
    "rxjava",
    "objectify",
    "cordova-lib",
    "cassandra-driver",
    "negotiator",
    "axios",
    "snowball",
    "draw2d",
    "badger",
    "tchannel",
    "buffalo",
    "appengine",
    "gazelle",
    "enmime",
    "semantic-ui",
}


@lru_cache(maxsize=None)
def rows():
    return [json.loads(line) for file in sorted(FOLDER.glob("*.jsonl")) for line in open(file)]


@lru_cache(maxsize=None)
def project_names():
    names = {(row.get("repo") or "").lower().split("/")[-1] for row in rows()}
    return {n for n in names if len(n) > 3} - _COMMON | _ALSO


def is_of_evaluation(package):
    """Whether a package is, by its name, of a project that the evaluation has rows of."""
    parts = set(re.split(r"[/:]", package.lower().replace(":any", "")))
    parts |= {re.sub(r"^(ruby|php|node|golang)-|-(js|py|rb)$", "", part) for part in parts}
    parts |= {part.lstrip("@") for part in parts}
    return bool(parts & project_names())
