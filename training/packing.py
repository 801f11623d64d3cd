"""Examples as token ids: one file of all of them, and batches of packed ones."""

from collections import namedtuple

import numpy as np
import torch

import model

# ids, positions (tokens,); ends (examples + 1,) with a fixed length; at: places whose next token is of an
# answer; targets: those tokens; owner (tokens,): whose token it is, of so many `examples` (the padding behind
# them counted), the longest `width` tokens long; pairs: how many are real.
Batch = namedtuple("Batch", "ids positions ends at targets owner examples width pairs")


def encode(tokenizer, rows, prompt, end):
    """Returns (ids, starts, answers): all ids in one array; where each example and its answer begin."""
    ids, starts, answers = [], [0], []
    texts = [prompt(row) for row in rows]
    for row, asked, said in zip(
        rows, tokenizer.encode_batch(texts), tokenizer.encode_batch([r["text"] for r in rows])
    ):
        answers.append(len(asked.ids))
        ids.extend(asked.ids + said.ids[:64] + [end])
        starts.append(len(ids))
    return np.array(ids, np.uint16), np.array(starts, np.int64), np.array(answers, np.int32)


def save(path, encoded):
    ids, starts, answers = encoded
    np.savez(
        path, ids=ids, lengths=np.diff(starts).astype(np.uint16), answers=answers.astype(np.uint16)
    )


def load(path):
    file = np.load(path)
    return (
        file["ids"],
        np.concatenate(([0], np.cumsum(file["lengths"], dtype=np.int64))),
        file["answers"].astype(np.int32),
    )


class Batches:
    """Batches of exactly `tokens` tokens. Examples come in an order of their own each epoch, by the seed."""

    def __init__(self, encoded, tokens, device, seed=1, most_examples=4096, only=None):
        self.ids, self.starts, self.answers = encoded
        self.tokens, self.device, self.seed, self.most = tokens, device, seed, most_examples
        lengths = np.diff(self.starts)
        self.usable = np.flatnonzero(
            (lengths <= min(tokens, model.LONGEST)) & (lengths > self.answers + 1)
        )
        if only is not None:
            self.usable = np.intersect1d(self.usable, only)
        self.epoch, self.order, self.next, self.waiting = -1, [], 0, []

    def _begin(self, epoch):
        self.epoch, self.next = epoch, 0
        self.order = self.usable.copy()
        np.random.default_rng(self.seed * 1000 + epoch).shuffle(self.order)

    def resume(self, epoch, next_one, waiting):
        """Goes on where another one was."""
        if epoch >= 0:
            self._begin(epoch)
        self.next, self.waiting = next_one, list(waiting)

    def _draw(self):
        if self.next == len(self.order):
            self._begin(self.epoch + 1)
        self.next += 1
        return int(self.order[self.next - 1])

    def take(self):
        """The next batch: what does not fit waits for the next one."""
        chosen, room, late = [], self.tokens, []
        pool = self.waiting
        while len(late) < 16 and len(chosen) < self.most - 2:
            example = pool.pop(0) if pool else self._draw()
            length = int(self.starts[example + 1] - self.starts[example])
            if length <= room:
                chosen.append(example)
                room -= length
            else:
                late.append(example)
        self.waiting = late + pool
        return self.batch(chosen)

    def all(self):
        """Every example once, for development."""
        chosen, room = [], self.tokens
        for example in self.usable:
            length = int(self.starts[example + 1] - self.starts[example])
            if length > room or len(chosen) > self.most - 3:
                yield self.batch(chosen)
                chosen, room = [], self.tokens
            chosen.append(int(example))
            room -= length
        if chosen:
            yield self.batch(chosen)

    def batch(self, chosen):
        ids = np.zeros(self.tokens, np.int64)
        positions = np.zeros(self.tokens, np.int64)
        ends, at, targets, filled = [0], [], [], 0
        for example in chosen:
            begin, end = int(self.starts[example]), int(self.starts[example + 1])
            n, answer = end - begin, int(self.answers[example])
            ids[filled : filled + n] = self.ids[begin:end]
            positions[filled : filled + n] = np.arange(n)
            at.append(np.arange(filled + answer - 1, filled + n - 1))
            targets.append(self.ids[begin + answer : end].astype(np.int64))
            filled += n
            ends.append(filled)
        while filled < self.tokens:  # what is left over attends to itself, in short pieces
            n = min(model.LONGEST, self.tokens - filled)
            positions[filled : filled + n] = np.arange(n)
            filled += n
            ends.append(filled)
        lengths = np.diff(ends)
        owner = np.repeat(np.arange(len(lengths)), lengths)
        ends += [self.tokens] * (self.most + 1 - len(ends))

        def put(array, dtype=torch.long):
            tensor = torch.as_tensor(np.asarray(array), dtype=dtype)
            if self.device.type == "cuda":
                return tensor.pin_memory().to(self.device, non_blocking=True)
            return tensor

        return Batch(
            put(ids),
            put(positions),
            put(ends, torch.int32),
            put(np.concatenate(at)),
            put(np.concatenate(targets)),
            put(owner),
            len(lengths),
            int(lengths.max()),
            len(chosen),
        )
