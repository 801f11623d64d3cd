"""Bar charts as SVG text: horizontal bars from medians, with whiskers from the
least to the most, readable on light and dark pages."""

from html import escape

# Each pair: on a light page, on a dark one.
COLOURS = {'page': ('#ffffff', '#0d1117'), 'text': ('#1f2328', '#f0f6fc'),
           'muted': ('#59636e', '#9198a1'), 'grid': ('#d8dee4', '#2f353d'),
           'bar': ('#a8b3bf', '#59636e'), 'own': ('#0969da', '#4493f8'),
           'mark': ('#bc4c00', '#f0883e')}
WIDTH, MARGIN = 860, 16
TOP, ROW, BAR = 84, 24, 14
GAP = 40  # Beside a panel, for the figure at the end of a bar.
CHARACTER = 8  # Width of one, in the widest font that is likely.


def style():
    def rules(which):
        return ''.join(
            f'.{name}{{fill:{pair[which]}}}'
            f'.{name}-line{{stroke:{pair[which]}}}'
            for name, pair in COLOURS.items())
    return ('<style>text{font:13px system-ui,"Segoe UI",Helvetica,Arial,'
            'sans-serif}.title{font-size:16px;font-weight:600}'
            '.small{font-size:11.5px}.bold{font-weight:600}'
            f'{rules(0)}@media(prefers-color-scheme:dark){{{rules(1)}}}</style>')


def text(x, y, words, classes='text', anchor='start'):
    return (f'<text x="{x:.1f}" y="{y:.1f}" class="{classes}" '
            f'text-anchor="{anchor}">{escape(words)}</text>')


def line(x1, y1, x2, y2, colour, extra=''):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'class="{colour}-line" {extra}/>')


def round_step(top, count=4):
    """Returns a step of 1, 2 or 5 times a power of ten, for some `count`
    lines of a grid up to `top`."""
    power = 1.0
    while power * 10 <= top / count:
        power *= 10
    while power > top / count:
        power /= 10
    return max(step * power for step in (1, 2, 5)
               if step * power <= top / count)


class Panel:
    """One scale. `bars` has (least, median, most) for each row, or None;
    `marks` are values with a dashed line: [(value, words, first, last row)];
    words only above the first row."""

    def __init__(self, title, bars, show, marks=()):
        self.title, self.bars, self.show = title, bars, show
        self.marks = marks
        self.top = 1.05 * max([bar[2] for bar in bars if bar] +
                              [mark[0] for mark in marks])

    def draw(self, left, width, own):
        scale = width / self.top
        bottom = TOP + ROW * len(self.bars)
        out = [text(left, TOP - 24, self.title, 'muted small')]
        step, at = round_step(self.top), 0
        while at <= self.top:
            x = left + at * scale
            out.append(line(x, TOP - 4, x, bottom, 'grid'))
            out.append(text(x, bottom + 14, f'{at:,g}', 'muted small',
                            'middle'))
            at += step
        for i, bar in enumerate(self.bars):
            out += self._bar(bar, left, scale, TOP + ROW * i, own[i])
        for value, words, first, last in self.marks:
            x = left + value * scale
            y = TOP + ROW * first
            out.append(line(x, y - 4, x, TOP + ROW * (last + 1) - 4, 'mark',
                            'stroke-width="1.5" stroke-dasharray="4 3"'))
            if words:
                out.append(text(x, y - 7, words, 'mark small', 'middle'))
        return out

    def _bar(self, bar, left, scale, y, own):
        """`own`: the colour that stands out."""
        if not bar:
            return [text(left + 4, y + BAR - 2, 'none', 'muted small')]
        least, median, most = (left + value * scale for value in bar)
        middle = y + BAR / 2
        out = [f'<rect x="{left:.1f}" y="{y:.1f}" width="{median - left:.1f}" '
               f'height="{BAR}" rx="2" class="{"own" if own else "bar"}"/>']
        if most - least > 1:
            out.append(line(least, middle, most, middle, 'text'))
            out += [line(x, middle - 3, x, middle + 3, 'text')
                    for x in (least, most)]
        out.append(text(max(median, most) + 5, y + BAR - 2, self.show(bar[1]),
                        'text small'))
        return out


def chart(title, subtitle, labels, panels, notes, own=None):
    """Returns an SVG document. `labels` name the rows; `own` says which of
    them stand out; `notes` are lines below."""
    bold = own or [False] * len(labels)
    own = own or [True] * len(labels)
    height = TOP + ROW * len(labels) + 34 + 17 * len(notes)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} '
           f'{height}" width="{WIDTH}" height="{height}" role="img" '
           f'aria-label="{escape(title)}">', style(),
           f'<rect width="{WIDTH}" height="{height}" class="page"/>',
           text(MARGIN, 26, title, 'text title'),
           text(MARGIN, 44, subtitle, 'muted')]
    left = MARGIN + CHARACTER * max(map(len, labels)) + 12
    for i, label in enumerate(labels):
        out.append(text(left - 12, TOP + ROW * i + BAR - 2, label,
                        'text bold' if bold[i] else 'text', 'end'))
    width = (WIDTH - MARGIN - left) / len(panels) - GAP
    for i, panel in enumerate(panels):
        out += panel.draw(left + i * (width + GAP), width, own)
    for i, note in enumerate(notes):
        out.append(text(MARGIN, TOP + ROW * len(labels) + 38 + 17 * i, note,
                        'muted small'))
    return '\n'.join(out + ['</svg>', ''])
