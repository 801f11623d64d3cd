"""Reads the files of a package: a wheel, jar, Go module (zip), npm or crate archive (tar.gz), or Debian's."""

import io
import subprocess
import tarfile
import zipfile
from pathlib import Path

MOST_BYTES = 1_500_000  # of one source file; larger ones are generated


def _zip(path):
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield info.filename, info.file_size, lambda i=info: archive.read(i)


def _tar(path, stream=None):
    with tarfile.open(path, "r|*" if stream else "r:*", fileobj=stream) as archive:
        for member in archive:
            if member.isfile():
                yield member.name, member.size, lambda m=member: archive.extractfile(m).read()


def _deb(path):
    """The files of a binary package, through dpkg."""
    run = subprocess.run(["dpkg-deb", "--fsys-tarfile", path], capture_output=True, check=True)
    yield from _tar(None, io.BytesIO(run.stdout))


def read_files(path, wanted):
    """Yields (name, text) of the files whose name `wanted` accepts, in the order of their names.

    Text is UTF-8 with unknown bytes replaced and line ends as newlines.
    """
    path = Path(path)
    if path.suffix in (".whl", ".jar", ".zip"):
        files = _zip(path)
    elif path.suffix == ".deb":
        files = _deb(path)
    else:
        files = _tar(path)
    for name, size, read in files:
        if size <= MOST_BYTES and wanted(name):
            text = read().decode("utf-8", "replace")
            yield name, text.replace("\r\n", "\n")
