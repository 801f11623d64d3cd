"""Tests of tools/check_layers on small trees made here."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECKER = pathlib.Path(__file__).resolve().parent / 'check_layers'

TABLES = """
| folder | may include | public headers |
|---|---|---|
| base | nothing else | result |
| bricks | nothing else | brick |
| walls | bricks | wall |
| houses | walls | |
| shell | public headers only | |

| headers | only in |
|---|---|
| mortar_*.h, glue/* | walls/wet_ |
"""

ALLOWED = {
    'include/dobby/result.h': '#include <string>\n',
    'include/dobby/brick.h': '#include "dobby/result.h"\n',
    'include/dobby/wall.h': '#include "dobby/brick.h"\n',
    'src/base/files.cc': '#include "base/files.h"\n',
    'src/walls/wall.cc': '#include "bricks/kiln.h"\n#include "dobby/wall.h"\n',
    'src/walls/wet_joint.cc': '#include <mortar_c.h>\n#include "glue/a.h"\n',
    'src/shell/main.cc': '#include "dobby/brick.h"\n#include "base/files.h"\n',
    'src/walls/wall_test.cc': '#include "gtest/gtest.h"\n',
    'src/shell/notes.txt': '#include "walls/wet_joint.h"\n',
}

# name -> (file, its text, a part of the line that must be printed)
VIOLATIONS = {
    'row does not name the folder': (
        'src/bricks/kiln.cc', '\n#include "walls/plan.h"\n',
        'src/bricks/kiln.cc:2: "walls/plan.h" belongs to walls'),
    'rows are not transitive': (
        'src/houses/house.cc', '#include "bricks/kiln.h"\n',
        'belongs to bricks, which houses may not include'),
    'public header obeys its row when included': (
        'src/bricks/kiln.cc', '#include "dobby/wall.h"\n',
        'belongs to walls, which bricks may not include'),
    'public header obeys its row when including': (
        'include/dobby/brick.h', '#include "dobby/wall.h"\n',
        'include/dobby/brick.h:1: "dobby/wall.h" belongs to walls'),
    'public header includes an internal one': (
        'include/dobby/brick.h', '#include "base/files.h"\n', 'is internal'),
    'base includes a folder': (
        'src/base/files.cc', '#include "bricks/kiln.h"\n',
        'belongs to bricks, which base may not include'),
    'internal header where only public ones may be': (
        'src/shell/main.cc', '#include "walls/plan.h"\n',
        'shell takes public headers only'),
    'confined header in a neighbour file of its place': (
        'src/walls/dry.cc', '#include <mortar_c.h>\n',
        'belongs only into walls/wet_'),
    'confined header of a folder pattern': (
        'src/bricks/kiln.h', '#  include "glue/a.h"\n', 'belongs only into'),
    'confined header in a public header': (
        'include/dobby/wall.h', '#include <mortar_c.h>\n', 'belongs only into'),
    'header named without its folder': (
        'src/walls/wall.cc', '#include "plan.h"\n',
        'must be written as "folder/x.h"'),
    'path out of the folder': (
        'src/walls/wall.cc', '#include "../bricks/kiln.h"\n',
        'must be written as "folder/x.h"'),
    'unlisted public header': (
        'include/dobby/tile.h', '', 'no folder of the table lists it'),
    'include of an unlisted public header': (
        'src/walls/wall.cc', '#include "dobby/tile.h"\n',
        'that no folder of the table lists'),
    'unlisted folder': ('src/roofs/roof.cc', '', 'is not in the table'),
}


def run(files, tables=TABLES):
    """Returns (exit status, output) of the checker on a tree of files."""
    with tempfile.TemporaryDirectory() as folder:
        project = pathlib.Path(folder)
        (project / 'ARCHITECTURE.md').write_text(tables)
        for name, text in files.items():
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        done = subprocess.run([sys.executable, CHECKER, folder], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout


class CheckLayers(unittest.TestCase):

    def test_allowed_includes_pass(self):
        self.assertEqual(
            run(ALLOWED), (0, 'check_layers: every include is allowed\n'))

    def test_each_violation_is_named(self):
        for name, (path, text, part) in VIOLATIONS.items():
            with self.subTest(name):
                status, output = run({**ALLOWED, path: text})
                self.assertEqual(status, 1)
                self.assertIn(part, output)
                self.assertIn('check_layers: violations: 1', output)

    def test_wrong_tables_are_refused(self):
        for name, old, new, part in (
                ('circle', 'bricks | nothing else', 'bricks | walls', 'circle'),
                ('unknown folder', 'walls | bricks', 'walls | sand', 'sand'),
                ('header twice', 'result |', 'result, brick |', 'two folders'),
                ('cell missing', '| shell | public headers only | |',
                 '| shell | public headers only |', 'not 3 columns'),
                ('table missing', '| folder |', '| place |', 'no table')):
            with self.subTest(name):
                status, output = run(ALLOWED, TABLES.replace(old, new))
                self.assertEqual(status, 2)
                self.assertIn(part, output)


if __name__ == '__main__':
    unittest.main()
