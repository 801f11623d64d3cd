#!/usr/bin/env python3
"""Writes prompts for `dobby bench`, one JSON object a line: {id, prompt}.

Each asks about the first 300 lines of a large module of Python's standard
library: real code that every machine has. Runs are comparable when the digest
on stderr is the same.
"""

import hashlib
import json
import pathlib
import sys
import sysconfig

MODULES = ('_pydecimal', 'argparse', 'ast', 'configparser', 'datetime',
           'doctest', 'inspect', 'pickle', 'tarfile', 'typing')
LINES = 300


def main():
    library = pathlib.Path(sysconfig.get_paths()['stdlib'])
    digest = hashlib.sha256()
    for name in MODULES:
        text = (library / f'{name}.py').read_text(encoding='utf-8')
        code = ''.join(text.splitlines(keepends=True)[:LINES])
        row = json.dumps({
            'id': name,
            'prompt': '<|im_start|>user\nSay in two lines what this code does.'
                      f'\n\n{code}<|im_end|>\n<|im_start|>assistant\n'})
        digest.update(row.encode())
        print(row)
    print(f'prompts: sha256 {digest.hexdigest()[:16]}', file=sys.stderr)


if __name__ == '__main__':
    main()
