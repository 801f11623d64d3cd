"""Tests of the training code, without model and network: python training_test.py"""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

import adapter
import base
import comments
import duplicates
import evaluation_rows
import licences
import negatives
import packing
import prompts
import rows
import scores
import sentences
import syntax
import trainer
from model import Model

SHAPE = base.Shape(
    layers=2,
    hidden=48,
    heads=6,
    kv_heads=2,
    head_dim=8,
    feed_forward=64,
    vocab=97,
    eps=1e-5,
    theta=1e4,
)
CPU = torch.device("cpu")


class Counts:
    def add(self, *_):
        pass


def random_model():
    torch.manual_seed(3)
    weights = {
        "model.embed_tokens.weight": torch.randn(97, 48),
        "model.norm.weight": torch.ones(48),
    }
    sizes = {
        "q_proj": (48, 48),
        "k_proj": (16, 48),
        "v_proj": (16, 48),
        "o_proj": (48, 48),
        "gate_proj": (64, 48),
        "up_proj": (64, 48),
        "down_proj": (48, 64),
    }
    for layer in range(SHAPE.layers):
        for name in base._PARTS.values():
            size = sizes.get(name.split(".")[-1])
            weights[f"model.layers.{layer}.{name}.weight"] = (
                torch.randn(size) / 7 if size else torch.ones(48)
            )
    return Model(SHAPE, weights, CPU, torch.float32)


def some_examples(count=40):
    chance = np.random.default_rng(5)
    lengths = chance.integers(6, 30, count)
    starts = np.concatenate(([0], np.cumsum(lengths)))
    return (
        chance.integers(1, 97, starts[-1]).astype(np.uint16),
        starts,
        (lengths - 3).astype(np.int32),
    )


class Packing(unittest.TestCase):
    def test_packed_examples_do_not_see_each_other(self):
        model, examples = random_model(), some_examples()
        batches = packing.Batches(examples, 200, CPU)
        together = batches.batch([0, 1, 2, 3])
        alone = [packing.Batches(examples, 40, CPU).batch([i]) for i in range(4)]
        with torch.no_grad():
            nats, count = model.loss(model.linear, together)
            parts = [model.loss(model.linear, b) for b in alone]
        self.assertEqual(count, sum(c for _, c in parts))
        self.assertAlmostEqual(float(nats), sum(float(n) for n, _ in parts), places=3)

    def test_every_example_comes_once_an_epoch(self):
        batches = packing.Batches(some_examples(), 100, CPU)
        seen = sum(b.pairs for b in batches.all())
        self.assertEqual(seen, 40)

    def test_a_resumed_run_ends_where_a_whole_one_does(self):
        examples = some_examples()

        def run(parts):
            tuned = adapter.LowRank(random_model(), 4)
            state = None
            for tokens in parts:
                tuned = adapter.LowRank(random_model(), 4)
                made = trainer.Run(
                    tuned, packing.Batches(examples, 100, CPU), 1e-2, lambda **_: None, tokens=800
                )
                if state:
                    made.restore(state)
                while made.tokens < tokens:
                    made.one(made.batches.take())
                state = made.state()
            return torch.cat([p.detach().flatten() for p in tuned.parameters()])

        self.assertTrue(torch.allclose(run([800]), run([300, 800]), atol=1e-6))

    def test_training_lowers_the_loss(self):
        model, examples = random_model(), some_examples(8)
        for tuned in (adapter.Full(model), adapter.LowRank(model, 8)):
            batch = packing.Batches(examples, 200, CPU).batch(range(8))
            run = trainer.Run(
                tuned,
                packing.Batches(examples, 200, CPU),
                1e-2,
                lambda **_: None,
                tokens=200 * 40,
                warmup=5,
            )
            first = float(run.one(batch))
            run.go()
            self.assertLess(float(run.one(batch)), 0.7 * first)

    def test_greedy_goes_on_from_each_prompt_as_alone(self):
        model = random_model()
        prompts_ = [[5, 6, 7], [8, 9, 10, 11, 12], [1]]
        together = model.greedy(model.linear, prompts_, stop=96, most=6)
        self.assertEqual(
            together, [model.greedy(model.linear, [p], stop=96, most=6)[0] for p in prompts_]
        )


class Adapters(unittest.TestCase):
    def test_svd_of_full_rank_loses_nothing_and_a_file_brings_it_back(self):
        model = random_model()
        tuned = adapter.Full(model)
        with torch.no_grad():
            for weight in tuned.parameters():
                weight += torch.randn_like(weight) / 10
        pairs = adapter.factors(tuned.differences(), 48)
        for merged, weights in zip(adapter.merged_with(model, pairs), tuned.tuned):
            for a, b in zip(merged, weights):
                self.assertTrue(torch.allclose(a, b, atol=1e-4))
        with tempfile.TemporaryDirectory() as folder:
            adapter.save(folder, model, pairs, 48, pieces=2)
            added = adapter.load(folder)
            names = [n for layer in model.names for n in layer]
            self.assertEqual(set(added), set(names))
            self.assertTrue(torch.allclose(added[names[3]], tuned.differences()[3], atol=2e-2))
            self.assertEqual(len(list(Path(folder).glob("*.safetensors"))), 2)

    def test_rows_of_q_turn_there_and_back(self):
        weight = torch.randn(48, 48)
        self.assertTrue(torch.equal(base.rotated(base.rotated(weight, 6), 6, back=True), weight))


