"""Draws the learning curve of a run as SVG.

usage: curve.py LOG.jsonl OUT.svg
"""

import json
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))
from svg import MARGIN, WIDTH, line, style, text  # noqa: E402

HEIGHT, TOP, BOTTOM, LEFT, BETWEEN = 330, 84, 44, 56, 60


def points(path):
    """(pairs, loss on functions, mean BLEU) on development rows: at marks of the long run, and of short runs."""
    curve, short = [], []
    for row in map(json.loads, open(path)):
        if "losses" not in row or not row.get("pairs"):
            continue
        point = (row["pairs"], row["losses"]["function"], row["mean5"])
        if row["dev"].startswith("low at ") or row["dev"] == "low trained":
            curve.append(point)
        elif row["dev"].startswith("low 0.003"):
            short.append(point)
    return curve, short


class Plot:
    """One panel: pairs on a scale of doublings, and one of a point's numbers."""

    def __init__(self, left, width, title, least, most, show):
        self.left, self.width, self.title = left, width, title
        self.least, self.most, self.show = least, most, show
        self.low, self.high = math.log2(16_000), math.log2(1_000_000)

    def x(self, pairs):
        return self.left + self.width * (math.log2(pairs) - self.low) / (self.high - self.low)

    def y(self, value):
        share = (value - self.least) / (self.most - self.least)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    def grid(self, step):
        parts = [text(self.left, TOP - 18, self.title, "text bold")]
        value = self.least
        while value <= self.most + 1e-9:
            parts.append(
                line(self.left, self.y(value), self.left + self.width, self.y(value), "grid")
            )
            parts.append(
                text(self.left - 6, self.y(value) + 4, self.show(value), "muted small", "end")
            )
            value += step
        for pairs in (20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000):
            said = f"{pairs // 1000}k" if pairs < 1e6 else "1M"
            parts.append(text(self.x(pairs), HEIGHT - BOTTOM + 18, said, "muted small", "middle"))
        return parts

    def draw(self, curve, short, which):
        at = [(self.x(p[0]), self.y(p[which])) for p in curve]
        parts = [line(*a, *b, "own", 'stroke-width="2"') for a, b in zip(at, at[1:])]
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" class="own"/>' for x, y in at]
        for p in short:
            parts.append(
                f'<circle cx="{self.x(p[0]):.1f}" cy="{self.y(p[which]):.1f}" r="3.5" class="mark"/>'
            )
        return parts


def main():
    curve, short = points(sys.argv[1])
    width = (WIDTH - 2 * MARGIN - 2 * LEFT - BETWEEN) / 2 + 20
    loss = Plot(
        MARGIN + LEFT, width, "nats a token of the answer, functions", 2.35, 2.65, "{:.2f}".format
    )
    bleu = Plot(
        MARGIN + LEFT + width + BETWEEN,
        width,
        "BLEU, mean of five languages",
        16,
        20,
        "{:.0f}".format,
    )
    parts = [
        style(),
        text(
            MARGIN, 26, "What more pairs bring: development rows, packages held apart", "text title"
        ),
        text(
            MARGIN,
            46,
            "Blue: one run of 741,005 pairs, its rate falling to zero at the last point. "
            "Orange: three seeds, runs that end at 23,000 pairs.",
            "muted small",
        ),
    ]
    parts += (
        loss.grid(0.05) + loss.draw(curve, short, 1) + bleu.grid(1) + bleu.draw(curve, short, 2)
    )
    parts.append(text(MARGIN + LEFT, HEIGHT - 6, "pairs seen", "muted small"))
    Path(sys.argv[2]).write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" class="page"/>' + "\n".join(parts) + "</svg>\n"
    )


if __name__ == "__main__":
    main()
