#!/usr/bin/env python3
"""Measures `dobby search`: do commit subjects find the files of the commits?

usage: bench/search_recall.py [--dobby PROGRAM] [--queries N] REPOSITORY...

REPOSITORY is a git repository with history, bare or not. Its newest commit is
checked out and indexed. The queries are the subjects of the newest commits that
changed one to ten files which are still there; recall at 10 is the share of
these files among the first ten paths found. Beside it: bm25 over the code
(SQLite's FTS5 with porter stems, one row a file, any word may match).
"""

import argparse
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile

LIMIT = 10


def run(*words, **options):
    return subprocess.run(words, text=True, capture_output=True, check=True,
                          errors='replace', **options).stdout


def commits(repository, files, count):
    """Yields (subject, files that it changed and that are still there)."""
    log = run('git', '-C', repository, 'log', '--no-merges', '--no-renames',
              '--name-only', '--format=%x00%s', '-n', '5000')
    for entry in log.split('\0')[1:]:
        subject, _, names = entry.partition('\n')
        changed = set(names.split('\n')) & files
        if count > 0 and 1 <= len(changed) <= 10 and re.search(r'\w', subject):
            count -= 1
            yield subject, changed


def recall(found, wanted):
    return len(set(found[:LIMIT]) & wanted) / min(len(wanted), LIMIT)


class CodeIndex:
    """Full text search over the files themselves."""

    def __init__(self, root, files):
        self.database = sqlite3.connect(':memory:')
        self.database.execute('CREATE VIRTUAL TABLE code USING '
                              "fts5(path, text, tokenize='porter')")
        for name in files:
            self.database.execute(
                'INSERT INTO code VALUES(?, ?)',
                (name, (root / name).read_text(errors='replace')))

    def search(self, query):
        words = ' OR '.join(f'"{word}"' for word in re.findall(r'\w+', query))
        return [row[0] for row in self.database.execute(
            'SELECT path FROM code WHERE code MATCH ? ORDER BY rank LIMIT ?',
            (words, LIMIT))]


class Dobby:
    def __init__(self, program, root, database):
        self.search_words = [program, 'search', '-q', '--json', '--db',
                             database, '--level', 'file', '--limit',
                             str(LIMIT), '--']
        subprocess.run([program, 'index', root, '--db', database, '-q'],
                       check=True)
        export = run(program, 'export', '--db', database, '--format', 'jsonl')
        objects = [json.loads(line) for line in export.splitlines()]
        self.files = {one['path'] for one in objects
                      if one['type'] == 'summary' and one['level'] == 'file'}
        source = sum((root / name).stat().st_size for name in self.files)
        self.share = pathlib.Path(database).stat().st_size / source

    def search(self, query):
        ran = subprocess.run([*self.search_words, query], text=True,
                             capture_output=True, check=False)
        return [hit['summary']['path']
                for hit in json.loads(ran.stdout)['hits']]


def measure(arguments, repository):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder, 'tree')
        run('git', 'clone', '-q', '--no-hardlinks', repository, root)
        dobby = Dobby(arguments.dobby, root, f'{folder}/index.db')
        code = CodeIndex(root, dobby.files)
        queries = list(commits(root, dobby.files, arguments.queries))
        if not queries:
            sys.exit(f'{repository}: no commit changed a file that is there')
        means = [sum(recall(index.search(subject), wanted)
                     for subject, wanted in queries) / len(queries)
                 for index in (dobby, code)]
    print(f'{repository}: {len(dobby.files)} files, {len(queries)} queries: '
          f'dobby {means[0]:.3f}, bm25 over code {means[1]:.3f}, database '
          f'{dobby.share:.0%} of the source', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--dobby', default='build/dobby')
    parser.add_argument('--queries', type=int, default=120)
    parser.add_argument('repository', nargs='+')
    arguments = parser.parse_args()
    for repository in arguments.repository:
        measure(arguments, repository)


if __name__ == '__main__':
    main()
