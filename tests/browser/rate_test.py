#!/usr/bin/env python3
"""Rates summaries with `dobby rate` in a real browser, by keyboard alone.

usage: tests/browser/rate_test.py [--dobby build/dobby] [--screenshots DIR]

Needs Chromium and its driver: tools/setup browser. Speaks WebDriver itself, so
it needs no package of Python. Checks that the ratings file holds what was
typed, that a reload goes on where it stopped, and that nothing that the
browser received names a system.
"""

import argparse
import base64
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request

ENTER, BACKSPACE, TAB, PAGE_DOWN = '\ue007', '\ue003', '\ue004', '\ue00f'
SYSTEM = 'Zebra-7B'
CHROMIUM = ['--headless=new', '--no-sandbox', '--disable-gpu',
            '--disable-dev-shm-usage', '--window-size=1280,900']


class Browser:
    """A session of chromedriver."""

    def __init__(self, folder, dark=False):
        self.driver = subprocess.Popen(
            ['chromedriver', '--port=0'], stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL)
        for line in self.driver.stdout:
            port = re.search(r'started successfully on port (\d+)', line)
            if port:
                break
        else:
            raise RuntimeError('chromedriver does not start')
        self.url = f'http://127.0.0.1:{port[1]}/session'
        options = CHROMIUM + [f'--user-data-dir={folder}/profile']
        if dark:
            options.append('--force-dark-mode')
        made = self.call('', {'capabilities': {'alwaysMatch': {
            'goog:loggingPrefs': {'performance': 'ALL', 'browser': 'ALL'},
            'goog:chromeOptions': {'args': options}}}})
        self.url += '/' + made['sessionId']

    def call(self, path, body=None, method='POST'):
        request = urllib.request.Request(
            self.url + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={'Content-Type': 'application/json'})
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)['value']

    def open(self, url):
        self.call('/url', {'url': url})

    def type(self, keys):
        """Real key presses, to whatever has the focus."""
        actions = [{'type': kind, 'value': key} for key in keys
                   for kind in ('keyDown', 'keyUp')]
        self.call('/actions', {'actions': [
            {'type': 'key', 'id': 'keyboard', 'actions': actions}]})

    def run(self, script):
        return self.call('/execute/sync', {'script': script, 'args': []})

    def wait(self, condition):
        """Waits until a condition of JavaScript holds."""
        script = ('const done = arguments[0], end = Date.now() + 10000;'
                  f'(function look() {{ if ({condition}) done(true);'
                  'else if (Date.now() > end) done(false);'
                  'else setTimeout(look, 10); })()')
        held = self.call('/execute/async', {'script': script, 'args': []})
        assert held, f'never came: {condition}\n{self.text()}'

    def text(self):
        return self.run('return document.body.innerText')

    def log(self, kind):
        return self.call('/se/log', {'type': kind})

    def received(self):
        """Everything that came over the network, headers and bodies."""
        everything = ''
        for entry in self.log('performance'):
            message = json.loads(entry['message'])['message']
            if not message['method'].startswith('Network.'):
                continue
            everything += json.dumps(message)
            if message['method'] == 'Network.loadingFinished':
                everything += self.body(message['params']['requestId'])
        return everything

    def body(self, request):
        try:
            return self.call('/goog/cdp/execute', {
                'cmd': 'Network.getResponseBody',
                'params': {'requestId': request}})['body']
        except urllib.error.HTTPError:
            return ''  # Of a page that was left.

    def screenshot(self, path):
        png = self.call('/screenshot', method='GET')
        pathlib.Path(path).write_bytes(base64.b64decode(png))

    def close(self):
        self.call('', method='DELETE')
        self.driver.terminate()
        self.driver.wait()


