#!/usr/bin/env python3
"""The 50 prompts of the checks against other implementations, and 50 windows
of plain code that the check of logits adds.

Questions, scripts of the world, code of several languages and sizes; all in
the chat frame of SmolLM2. The code is read from Python's standard library,
g++'s headers and Go's sources, at fixed places: the same versions of those
give the same prompts. `digest` says which prompts a result is about.
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import sysconfig

SYSTEM = 'You are a helpful AI assistant named SmolLM, trained by Hugging Face'

QUESTIONS = (
    'What is a hash table?', 'Count from one to twenty.', 'Hi',
    'Write a haiku about compilers.', 'List five uses of a queue.',
    'Explain recursion to a child.', 'Which is larger, 9.9 or 9.11?',
    'def fibonacci(n):', 'Write a C function that reverses a string.',
    'Translate "good morning" into French, German and Spanish.')

UNICODE = (
    '什么是二叉树？请用两句话回答。', 'Что делает функция main в языке C?',
    'ما هي لغة البرمجة؟ أجب في سطرين.', 'ハッシュ関数とは何ですか。',
    'Que fait « naïveté » dans un dépôt où l’été œuvre à 0 °C ?',
    '😀👩‍👩‍👧‍👦🏳️‍🌈 Which emoji are these? 🇳🇿🇯🇵',
    'Zalgo: ȃ̷̢b̶̨͝c̵̛͜, e\u0301 or \u00e9, \u200bzero\u200dwidth, \U0001d53d\U0001d560\U0001d560.',
    'const café = "żółć"; // ∀x∈ℝ: ⌈x⌉ = −⌊−x⌋\nlet 变量 = "值";')

# Base folder, file, characters to skip and to take; cut at lines.
CODE = (
    ('py', 'heapq.py', 0, 350), ('py', 'json/decoder.py', 2000, 600),
    ('py', 'asyncio/queues.py', 0, 1000), ('py', 'bisect.py', 0, 1500),
    ('py', 'shlex.py', 3000, 750), ('py', 'textwrap.py', 1000, 1250),
    ('py', 'http/cookies.py', 5000, 600), ('py', 'this.py', 0, 1000),
    ('py', 'encodings/cp1251.py', 900, 1250), ('py', 'keyword.py', 0, 450),
    ('c++', 'bits/stl_heap.h', 4000, 750), ('c++', 'optional', 3000, 1250),
    ('c++', 'bits/unique_ptr.h', 6000, 600), ('c++', 'numeric', 2500, 1000),
    ('c++', 'bits/shared_ptr.h', 9000, 1500), ('c++', 'span', 4000, 400),
    ('c++', 'ratio', 5000, 800),
    ('go', 'src/strings/builder.go', 0, 1100),
    ('go', 'src/container/list/list.go', 0, 600),
    ('go', 'src/unicode/utf8/example_test.go', 0, 900),
    ('go', 'src/sort/search.go', 2000, 1500),
    ('go', 'src/errors/wrap.go', 800, 450),
    ('go', 'src/net/http/cookie.go', 4000, 750),
    ('go', 'lib/wasm/wasm_exec.js', 0, 1250),
    ('go', 'src/runtime/asm_amd64.s', 6000, 750),
    ('go', 'src/runtime/cgo/gcc_libinit.c', 0, 600),
    ('go', 'src/make.bash', 3000, 900),
    ('go', 'src/cmd/go/testdata/script/build_cache_output.txt', 0, 400),
    # Long ones.
    ('py', 'argparse.py', 60000, 9500), ('py', 'pickle.py', 10000, 4000),
    ('c++', 'bits/hashtable.h', 20000, 3500),
    ('go', 'src/encoding/json/encode.go', 8000, 7500))

# Windows: base folder, files, how many of them. Large files only, so that a
# window of any length fits, and evenly spaced in the sorted list of them; Go's
# files that begin with z are generated.
WINDOWS = (('py', '*.py', 20), ('c++', 'bits/*.h', 13),
           ('go', 'src/*/[a-y]*.go', 13), ('go', 'src/runtime/*.s', 4))
LARGE_BYTES = 12000
# Where a window begins (after licence and includes), and its characters.
WINDOW_SKIP, WINDOW_TAKES = 3000, (400, 800, 1200, 1800, 2400)
EVERY_TENTH_TAKES = 4000

ASKS = ('Say in two lines what this code does.', 'What is this file for?',
        'Name the functions in this code and what each returns.',
        'Find a bug in this code.')


def frame(text):
    return (f'<|im_start|>system\n{SYSTEM}<|im_end|>\n'
            f'<|im_start|>user\n{text}<|im_end|>\n<|im_start|>assistant\n')


def bases():
    goroot = subprocess.run(['go', 'env', 'GOROOT'], check=True, text=True,
                            capture_output=True).stdout.strip()
    return {'py': pathlib.Path(sysconfig.get_paths()['stdlib']),
            'c++': pathlib.Path('/usr/include/c++/12'),
            'go': pathlib.Path(goroot)}


def excerpt(path, skip, take):
    """The whole lines of a file that begin in [skip, skip + take)."""
    out, at = [], 0
    for line in path.read_text(encoding='utf-8').splitlines(keepends=True):
        if skip <= at < skip + take:
            out.append(line)
        at += len(line)
    return ''.join(out)


def check_prompts():
    """Returns [(id, prompt)]."""
    prompts = [(f'question-{i}', frame(text))
               for i, text in enumerate(QUESTIONS)]
    prompts += [(f'unicode-{i}', frame(text))
                for i, text in enumerate(UNICODE)]
    base = bases()
    for i, (kind, name, skip, take) in enumerate(CODE):
        code = excerpt(base[kind] / name, skip, take)
        prompts.append((f'{kind}:{name}',
                        frame(f'{ASKS[i % len(ASKS)]}\n\n{code}')))
    return prompts


def evenly(items, count):
    return [items[i * len(items) // count] for i in range(count)]


def code_windows():
    """Returns [(id, text)]: plain code, 400 to 2,400 characters, every tenth
    4,000."""
    base = bases()
    files = []
    for kind, pattern, count in WINDOWS:
        large = sorted(path for path in base[kind].glob(pattern)
                       if path.stat().st_size >= LARGE_BYTES)
        files += [(kind, base[kind], path) for path in evenly(large, count)]
    windows = []
    for i, (kind, folder, path) in enumerate(files):
        take = (EVERY_TENTH_TAKES if i % 10 == 9 else
                WINDOW_TAKES[i % len(WINDOW_TAKES)])
        windows.append((f'{kind}:{path.relative_to(folder)}',
                        excerpt(path, WINDOW_SKIP, take)))
    return windows


def code_text(characters=16000):
    """Plain code for logits: Python, C++ and Go, one after the other."""
    base = bases()
    return [excerpt(base[kind] / name, 4000, characters)
            for kind, name in (('py', 'tarfile.py'),
                               ('c++', 'bits/stl_tree.h'),
                               ('go', 'src/bufio/bufio.go'))]


def write_jsonl(prompts, path):
    with open(path, 'w', encoding='utf-8') as file:
        for name, prompt in prompts:
            file.write(json.dumps({'id': name, 'prompt': prompt}) + '\n')


def digest(prompts):
    return hashlib.sha256(json.dumps(prompts).encode()).hexdigest()[:16]


if __name__ == '__main__':
    write_jsonl(check_prompts(), sys.argv[1])
