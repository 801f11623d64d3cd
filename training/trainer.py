"""One training run: learning rate, steps, and what is written down on the way."""

import json
import queue
import threading
import time
from collections import defaultdict

import torch

import scores


class Ahead:
    """Batches made by a thread while the device works on the one before."""

    def __init__(self, batches):
        self.queue, self.stop = queue.Queue(4), False
        self.thread = threading.Thread(target=self._fill, args=(batches,), daemon=True)
        self.thread.start()

    def _fill(self, batches):
        while not self.stop:
            batch = batches.take()
            while not self.stop:
                try:
                    self.queue.put(batch, timeout=1)
                    break
                except queue.Full:
                    continue

    def take(self):
        return self.queue.get()

    def close(self):
        self.stop = True


class Run:
    """Trains `tuned` (adapter.Full or LowRank) on batches, for so many seconds or tokens.

    The rate rises for `warmup` steps and falls to zero at the end in a straight line.
    """

    def __init__(self, tuned, batches, rate, log, seconds=None, tokens=None, warmup=40):
        self.tuned, self.batches, self.rate, self.log = tuned, batches, rate, log
        self.seconds, self.budget, self.warmup = seconds, tokens, warmup
        fused = tuned.model.device.type == "cuda"
        self.optimiser = torch.optim.AdamW(
            tuned.parameters(), lr=rate, betas=(0.9, 0.98), weight_decay=0, fused=fused
        )
        self.step = self.tokens = self.pairs = 0
        self.spent = 0.0

    def share(self):
        return min(1.0, self.spent / self.seconds if self.seconds else self.tokens / self.budget)

    def one(self, batch):
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate * min(1, (self.step + 1) / self.warmup) * (1 - self.share())
        nats, count = self.tuned.model.loss(self.tuned.weights(), batch)
        (nats / count).backward()
        torch.nn.utils.clip_grad_norm_(self.tuned.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self.pairs += batch.pairs
        self.tokens += int(self.batches.tokens)
        return (nats / count).detach()

    def go(self, marks=(), at_mark=None, save=None, save_every=240):
        """Runs to the end; calls at_mark(run) as each share of the whole in `marks` is reached."""
        ahead, marks, losses = Ahead(self.batches), sorted(marks), []
        last_save = time.time()
        try:
            while self.share() < 1:
                begin = time.time()
                losses.append(self.one(ahead.take()))
                if len(losses) == 20 or not self.seconds or self.spent == 0:
                    torch.cuda.synchronize() if self.tuned.model.device.type == "cuda" else None
                self.spent += time.time() - begin
                if len(losses) == 20:
                    self.log(
                        step=self.step,
                        tokens=self.tokens,
                        pairs=self.pairs,
                        seconds=round(self.spent, 1),
                        loss=round(torch.stack(losses).mean().item(), 4),
                    )
                    losses = []
                if marks and self.share() >= marks[0]:
                    marks = [mark for mark in marks if mark > self.share()]
                    at_mark(self)
                if save and time.time() - last_save > save_every:
                    save(self)
                    last_save = time.time()
        finally:
            ahead.close()

    def state(self):
        return {
            "tuned": [p.detach() for p in self.tuned.parameters()],
            "optimiser": self.optimiser.state_dict(),
            "numbers": (self.step, self.tokens, self.pairs, self.spent),
            "batches": (self.batches.epoch, self.batches.next, self.batches.waiting),
        }

    def restore(self, state):
        with torch.no_grad():
            for parameter, saved in zip(self.tuned.parameters(), state["tuned"]):
                parameter.copy_(saved)
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.tokens, self.pairs, self.spent = state["numbers"]
        self.batches.resume(*state["batches"])


class Development:
    """Loss by task, and BLEU of greedy answers, on rows of packages that nothing is trained on."""

    def __init__(self, encoded, told, tokenizer, batches_of, stop, answers_per_kind=100, least=4):
        self.tokenizer, self.stop = tokenizer, stop
        self.encoded, self.told = encoded, told
        groups = defaultdict(list)
        for i, row in enumerate(told):
            groups["negative" if row["negative"] else row["task"]].append(i)
        self.groups = {task: list(batches_of(only).all()) for task, only in groups.items()}
        kinds = defaultdict(list)
        for i, row in enumerate(told):
            kind = (
                "negative"
                if row["negative"]
                else f"{row['task']} {row['lang']}" if row["task"] == "function" else row["task"]
            )
            if len(kinds[kind]) < answers_per_kind:
                kinds[kind].append(i)
        self.kinds = {kind: some for kind, some in sorted(kinds.items()) if len(some) >= least}

    @torch.no_grad()
    def losses(self, model, linear):
        found = {}
        for task, batches in self.groups.items():
            sums = [model.loss(linear, batch) for batch in batches]
            found[task] = round(sum(float(n) for n, _ in sums) / sum(c for _, c in sums), 4)
        return found

    def answers(self, model, linear, only=None):
        """Returns ({kind: BLEU}, {row: answer}); `only`: kinds that are asked for."""
        ids, starts, answers = self.encoded
        kinds = {k: v for k, v in self.kinds.items() if only is None or k in only}
        wanted = [i for some in kinds.values() for i in some]
        order = sorted(wanted, key=lambda i: int(answers[i]))
        said = {}
        for begin in range(0, len(order), 256):
            some = order[begin : begin + 256]
            prompts = [ids[starts[i] : starts[i] + answers[i]].tolist() for i in some]
            for i, answer in zip(some, model.greedy(linear, prompts, self.stop)):
                said[i] = " ".join(self.tokenizer.decode(answer).split())
        bleu = {
            kind: round(
                sum(scores.bleu(self.told[i]["text"], said[i]) for i in some) / len(some), 2
            )
            for kind, some in kinds.items()
        }
        return bleu, said


def logger(path):
    """Returns a function that writes its arguments as a line of JSON, to a file and to the screen."""
    file = open(path, "a")

    def log(**values):
        file.write(json.dumps(values) + "\n")
        file.flush()
        print(json.dumps(values), flush=True)

    return log
