"""Tunes the model: a sweep of short runs, or the long one. On CUDA, or slowly on a CPU.

usage: train.py sweep DATA BASE.gguf OUT SECONDS_A_RUN
       train.py main  DATA BASE.gguf OUT SECONDS [full|low [rate]]

`sweep` trains all weights and low-rank adapters at two rates each, and the better kind with two more seeds;
OUT/choice.json has what `main` takes where it is not told. `main` writes OUT/adapter/. Of all weights it takes
the best of that rank by SVD and trains that on for the last fifth of the time. It goes on from OUT/state.pt. Settings of the environment:
TOKENS a step (65536), RANK (48), TINY=1 for a test of everything in a minute or two.
"""

import json
import os
import sys
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer

import adapter
import base
import packing
import prompts
import trainer
from model import Model

TOKENS = int(os.environ.get("TOKENS", 65536))
RANK = int(os.environ.get("RANK", 48))
TINY = bool(os.environ.get("TINY"))
RATES = {"full": (5e-4, 1.2e-3), "low": (1e-3, 3e-3)}
CURVE = (0.03, 0.06, 0.12, 0.25, 0.5, 0.75)
FIVE = [f"function {name}" for name in ("python", "java", "javascript", "go", "ruby")]


class Setting:
    """Everything that is loaded once."""

    def __init__(self, data, gguf, out):
        data, self.out = Path(data), Path(out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.log = trainer.logger(self.out / "log.jsonl")
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        begin = time.time()
        shape, weights = base.read(gguf)
        if TINY:
            shape = shape._replace(layers=2)
        self.model = Model(shape, weights, self.device, torch.float32 if TINY else torch.bfloat16)
        tokenizer = Tokenizer.from_file(str(data / "tokenizer.json"))
        self.encoded, dev = packing.load(data / "train.npz"), packing.load(data / "dev.npz")
        told = json.loads((data / "dev-texts.json").read_text())
        if TINY:
            told = told[:24]

        def batches_of(only):
            return packing.Batches(dev, TOKENS, self.device, only=only)

        self.development = trainer.Development(
            dev,
            told,
            tokenizer,
            batches_of,
            tokenizer.token_to_id(prompts.END),
            answers_per_kind=4 if TINY else 120,
        )
        self.log(
            device=str(self.device),
            name=torch.cuda.get_device_name() if self.device.type == "cuda" else "cpu",
            examples=len(self.encoded[2]),
            tokens=int(self.encoded[1][-1]),
            loaded=round(time.time() - begin, 1),
        )

    def batches(self, seed=1):
        return packing.Batches(self.encoded, TOKENS, self.device, seed)

    def tuned(self, kind, seed=1):
        return (
            adapter.Full(self.model)
            if kind == "full"
            else adapter.LowRank(self.model, RANK, seed=seed)
        )

    def check(self):
        """FlashAttention against the padded copy, then compiles; a failure leaves the slower way."""
        batch = self.batches().take()
        linear = self.model.cast(self.model.linear)
        with torch.no_grad():
            nats, count = self.model.loss(linear, batch)
            self.log(check="loss of the base", nats=round(float(nats) / count, 4))
            if self.model.flash:
                self.model.flash = False
                small = packing.Batches(self.encoded, 4096, self.device).take()
                slow, n = self.model.loss(linear, small)
                self.model.flash = True
                fast, _ = self.model.loss(linear, small)
                self.log(
                    check="attention",
                    padded=round(float(slow) / n, 4),
                    flash=round(float(fast) / n, 4),
                )
        if self.device.type == "cuda":
            self.model.compile()
            try:
                self.speed("compiled")
            except Exception as error:  # whatever a compiler may say
                self.log(compiled=False, error=str(error)[:300])
                self.model.compiled = None
                self.speed("eager")

    def speed(self, name):
        begin = time.time()
        run = trainer.Run(
            self.tuned("low"), self.batches(), 0.0, lambda **_: None, tokens=TOKENS * 3
        )
        run.go()
        first = time.time() - begin
        begin = time.time()
        run = trainer.Run(
            self.tuned("low"), self.batches(), 0.0, lambda **_: None, tokens=TOKENS * 10
        )
        run.go()
        self.log(
            speed=name,
            first=round(first, 1),
            rate=round(TOKENS * 10 / (time.time() - begin)),
            memory=round(torch.cuda.max_memory_allocated() / 2**30, 1),
        )

    def report(self, name, linear, only=None, answers=False, **more):
        losses = self.development.losses(self.model, linear)
        bleu, said = self.development.answers(self.model, linear, only)
        five = [bleu[k] for k in FIVE if k in bleu]
        self.log(
            dev=name,
            losses=losses,
            bleu=bleu,
            mean5=round(sum(five) / max(1, len(five)), 2),
            **more,
        )
        if answers:
            with open(self.out / f"answers-{name}.jsonl", "w") as file:
                for i, answer in said.items():
                    print(
                        json.dumps({"row": i, **self.development.told[i], "answer": answer}),
                        file=file,
                    )
        return losses


def short(setting, kind, rate, seconds, seed):
    tuned = setting.tuned(kind, seed)
    run = trainer.Run(
        tuned, setting.batches(seed), rate, lambda **_: None, seconds=seconds, warmup=20
    )
    run.go()
    with torch.no_grad():
        losses = setting.report(
            f"{kind} {rate} seed {seed}",
            tuned.weights(),
            FIVE,
            tokens=run.tokens,
            pairs=run.pairs,
            seconds=round(run.spent, 1),
        )
    return tuned, losses["function"]


def sweep(setting, seconds):
    setting.report("base", setting.model.cast(setting.model.linear), FIVE)
    best = {}
    for kind, rates in RATES.items():
        for rate in rates:
            tuned, loss = short(setting, kind, rate, seconds, 1)
            if loss < best.get(kind, (99,))[0]:
                best[kind] = (loss, rate, tuned if kind == "full" else None)
            del tuned
    cut = after_svd(setting, best["full"][2], (RANK,))[RANK]
    kind = "low" if best["low"][0] < min(cut, best["full"][0] + 0.02) else "full"
    for seed in (2, 3):
        short(setting, kind, best[kind][1], seconds, seed)
    choice = {
        "kind": kind,
        "rate": best[kind][1],
        "full": best["full"][:2],
        "low": best["low"][:2],
        "cut": cut,
    }
    (setting.out / "choice.json").write_text(json.dumps(choice))
    setting.log(choice=choice)


def after_svd(setting, tuned, ranks):
    """{rank: loss on functions} of what SVD keeps of the tuned weights."""
    pairs, found = adapter.factors(tuned.differences(), max(ranks)), {}
    for rank in ranks:
        losses = setting.development.losses(
            setting.model, adapter.merged_with(setting.model, pairs, rank)
        )
        setting.log(svd=rank, losses=losses)
        found[rank] = losses["function"]
    return found


def main_run(setting, seconds, kind, rate):
    out, low_seconds = setting.out, 0.2 * seconds if kind == "full" else 0
    tuned = setting.tuned(kind)
    run = trainer.Run(tuned, setting.batches(), rate, setting.log, seconds=seconds - low_seconds)
    if (out / "state.pt").exists():
        run.restore(torch.load(out / "state.pt", weights_only=False, map_location=setting.device))

    def at_mark(run):
        with torch.no_grad():
            setting.report(
                f"{kind} at {run.share():.2f}",
                tuned.weights(),
                FIVE,
                tokens=run.tokens,
                pairs=run.pairs,
            )

    def save(run):
        torch.save(run.state(), out / "state.part")
        (out / "state.part").rename(out / "state.pt")

    run.go(CURVE, at_mark, save if setting.device.type == "cpu" else None)
    with torch.no_grad():
        setting.report(
            f"{kind} trained",
            tuned.weights(),
            None,
            answers=kind != "full",
            tokens=run.tokens,
            pairs=run.pairs,
        )
    if kind == "full":
        pairs = adapter.factors(tuned.differences(), 96)
        for rank in (16, 32, 48, 96):
            setting.report(f"svd {rank}", adapter.merged_with(setting.model, pairs, rank), FIVE)
        low = adapter.LowRank(setting.model, RANK)
        low.load_pairs([(a[:RANK], b[:, :RANK]) for a, b in pairs])
        last = trainer.Run(low, setting.batches(2), rate / 3, setting.log, seconds=low_seconds)
        last.go()
        tuned = low
        with torch.no_grad():
            setting.report(
                "low after svd", low.weights(), None, answers=True, tokens=run.tokens + last.tokens
            )
    pairs = [(a.detach(), tuned.scale * b.detach()) for a, b in zip(tuned.a, tuned.b)]
    adapter.save(out / "adapter", setting.model, pairs, RANK, pieces=2)
    setting.report(
        "bf16 adapter",
        adapter.merged_with(setting.model, [(a.bfloat16(), b.bfloat16()) for a, b in pairs]),
        FIVE,
    )


def main():
    task, data, gguf, out, seconds, *rest = sys.argv[1:]
    setting = Setting(data, gguf, out)
    setting.check()
    if task == "sweep":
        return sweep(setting, float(seconds))
    choice = Path(out) / "choice.json"
    told = json.loads(choice.read_text()) if choice.exists() else {"kind": "low", "rate": 2e-3}
    kind = rest[0] if rest else told["kind"]
    main_run(setting, float(seconds), kind, float(rest[1]) if len(rest) > 1 else told["rate"])


if __name__ == "__main__":
    main()
