#!/usr/bin/env node
// Writes src/repo/linguist.tsv from the npm package linguist-languages, which
// carries the language data of GitHub's linguist.
//
// usage: npm pack linguist-languages@9.5.0 && tar xf linguist-languages-*.tgz
//        node tools/make_languages.mjs package > src/repo/linguist.tsv
//
// An ending that several languages use goes to one of them: the one below, or
// the only one whose first ending it is. The others are told from it by
// src/repo/content_rules.cc. An ending that is left has no language by name.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const FIRST = {
  '.1': 'Roff Manpage', '.as': 'ActionScript', '.asc': 'AsciiDoc',
  '.asm': 'Assembly', '.b': 'Limbo', '.bas': 'Visual Basic 6.0',
  '.bb': 'BitBake', '.bf': 'Brainfuck', '.bs': 'BrighterScript',
  '.cfg': 'INI', '.cl': 'OpenCL', '.cls': 'TeX', '.cue': 'CUE', '.d': 'D',
  '.dsc': 'Debian Package Control File', '.e': 'Eiffel', '.ecl': 'ECLiPSe',
  '.es': 'JavaScript', '.ex': 'Elixir', '.f': 'Fortran', '.for': 'Fortran',
  '.fr': 'Frege', '.frag': 'GLSL', '.frm': 'Visual Basic 6.0', '.fs': 'F#',
  '.ftl': 'FreeMarker', '.fx': 'HLSL', '.g': 'GAP', '.gd': 'GDScript', '.gs': 'JavaScript', '.h': 'C',
  '.html': 'HTML', '.i': 'SWIG', '.jq': 'jq', '.json': 'JSON', '.lean': 'Lean 4',
  '.lisp': 'Common Lisp', '.lsp': 'Common Lisp', '.l': 'Lex', '.m': 'MATLAB',
  '.m4': 'M4', '.md': 'Markdown', '.ml': 'OCaml', '.mo': 'Modelica',
  '.nb': 'Wolfram Language', '.nu': 'Nushell', '.odin': 'Odin', '.p':
  'OpenEdge ABL', '.php': 'PHP', '.pkl': 'Pkl', '.pl': 'Perl', '.plist': 'XML Property List',
  '.pm': 'Perl', '.pod': 'Pod', '.pp': 'Puppet', '.pro': 'QMake',
  '.properties': 'Java Properties', '.q': 'q', '.r': 'R', '.res': 'ReScript',
  '.rpy': "Ren'Py", '.rs': 'Rust', '.s': 'Unix Assembly', '.sc': 'Scala',
  '.scm': 'Scheme', '.sol': 'Solidity', '.sql': 'SQL',
  '.st': 'Smalltalk', '.srt': 'SubRip Text', '.star': 'Starlark', '.t': 'Perl', '.toc': 'TeX',
  '.ts': 'TypeScript', '.tsx': 'TSX', '.txt': 'Text', '.typ': 'Typst',
  '.v': 'Verilog', '.x': 'RPC', '.yaml': 'YAML', '.yml': 'YAML', '.yy': 'Yacc',
};
// Endings whose languages have nothing in common.
const NONE = new Set(['.inc', '.cgi', '.fcgi', '.ch', '.mod']);

const folder = resolve(process.argv[2]);
const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
const languages = Object.values(await import(`${folder}/index.js`));
languages.sort((a, b) => (a.name < b.name ? -1 : 1));

const lower = (words) => [...new Set((words ?? []).map((w) => w.toLowerCase()))];
const users = new Map();
for (const language of languages) {
  for (const ending of lower(language.extensions)) {
    users.set(ending, [...(users.get(ending) ?? []), language]);
  }
}
const owner = new Map();
for (const [ending, all] of users) {
  const primary = all.filter((one) => one.extensions[0] === ending);
  const man = /^\.[1-9]/.test(ending) || ending === '.man';
  let name = FIRST[ending] ?? (man && all.length > 1 ? 'Roff Manpage' : '');
  if (!name && all.length === 1) name = all[0].name;
  if (!name && primary.length > 0) name = primary[0].name;
  if (!name) name = all[0].name;
  if (!NONE.has(ending)) owner.set(ending, name);
}
for (const [ending, name] of Object.entries(FIRST)) {
  if (!users.get(ending)?.some((one) => one.name === name)) {
    console.error(`${ending} is none of ${name}`);
  }
}

console.log(`# Languages of GitHub's linguist, from linguist-languages ${version}.`);
console.log('# Copyright (c) 2017 GitHub, Inc.; MIT licence, see NOTICE.');
console.log('# Written by tools/make_languages.mjs; do not edit.');
console.log('# name, kind, aliases, endings, file names, interpreters');
for (const language of languages) {
  const endings = lower(language.extensions)
    .filter((ending) => owner.get(ending) === language.name)
    .map((ending) => ending.slice(1));
  console.log([
    language.name, language.type, (language.aliases ?? []).join('|'),
    endings.join('|'), (language.filenames ?? []).join('|'),
    (language.interpreters ?? []).join('|'),
  ].join('\t'));
}
