#!/usr/bin/env python3
"""Asks for models that are missing or do not fit: exit 4 and useful words."""

import shutil

import program
import tiny_model

checks = program.Checks(__doc__)
whole = checks.use_tiny_model()
repository = checks.folder / "repository"
repository.mkdir()
(repository / "one.c").write_text("int one(void) { return 1; }\n")


def try_everywhere(model, *words):
    for command in (["index", repository, "--db", checks.folder / "i.db"],
                    ["worker"], ["tokens"], ["doctor"],
                    ["logits", "--ids", "-", "--out", checks.folder / "l"]):
        ran = checks.run(*command, "--model", model, input=b"[5]")
        said = program.Ran(ran.status, ran.out,
                           ran.err + ran.out.decode(errors="replace"))
        checks.check_run(said, program.NO_MODEL, f"{command[0]} with {model}",
                         *words)


try_everywhere("nothing", "nothing", "tiny", "dobby model import")
try_everywhere("/nowhere/at/all", "/nowhere/at/all", "dobby model import")

for name in sorted(path.name for path in whole.iterdir()):
    lacking = checks.folder / ("without-" + name)
    shutil.copytree(whole, lacking)
    (lacking / name).unlink()
    if name == "tokenizer.json":
        try_everywhere(lacking, name)
    for command in (["model", "verify", lacking],
                    ["tokens", "--model", lacking]):
        ran = checks.run(*command, input=b"")
        checks.check_run(ran, program.NO_MODEL, f"{command[0]} without {name}",
                         name)

strange = checks.folder / "strange.gguf"
strange.write_bytes(tiny_model.gguf_bytes("whale")[0])
try_everywhere(strange, "strange.gguf", "whale", "llama")
for path, words in ((strange, ("whale", "llama")),
                    (checks.folder / "absent.gguf", ("absent.gguf",)),
                    (repository / "one.c", ("one.c", "GGUF"))):
    ran = checks.run("model", "import", path)
    checks.check_run(ran, program.NO_MODEL, f"import of {path.name}", *words)
listed = checks.run("model", "list")
checks.check(b"whale" not in listed.out and b"strange" not in listed.out
             and b"tiny" in listed.out, "no half-made model is listed", listed)
checks.end()
