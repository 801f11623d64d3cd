#!/usr/bin/env python3
"""Flips bits in model files and cuts them short: each is named, none crashes."""

import shutil

import program
import tiny_model

COMMANDS = {
    "verify": ["model", "verify"],
    "index": ["index", "-q", "-j", "1", "--db"],
    "tokens": ["tokens", "-q"],
    "logits": ["logits", "-q", "-j", "1", "--ids", "-", "--out"],
}
checks = program.Checks(__doc__, damages=200)
whole = checks.use_tiny_model()
repository = checks.folder / "repository"
repository.mkdir()
(repository / "one.c").write_text("int one(void) { return 1; }\n")
tally = {}


def damage(data):
    """Returns the data with one bit flipped or its end cut off, and words."""
    if checks.random.random() < 0.3:
        size = checks.random.randrange(len(data))
        return data[:size], f"cut at {size} of {len(data)}", size
    at = checks.random.randrange(len(data))
    bit = checks.random.randrange(8)
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed), f"bit {bit} of byte {at} flipped", at


def try_command(name, model, status, what):
    words = list(COMMANDS[name])
    if name == "verify":
        words.append(model)
    else:
        words += [checks.folder / "out"] if name in ("index", "logits") else []
        words += ["--model", model] + ([repository] if name == "index" else [])
    ran = checks.run(*words, input=b"[5, 6, 7]")
    (checks.folder / "out").unlink(missing_ok=True)
    tally[name, ran.status] = tally.get((name, ran.status), 0) + 1
    checks.check_run(ran, status, f"{name}, {what}")
    return ran


def damage_folder(turn):
    broken = checks.folder / f"broken-{turn}"
    shutil.copytree(whole, broken)
    path = checks.random.choice(sorted(broken.iterdir()))
    changed, words, _ = damage(path.read_bytes())
    path.write_bytes(changed)
    what = f"{path.name}: {words}"
    for name in COMMANDS:
        ran = try_command(name, broken, program.NO_MODEL, what)
        checks.check(path.name in ran.err, f"{name} names {what}", ran)
    shutil.rmtree(broken)


def damage_gguf(turn):
    data, weights = tiny_model.gguf_bytes()
    changed, words, at = damage(data)
    path = checks.folder / f"broken-{turn}.gguf"
    path.write_bytes(changed)
    ran = checks.run("model", "import", path, "--name", "broken", "--replace",
                     "-q")
    tally["import", ran.status] = tally.get(("import", ran.status), 0) + 1
    what = f"import, {words} (weights begin at {weights})"
    if checks.check_run(ran, (program.OK, program.NO_MODEL), what):
        if ran.status == program.NO_MODEL:
            checks.check(path.name in ran.err, what + " names it", ran)
        else:
            checks.check(len(changed) == len(data), what + " is refused")
            try_command("logits", "broken", program.OK, what)
    path.unlink()


for turn in range(checks.options.damages):
    if turn % 2:
        damage_gguf(turn)
    else:
        damage_folder(turn)
for (name, status), count in sorted(tally.items(), key=str):
    print(f"{name}: {count} x exit {status}")
checks.end()
