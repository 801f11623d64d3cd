#!/usr/bin/env python3
"""Runs of dobby, watched from outside: memory, CPU time, and what else the
machine did meanwhile. Needs the standard library only."""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time

PEERS = pathlib.Path(os.environ.get(
    'PEERS_HOME', pathlib.Path.home() / '.cache/dobby-peers'))
TICKS = os.sysconf('SC_CLK_TCK')


def machine():
    """What a figure must name: the CPU, its cores and the date."""
    name = 'unknown CPU'
    for line in pathlib.Path('/proc/cpuinfo').read_text().splitlines():
        key, _, value = line.partition(':')
        if key.strip() == 'model name':
            name = value.strip()
            break
    now = datetime.datetime.now(datetime.timezone.utc)
    return {'cpu': name, 'cpus': len(os.sched_getaffinity(0)),
            'date': now.isoformat(timespec='seconds')}


def busy_seconds():
    """CPU seconds that the whole machine was busy since it started."""
    line = pathlib.Path('/proc/stat').read_text().split('\n')[0]
    user, nice, system, _, _, irq, soft_irq = map(int, line.split()[1:8])
    return (user + nice + system + irq + soft_irq) / TICKS


class Watch:
    """Samples a process until it ends: [(time, RSS, anonymous RSS, CPU s)].
    Times are of time.perf_counter()."""

    def __init__(self, process, interval_s=0.1):
        self.samples = []
        self.peak_rss = 0
        self._process = process
        self._interval_s = interval_s
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        folder = pathlib.Path(f'/proc/{self._process.pid}')
        with contextlib.suppress(OSError, KeyError):
            while True:  # Until the process has no memory any more.
                fields = dict(line.split(':') for line in
                              (folder / 'status').read_text().splitlines())
                rss, anonymous, peak = (
                    int(fields[name].split()[0]) * 1024
                    for name in ('VmRSS', 'RssAnon', 'VmHWM'))
                stat = (folder / 'stat').read_text().rpartition(')')[2].split()
                cpu_s = (int(stat[11]) + int(stat[12])) / TICKS
                self.samples.append(
                    (time.perf_counter(), rss, anonymous, cpu_s))
                self.peak_rss = max(self.peak_rss, peak)
                time.sleep(self._interval_s)

    def join(self):
        self._thread.join()


class Program:
    """One dobby binary with one model."""

    def __init__(self, binary, model=None, threads=None):
        self.binary = str(binary)
        self.model = ['--model', str(model)] if model else []
        self.threads = threads or len(os.sched_getaffinity(0))

    def start(self, *words, **settings):
        return subprocess.Popen([self.binary, *words, '--quiet'],
                                stdout=subprocess.PIPE, text=True, **settings)

    def bench(self, prompts, *flags):
        """Runs `dobby bench` on texts. Returns its JSON, with the trace, the
        time of the whole process, and the CPUs that other programs used;
        and the Watch of it."""
        with tempfile.TemporaryDirectory() as folder:
            lines = pathlib.Path(folder) / 'prompts.jsonl'
            trace = pathlib.Path(folder) / 'trace.json'
            lines.write_text(''.join(
                json.dumps({'id': i, 'prompt': text}) + '\n'
                for i, text in enumerate(prompts)))
            busy, own = busy_seconds(), os.times()
            start = time.perf_counter()
            process = self.start(
                'bench', *self.model, '--prompts', str(lines), '--trace',
                str(trace), '--threads', str(self.threads), '--ignore-eos',
                '--json', *flags)
            watch = Watch(process)
            out, _ = process.communicate()
            end = time.perf_counter()
            watch.join()
            if process.returncode:
                raise SystemExit(f'dobby bench: status {process.returncode}')
            result = json.loads(out)
            result['trace'] = json.loads(trace.read_text())
        used = os.times()
        own_s = sum(used[:4]) - sum(own[:4])
        result['process_s'] = end - start
        result['end'] = end
        result['other_cpus'] = max(
            0, (busy_seconds() - busy - own_s) / (end - start))
        result['peak_rss_bytes'] = max(result['peak_rss_bytes'],
                                       watch.peak_rss)
        return result, watch

    def token_count(self, text):
        process = self.start('tokens', '--trusted', *self.model,
                             stdin=subprocess.PIPE)
        return len(json.loads(process.communicate(text)[0]))

    def folder(self):
        """Returns the model folder, by what `dobby model list` says."""
        name = self.model[1] if self.model else 'SmolLM2-135M-Instruct'
        if os.path.isdir(name):
            return pathlib.Path(name)
        process = self.start('model', 'list', '--json')
        models = json.loads(process.communicate()[0])['models']
        paths = [model['path'] for model in models if model['name'] == name]
        if not paths:
            raise SystemExit(f'{name} is not installed')
        return pathlib.Path(paths[0])


def parser(description):
    """Returns the flags that every measurement has."""
    made = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawTextHelpFormatter)
    made.add_argument('--dobby', default='build/dobby')
    made.add_argument('--threads', type=int,
                      help='default: CPUs of this process')
    made.add_argument('--out', help='JSON to write (default: standard output)')
    return made


def finish(options, result):
    """Writes the JSON, with the machine in it."""
    text = json.dumps({'machine': machine(), **result}, indent=1) + '\n'
    if options.out:
        pathlib.Path(options.out).write_text(text)
    else:
        print(text, end='')


if __name__ == '__main__':
    print(json.dumps(machine(), indent=1))
