#!/usr/bin/env python3
"""The arithmetic of the measurements, on cases that are known by hand."""

import json
import pathlib
import tempfile
import unittest
import xml.etree.ElementTree

import kernel_rows
import picture
import prefill
import roofline
import steady
import svg


def event(name, start_ms, duration_ms, tokens, requests):
    return {'name': name, 'ts': 1e3 * start_ms, 'dur': 1e3 * duration_ms,
            'args': {'tokens': tokens, 'requests': requests}}


def write_json(folder, name, value):
    path = pathlib.Path(folder) / name
    path.write_text(json.dumps(value))
    return path


class Steady(unittest.TestCase):
    def test_drift_is_the_change_along_the_line(self):
        self.assertEqual(steady.drift([7.0] * 9), 0)
        self.assertAlmostEqual(steady.drift([9.0, 10.0, 11.0]), 0.2)
        self.assertLess(steady.drift([10.0, 9.9, 9.8]), 0)

    def test_tenths_have_their_tokens_and_all_the_time(self):
        trace = [event('prefill', 10 * i, 9, 5, 1) for i in range(20)]
        times, tokens = steady.boundaries(trace, 10)
        self.assertEqual(tokens, [10] * 10)
        self.assertEqual((times[0], times[-1]), (0, 0.199))
        self.assertEqual(len(steady.rates(trace, 20)), 20)
        with self.assertRaises(SystemExit):
            steady.rates(trace, 30)

    def test_prompts_are_different_and_short(self):
        prompts = steady.short_prompts(1000)
        self.assertEqual(len(set(prompts)), 1000)
        self.assertLess(max(map(len, prompts)), 200)


class Decoding(unittest.TestCase):
    def test_only_steps_of_one_token_for_every_sequence_count(self):
        trace = [event('prefill', 0, 5, 512, 1), event('decode', 5, 2, 10, 10),
                 event('decode', 9, 2, 10, 10), event('decode', 12, 2, 9, 9)]
        self.assertEqual(prefill.full_steps(trace), [0.004])


class Work(unittest.TestCase):
    def setUp(self):
        with tempfile.TemporaryDirectory() as folder:
            names = ('attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate',
                     'ffn_up', 'ffn_down')
            write_json(folder, 'dobby.json', {
                'shape': {'layers': 1, 'width': 64, 'ffn_width': 128,
                          'heads': 2, 'kv_heads': 1, 'head_size': 32,
                          'vocab': 100},
                'tensors': [{'name': f'blk.0.{name}.weight',
                             'as': 'int4 block 32'} for name in names] +
                [{'name': 'token_embd.weight', 'as': 'int8 block 32'}]})
            self.work = roofline.Work(pathlib.Path(folder))

    def test_linear(self):
        layer = 64 * 64 + 2 * 64 * 32 + 64 * 64 + 3 * 64 * 128
        self.assertEqual(self.work.linear_ops(10, 1),
                         2 * (10 * layer + 64 * 100))
        self.assertEqual(self.work.weight_bytes(),
                         layer * 18 / 32 + 64 * 100 * 34 / 32)

    def test_attention_in_parts_is_attention_at_once(self):
        self.assertEqual(self.work.attention_flops(0, 1), 4 * 2 * 32)
        self.assertEqual(self.work.attention_flops(0, 7) +
                         self.work.attention_flops(7, 5),
                         self.work.attention_flops(0, 12))


class Kernels(unittest.TestCase):
    def test_a_fraction_is_of_the_peak_of_the_same_unit_and_isa(self):
        def row(family, name, unit, rate, kind='iteration'):
            return {'run_name': name, 'run_type': kind, unit: rate,
                    'family_index': family, 'per_family_instance_index': 0}
        product = 'N:96/K:64/bits:8/M:512'
        with tempfile.TemporaryDirectory() as folder:
            path = write_json(folder, 'kernels.json', {'benchmarks': [
                row(0, 'Peak/x', 'ops/s', 80e9),
                row(0, 'Peak/x', 'ops/s', 100e9),
                row(1, 'Peak/x', 'flop/s', 1e9),
                row(2, f'Linear/y/{product}', 'ops/s', 10e9),
                row(3, f'Linear/x/{product}', 'ops/s', 50e9),
                row(3, f'Linear/x/{product}', 'ops/s', 70e9),
                row(3, f'Linear/x/{product}', 'ops/s', 9e9, 'aggregate')]})
            rows, repetitions = kernel_rows.kernel_rows(path)
        self.assertEqual([r['fractions'] for r in rows], [[0.5, 0.7], None])
        self.assertEqual((rows[0]['target'], repetitions), (0.85, 2))


class Pictures(unittest.TestCase):
    def test_a_grid_has_a_few_round_lines(self):
        for top, step in ((100, 20), (55, 10), (640, 100), (0.7, 0.1), (8, 2)):
            with self.subTest(top=top):
                self.assertAlmostEqual(svg.round_step(top), step)

    def test_names_are_escaped(self):
        panel = svg.Panel('a & b', [(1, 2, 3), None], str,
                          [(4, 'm', 0, 1)])
        document = svg.chart('<title>', 's', ['x', 'y'], [panel], ['<note>'])
        root = xml.etree.ElementTree.fromstring(document)
        self.assertIn('<note>', [e.text for e in root.iter()])

    def test_only_what_is_between_the_markers_changes(self):
        page = 'a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n'
        once = picture.fill_in(page, 'x', r'new \1')
        self.assertEqual(
            once, 'a\n<!-- begin x -->\nnew \\1\n<!-- end x -->\nb\n')
        self.assertEqual(picture.fill_in(once, 'x', r'new \1'), once)
        with self.assertRaises(SystemExit):
            picture.fill_in(page, 'y', '')

    def test_prose_is_wrapped_and_tables_are_not(self):
        prose, row = 'word ' * 40 + 'end.', '| ' + 'cell ' * 40 + '|'
        lines = picture.wrap_prose(f'{prose}\n\n{row}').split('\n')
        self.assertEqual(lines[-2:], ['', row])
        self.assertEqual(' '.join(lines[:-2]), prose)
        self.assertLessEqual(max(map(len, lines[:-2])), 90)


if __name__ == '__main__':
    unittest.main()