class Data(unittest.TestCase):
    def rows_of(self, language, text):
        read = rows.FileRows(language, "lib/a." + language, text, Counts())
        return list(read.functions()), list(read.file()), list(read.parts())

    def test_a_function_loses_its_docstring(self):
        functions, _, _ = self.rows_of(
            "python",
            'def load(path):\n    """Load the settings of a file.\n\n    More."""\n'
            "    with open(path) as f:\n        return read_settings(f)\n",
        )
        self.assertEqual(functions[0]["text"], "Load the settings of a file.")
        self.assertNotIn("More", functions[0]["body"])

    def test_comments_above_in_other_languages(self):
        go = "package a\n\n// Push adds an item to the queue.\nfunc (q *Queue) Push(i Item) {\n\tq.items = append(q.items, i)\n}\n"
        java = "class A {\n  /** Returns the size of the list. @return it */\n  int listSize(int a) {\n    return list.size();\n  }\n}\n"
        self.assertEqual(self.rows_of("go", go)[0][0]["text"], "Push adds an item to the queue.")
        self.assertEqual(self.rows_of("java", java)[0][0]["name"], "listSize")

    def test_a_class_is_a_part_and_its_own_comment_is_hidden(self):
        text = (
            'class Ring:\n    """A queue of bytes in a ring."""\n    def push(self, ring):\n        """Add bytes at the end."""\n'
            "        self.a = 1\n    def pop(self):\n        pass\n"
        )
        part = self.rows_of("python", text)[2][0]
        self.assertEqual(
            part["body"], "class Ring\n  method push: Add bytes at the end.\n  method pop"
        )

    def test_filters(self):
        why = {
            text: sentences.first_sentence(text, "load")[1]
            for text in (
                "TODO: write this one.",
                "Copyright 2020 The Authors",
                "See the manual for this.",
                "@param x the value of it",
                "load",
                "eslint-disable no-unused-vars",
                "https://example.org/a/b",
                "Deprecated since the version of last year.",
            )
        }
        self.assertEqual(
            list(why.values()),
            [
                "to do",
                "licence",
                "speaks of another place",
                "parameters",
                "too short",
                "for tools",
                "too short",
                "deprecated",
            ],
        )
        self.assertEqual(
            sentences.first_sentence(
                "load - Read {@link Item} from disk, e.g. now. Then more.", "load"
            )[0],
            "Read Item from disk, e.g. now.",
        )

    def test_nearly_the_same_has_the_same_keys(self):
        text = " ".join(f"word{i} = other{i} + 1;" for i in range(60))
        same = duplicates.keys(duplicates.shingles(text)), duplicates.keys(
            duplicates.shingles(text + " end")
        )
        self.assertTrue(set(same[0]) & set(same[1]))
        self.assertFalse(
            set(same[0]) & set(duplicates.keys(duplicates.shingles(text.replace("word", "x"))))
        )

    def test_nothing_of_the_evaluation(self):
        rows_ = [
            {
                "code": " ".join(f"name{i} = f({i})" for i in range(40)),
                "references": ["Reads the settings of all users from a file. Then more of it."],
            }
        ]
        evaluation = duplicates.Evaluation(rows_, sentences.squeezed)

        def has(body, text):
            return evaluation.has({"task": "function", "text": text}, duplicates.shingles(body))

        self.assertEqual(
            has("def other(): pass", "reads the settings of all users from a file ."), "sentence"
        )
        self.assertEqual(has(rows_[0]["code"].replace("name7", "x"), "Other words."), "code")
        self.assertIsNone(has("def other(a, b): return a + b * 2", "Other words."))
        self.assertTrue(evaluation_rows.is_of_evaluation("tokio-util"))
        self.assertFalse(evaluation_rows.is_of_evaluation("numpy"))

    def test_prompts_are_cut_behind_a_line(self):
        code = "\n".join("x = call_of_something(%d)" % i for i in range(200))
        shown = prompts.fenced(code)
        self.assertLess(len(shown), 1400)
        self.assertRegex(shown, r"```\n\(\d+ more lines not shown\)$")

    def test_negatives_have_no_word_of_the_source(self):
        row = {
            "task": "function",
            "path": "a/b.py",
            "body": "```\ndef load(path):\n    return settings(path)\n```",
            "text": "x",
        }
        made = negatives._negative(row, __import__("random").Random(1))
        self.assertNotRegex(made["body"], "load|settings|path")
        self.assertEqual(made["text"], "Unclear.")

    def test_heads(self):
        found = comments.heads(
            "# Copyright\n\n# Queues of bytes for threads.\n\nclass A\nend\n", "ruby"
        )
        self.assertEqual([said for said, _ in found], ["Copyright", "Queues of bytes for threads."])

    def test_licences(self):
        said = {
            "MIT": "MIT",
            "GPL-2.0-or-later": "copyleft",
            "MIT OR GPL-2.0": "MIT",
            "": "unknown",
            "Apache-2.0 WITH LLVM-exception": "Apache-2.0",
            "BSD-3-Clause": "BSD",
            "LGPL-2.1+": "copyleft",
        }
        self.assertEqual({text: licences.of_words([text]) for text in said}, said)

    def test_names_of_c_declarators(self):
        found, _ = syntax.definitions(
            "c", "static int *ring_push(struct ring *r, int n) {\n  return r->p + n;\n}\n"
        )
        self.assertEqual([(d.kind, d.name) for d in found], [("function", "ring_push")])


class Scores(unittest.TestCase):
    def test_bleu(self):
        self.assertAlmostEqual(
            scores.bleu(
                "Get the wrapper class for the given primitive type .",
                "Returns the wrapper class for the given primitive class.",
            ),
            69.5015029722126,
        )


if __name__ == "__main__":
    unittest.main()
