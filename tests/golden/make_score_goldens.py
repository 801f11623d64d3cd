#!/usr/bin/env python3
"""Writes tests/golden/scores.jsonl: pairs of sentences with the scores that the
original programs give them. Not a part of the build.

usage: pip install rouge-score==0.1.2 sacrebleu==2.5.1 && \
       tests/golden/make_score_goldens.py CODEXGLUE > tests/golden/scores.jsonl

CODEXGLUE is a checkout of microsoft/CodeXGLUE: its own BLEU is asked.
"""

import importlib.util
import json
import pathlib
import sys

from rouge_score import rouge_scorer
from sacrebleu.metrics import CHRF

PAIRS = [
    ('Reads a file.', 'Reads a file.'),
    ('Reads a file.', ''),
    ('', 'Reads a file.'),
    ('Reads a file.', 'Completely different words here'),
    ('Reads the whole file into memory.', 'The file is read into the memory.'),
    ('Returns the number of open connections.',
     'Return number of connections which are open'),
    ('a b c d', 'd c b a'),
    ('the the the the', 'the'),
    ('the', 'the the the the'),
    ('Parses HTTP/1.1 headers (RFC 7230).', 'parse the http 1.1 header'),
    ('snake_case_name is split', 'Splits snake case name'),
    ('Größe des Fensters in Pixeln', 'größe der fenster, in pixeln'),
    ('计算两个向量的点积', '计算向量的点积'),
    ('Ανάγνωση αρχείου', 'ανάγνωση του αρχείου'),
    ('naïve café', 'naive cafe'),
    ('x', 'x'),
    ('x', 'y'),
    ('ab', 'abab'),
    ('Caresses ponies; agreed, plastered and motoring cats.',
     'caress poni agree plaster motor cat'),
    ('conflated troubled sized hopping tanned falling hissing fizzed failing '
     'filing', 'conflate trouble size hop tan fall hiss fizz fail file'),
    ('relational conditional rational valency hesitancy digitizer conformably '
     'radically differently vilely analogously',
     'relate condition ration valence hesitance digitize conformable radical '
     'different vile analogous'),
    ('vietnamization predication operator feudalism decisiveness hopefulness '
     'callousness formality sensitivity sensibility',
     'vietnamize predicate operate feudal decisive hopeful callous formal '
     'sensitive sensible'),
    ('triplicate formative formalize electricity electrical hopeful goodness',
     'triplic form formal electric electr hope good'),
    ('revival allowance inference airliner gyroscopic adjustable defensible '
     'irritant replacement adjustment dependent adoption communism activate '
     'angularity homologous effective bowdlerize',
     'reviv allow infer airlin gyroscop adjust defens irrit replac adjust '
     'depend adopt commun activ angular homolog effect bowdler'),
    ('probate rate cease controlling rolling', 'probat rate ceas control roll'),
    ('dying lying tying skies news innings outings proceed exceed succeed',
     'die lie tie sky new inning outing proceeds exceeds succeeds'),
    ('flies dies ties tried died cried enjoyed saying happily fully analogy '
     'archaeology', 'fly die tie try cry enjoy say happy full analog'),
    ('oed ing sing bring bled feed need eed', 'o sing bring bleed fed'),
    ('Opens  the\tfile\nand   reads it', 'opens the file and reads it'),
    ('e.g. 3.14, 2-3 and -5%', '3.14 2 3 5'),
    ('C++ & C# <T> "quoted" &amp; more', 'C and C T quoted amp more'),
    ('word ' * 60, 'word ' * 40 + 'other ' * 20),
    ('Creates a socket, binds it to the port and listens.',
     'Listens on a port after creating and binding a socket.'),
    ('Computes the SHA-256 hash of a buffer.',
     'This function computes hashes using sha256 for buffers'),
]


def codexglue(checkout):
    """Returns the function of a reference and a candidate to their BLEU."""
    path = pathlib.Path(checkout) / 'Code-Text/code-to-text/code/bleu.py'
    spec = importlib.util.spec_from_file_location('codexglue_bleu', path)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)

    def words(text):
        return program.splitPuncts(text.strip().lower())
    return lambda ref, cand: 100 * program.bleu([words(ref)], words(cand))[0]


def main():
    bleu = codexglue(sys.argv[1])
    chrf = CHRF()
    scorers = {name: rouge_scorer.RougeScorer(['rouge1', 'rouge2', 'rougeL'],
                                              use_stemmer=name == 'stem')
               for name in ('stem', 'nostem')}
    for ref, cand in PAIRS:
        row = {'ref': ref, 'cand': cand, 'codexglue_bleu': bleu(ref, cand),
               'chrf': chrf.sentence_score(cand, [ref]).score}
        for name, scorer in scorers.items():
            row[name] = {kind: list(score)
                         for kind, score in scorer.score(ref, cand).items()}
        print(json.dumps(row, ensure_ascii=False))


if __name__ == '__main__':
    main()