class Dobby:
    """`dobby rate`, serving."""

    def __init__(self, program, data):
        self.process = subprocess.Popen(
            [program, 'rate', '--data', data, '--port', '0'],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        assert re.fullmatch(r'http://127\.0\.0\.1:\d+/[0-9a-f]{32}/', self.url), self.url

    def stop(self, how=signal.SIGINT):
        self.process.send_signal(how)
        self.process.communicate(timeout=10)
        return self.process.returncode


def write_data(folder):
    """Three rows, a system's answers; returns the data's path."""
    rows, answers = [], []
    code = ('def read_rows(path, limit=None):\n    rows = []\n'
            '    with open(path) as file:\n        for line in file:\n'
            '            if limit is not None and len(rows) == limit:\n'
            '                break\n            rows.append(line.split(","))\n'
            '    return rows\n' + '\n# More of it.\n' * 60)
    for i in range(3):
        rows.append({'id': f'r{i}', 'lang': 'python', 'path': f'io/rows{i}.py',
                     'code': f'# Part {i} <b>\n' + code,
                     'reference': f'Reads at most `limit` rows, part {i}.'})
        answers.append({'id': f'r{i}', 'key': SYSTEM, 'lines': [
            f'Reads the lines of a file & splits them, part {i}.',
            'Defines function read_rows.']})
    data = pathlib.Path(folder, 'rows.jsonl')
    kept = pathlib.Path(folder, 'rows.jsonl.eval')
    kept.mkdir()
    for path, lines in ((data, rows), (kept / f'{SYSTEM}-lines.jsonl', answers)):
        path.write_text(''.join(json.dumps(line) + '\n' for line in lines))
    return str(data)


def kept(data):
    return [json.loads(line) for line in open(data + '.ratings')]


def at_item(browser, row, summary):
    browser.wait('document.getElementById("where").textContent === '
                 f'"Code {row} of 3, summary {summary} of 2"')


def rate_two_rows(browser, data, shoot):
    browser.wait('document.activeElement.id === "name"')
    shoot('1_name')
    browser.type('Ann' + ENTER)
    given = []
    for number, keys in enumerate(['5432', '1111', '3333', '2345']):
        at_item(browser, number // 2 + 1, number % 2 + 1)
        if number == 0:
            check_order_of_focus(browser)
            browser.type(PAGE_DOWN)
            browser.wait('document.getElementById("code").scrollTop > 100')
        browser.type(keys)
        if number == 1:
            shoot('2_rated')
        browser.type(ENTER)
        given.append([int(key) for key in keys])
    at_item(browser, 3, 1)
    assert [list(r['scores'].values()) for r in kept(data)] == given, kept(data)
    assert {r['rater'] for r in kept(data)} == {'Ann'}
    assert len({r['candidate'] for r in kept(data)}) == 4


def check_order_of_focus(browser):
    """From the first scale by Tab: the others, Back is off, Save, Code."""
    where = ('const e = document.activeElement;'
             'return e.name || e.id || e.tagName')
    seen = []
    for _ in range(5):
        seen.append(browser.run('return (() => {' + where + '})()'))
        browser.type(TAB)
    assert seen == ['c0', 'c1', 'c2', 'c3', 'next'], seen
    browser.run('document.activeElement.blur(); '
                'document.querySelector("input[name=c0]").focus()')


def check_incomplete_and_back(browser, data):
    """Enter without all scores keeps nothing; Backspace shows what was given."""
    browser.type('4' + ENTER)
    browser.wait('!document.getElementById("problem").hidden')
    assert len(kept(data)) == 4
    browser.type(BACKSPACE)
    at_item(browser, 2, 2)
    checked = ('return [...document.querySelectorAll(":checked")]'
               '.map((r) => r.value).join("")')
    assert browser.run(checked) == '2345'
    browser.type('5' + ENTER)  # Another score on the first scale.
    at_item(browser, 3, 1)
    assert browser.run(checked) == '4', 'what was not saved is still there'
    assert list(kept(data)[-1]['scores'].values()) == [5, 3, 4, 5]


def rate_the_rest(browser, data, shoot):
    for summary in (1, 2):
        at_item(browser, 3, summary)
        browser.type('1234' + ENTER)
    browser.wait('!document.getElementById("done").hidden')
    shoot('3_done')
    assert len(kept(data)) == 7


def check_results(program, data):
    out = subprocess.run([program, 'rate', '--data', data, '--json'],
                         capture_output=True, text=True, check=True).stdout
    results = json.loads(out)
    assert [s['name'] for s in results['systems']] == [
        'reference', f'{SYSTEM}-lines'], results['systems']
    assert results['raters'] == [{'name': 'Ann', 'rated': 6}]
    assert len(results['ratings']) == 6


def test(program, folder, screenshots):
    data = write_data(folder)
    dobby = Dobby(program, data)
    browser = Browser(folder, dark=False)

    def shoot(name):
        if screenshots:
            browser.screenshot(pathlib.Path(screenshots, name + '.png'))

    received = ''
    try:
        browser.open(dobby.url)
        rate_two_rows(browser, data, shoot)
        received += browser.received()
        browser.call('/refresh', {})
        at_item(browser, 3, 1)
        check_incomplete_and_back(browser, data)
        received += browser.received()
        # A killed server loses nothing; the next one goes on.
        dobby.stop(signal.SIGKILL)
        dobby = Dobby(program, data)
        browser.open(dobby.url)
        browser.wait('document.activeElement.id === "name"')
        browser.type('Ann' + ENTER)
        rate_the_rest(browser, data, shoot)
        received += browser.received()
        shown = browser.run('return document.documentElement.outerHTML')
        problems = [e['message'] for e in browser.log('browser')]
    finally:
        browser.close()
        status = dobby.stop()
    assert status == 130, status
    for text in (received, shown, open(data + '.ratings').read()):
        assert SYSTEM.lower() not in text.lower()
    assert 'Reads the lines of a file' in received, 'the check sees bodies'
    assert not problems, problems
    check_results(program, data)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--dobby', default='build/dobby')
    parser.add_argument('--screenshots')
    args = parser.parse_args()
    if args.screenshots:
        os.makedirs(args.screenshots, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix='dobby_rate_') as folder:
        test(args.dobby, folder, args.screenshots)
    print('rate_test: passed')
    return 0


if __name__ == '__main__':
    sys.exit(main())
