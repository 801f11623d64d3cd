#!/usr/bin/env python3
"""Tests of tools/check_sources, check_texts and run_test and of
cmake/publish_built.sh: a check that can't fail is worse than none."""

import importlib.machinery
import importlib.util
import os
import pathlib
import subprocess
import tempfile
import unittest

PROJECT = pathlib.Path(__file__).resolve().parent.parent


def load(name):
    loader = importlib.machinery.SourceFileLoader(
        name, str(PROJECT / 'tools' / name))
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


sources = load('check_sources')
texts = load('check_texts')


class InFolder(unittest.TestCase):
    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.folder = pathlib.Path(made.name)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


class Sources(InFolder):
    def test_files_that_share_a_name_are_apart(self):
        a = self.write('a.cc', 'namespace x {\nint Count(int n) {\n}\n')
        b = self.write('b.cc', 'namespace x {\nvoid Count() {}\n')
        c = self.write('c.cc', '#define SIZE 3\nstruct Row {\n  int Count();\n')
        d = self.write('d.cc', 'constexpr int kRows[] = {1};\nclass Row;\n')
        e = self.write('e.cc', 'int Row::Count() {\n')
        self.assertEqual(sources.batches([a, b, c, d, e]),
                         [[a, c, e], [b, d]])

    def test_folders_are_apart_and_batches_are_small(self):
        files = [self.write(f'{folder}/{i}.cc', f'int f{i}();')
                 for folder in 'pq' for i in range(sources.BATCH + 1)]
        sizes = [len(batch) for batch in sources.batches(files)]
        self.assertEqual(sizes, [sources.BATCH, 1, sources.BATCH, 1])

    def test_a_stamp_holds_for_the_content_and_the_command(self):
        read = self.write('x.h', 'int x;')
        stamps = sources.Stamps(self.folder / 'stamps')
        self.assertFalse(stamps.holds('check'))
        stamps.add('check', {str(read): stamps.hash_of(str(read))})
        self.assertTrue(stamps.holds('check'))
        self.assertFalse(stamps.holds('another check'))
        read.write_text('int y;')
        self.assertFalse(sources.Stamps(self.folder / 'stamps').holds('check'))
        read.unlink()
        self.assertFalse(sources.Stamps(self.folder / 'stamps').holds('check'))

    def test_a_using_declaration_that_nothing_uses_is_named(self):
        path = self.write('x.cc', '#include <vector>\nusing std::vector;\n'
                          'using std::string;\nstring s;\n')
        self.assertEqual([line.partition('"')[2]
                          for line in sources.unused_usings(path)],
                         ['using std::vector;"\n'])


class Texts(unittest.TestCase):
    def test_only_wide_prose_is_named(self):
        wide = 'word ' * 21
        text = '\n'.join([wide, '| ' + wide, '```', wide, '```',
                          '    ' + wide, wide + '[a](b)', 'x' * 100])
        self.assertEqual(list(texts.wide_lines(text)), [1])

    def test_machines_and_registries_are_named(self):
        for bad in ('cd /work' + '/x', 'ls /root' + '/.cargo',
                    'https://10.1' + '.2.3:80/simple',
                    'https://me' + '@host/x', 'extra-index-url' + ' = x'):
            self.assertEqual(len(list(texts.problems('x.py', bad))), 1, bad)
        for good in ('http://127.0.0.1:80/', '/home/me/work/x', 'a/work/b',
                     'folder + "/work/a"',
                     'registry+https://github.com/rust-lang/crates.io-index'):
            self.assertEqual(list(texts.problems('x.py', good)), [], good)


class Programs(InFolder):
    def run_test(self, body):
        skipped = self.folder / 'skipped'
        program = self.write('program', '#!/bin/sh\n' + body)
        program.chmod(0o755)
        status = subprocess.run(
            [PROJECT / 'tools/run_test', program], check=False,
            capture_output=True, env={**os.environ, 'TMPDIR': self.folder,
                                      'SKIPPED_TESTS': skipped}).returncode
        return status, skipped.read_text()

    def test_a_program_that_fails_or_tests_nothing_fails(self):
        ran = 'echo "[==========] %d tests from 1 test suite ran. (0 ms)"\n'
        self.assertEqual(self.run_test(ran % 3)[0], 0)
        self.assertEqual(self.run_test(ran % 3 + 'exit 1')[0], 1)
        self.assertEqual(self.run_test('kill -9 $$')[0], 137)
        self.assertEqual(self.run_test(ran % 0)[0], 1)

    def test_skips_are_written_down(self):
        status, skipped = self.run_test(
            'echo "x.cc:5: Skipped\nno such unit\n\n[  SKIPPED ] A.B (0 ms)"')
        self.assertEqual((status, skipped), (0, 'A.B: no such unit\n'))

    def test_each_program_has_a_folder_of_its_own_until_it_passes(self):
        before = set(self.folder.iterdir())
        self.assertEqual(self.run_test('touch "$TEST_TMPDIR/x"')[0], 0)
        self.assertEqual({path.name for path in set(self.folder.iterdir()) -
                          before}, {'program', 'skipped'})
        self.run_test('touch "$TEST_TMPDIR/x"; exit 1')
        self.assertEqual(len(list(self.folder.glob('*/tmp/x'))), 1)

    def test_what_is_published_is_whole_and_old_ones_go(self):
        publish = PROJECT / 'cmake/publish_built.sh'
        made = self.write('made', 'library')
        for i in range(10):
            place = self.folder / f'built/lib-{i:016x}/lib.a'
            subprocess.run([publish, made, place], check=True)
            os.utime(place.parent, (i, i))
            self.assertEqual(place.read_text(), 'library')
        self.assertEqual(len(list((self.folder / 'built').glob('lib-*'))), 8)
        self.assertEqual(list((self.folder / 'built').rglob('.part*')), [])


if __name__ == '__main__':
    unittest.main()
