'use strict';

const CRITERIA = [
  ['Functional accuracy', 'Does it say what the code does, and nothing false?'],
  ['Conciseness', 'Does every word tell something?'],
  ['Clarity', 'Is it easily read and understood?'],
  ['Technical precision', 'Are names and terms right and specific?'],
];
const BEST = 5;  // As in dobby/ratings.h.
const at = (id) => document.getElementById(id);

let rater = '';
let item = null;       // What is on the page.
let total = 0;
let busy = false;      // A request is under way.
const drafts = new Map();  // Scores that are not saved yet, by candidate.

async function ask(path, question) {
  let reply;
  try {
    reply = await fetch(path, {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify(question),
    });
  } catch {
    throw new Error('dobby does not answer. Start it again; what you have ' +
      'entered here is still on this page.');
  }
  if (reply.status === 404) {
    throw new Error('This page is of an earlier run of dobby. Open the ' +
      'address that it printed last.');
  }
  const answer = await reply.json();
  if (!reply.ok) throw new Error(answer.error);
  return answer;
}

// Runs one thing at a time and shows what goes wrong.
async function run(action) {
  if (busy) return;
  busy = true;
  try {
    await action();
    at('problem').hidden = true;
  } catch (error) {
    at('problem').textContent = error.message;
    at('problem').hidden = false;
  } finally {
    busy = false;
  }
}

function only(screen) {
  for (const id of ['start', 'rate', 'done']) at(id).hidden = id !== screen;
}

function radio(criterion, score) {
  const label = document.createElement('label');
  const input = document.createElement('input');
  input.type = 'radio';
  input.name = `c${criterion}`;
  input.value = score;
  label.append(input, ` ${score}`);
  return label;
}

function end(text) {
  const span = document.createElement('span');
  span.className = 'end';
  span.textContent = text;
  return span;
}

function build() {
  CRITERIA.forEach(([name, hint], i) => {
    const made = at('criterion').content.cloneNode(true);
    made.querySelector('legend').textContent = name;
    const line = made.querySelector('.hint');
    line.textContent = hint;
    line.id = `hint${i}`;
    made.querySelector('fieldset').setAttribute('aria-describedby', line.id);
    const scale = made.querySelector('.scale');
    scale.append(end('very poor'));
    for (let score = 1; score <= BEST; score++) scale.append(radio(i, score));
    scale.append(end('very good'));
    at('criteria').append(made);
  });
}

const radios = (criterion) =>
  [...document.querySelectorAll(`input[name=c${criterion}]`)];

const scoreOf = (criterion) =>
  Number(radios(criterion).find((r) => r.checked)?.value ?? 0);

const scores = () => CRITERIA.map((_, i) => scoreOf(i));

function focusOn(criterion) {
  const all = radios(criterion);
  (all.find((r) => r.checked) ?? all[0]).focus();
}

// The criterion that has the focus, else the first one without a score.
function current() {
  const set = document.activeElement.closest('fieldset');
  if (set) return [...document.querySelectorAll('fieldset')].indexOf(set);
  return scores().indexOf(0);
}

function showProgress(progress) {
  total = progress.total;
  at('bar').hidden = at('who').hidden = false;
  at('bar').max = total;
  at('bar').value = progress.rated;
  at('rater').textContent = `${rater}: ${progress.rated} of ${total} rated`;
}

async function show(position) {
  item = await ask('item', {rater, position});
  const about = [item.path, item.language].filter(Boolean).join(', ');
  at('code-title').textContent = about ? `Code: ${about}` : 'Code';
  at('code').textContent = item.code;
  at('code').scrollTop = at('code').scrollLeft = 0;
  at('text').textContent = item.text;
  at('where').textContent = `Code ${item.row + 1} of ${item.rows}, summary ` +
    `${item.of_row + 1} of ${item.row_texts}`;
  const given = drafts.get(item.candidate) ?? item.scores ?? [];
  CRITERIA.forEach((_, i) => radios(i).forEach((r) => {
    r.checked = Number(r.value) === given[i];
  }));
  at('back').disabled = position === 0;
  only('rate');
  focusOn(0);
}

function finish() {
  item = null;
  at('where').textContent = '';
  only('done');
  at('thanks').focus();
}

const goTo = (position) => position < total ? show(position) : finish();

async function start(name) {
  const progress = await ask('progress', {rater: name});
  rater = name;
  sessionStorage.setItem('rater', rater);
  showProgress(progress);
  await goTo(progress.next);
}

async function save() {
  const missing = scores().indexOf(0);
  if (missing >= 0) {
    focusOn(missing);
    throw new Error(`Give a score for ${CRITERIA[missing][0].toLowerCase()}.`);
  }
  const progress = await ask('rate',
    {rater, candidate: item.candidate, scores: scores()});
  drafts.delete(item.candidate);
  showProgress(progress);
  const next = item.position + 1;
  await goTo(next < total ? next : progress.next);
}

async function back() {
  if (item.position === 0) return;
  drafts.set(item.candidate, scores());
  await show(item.position - 1);
}

function leave() {
  sessionStorage.removeItem('rater');
  rater = '';
  item = null;
  drafts.clear();
  at('bar').hidden = at('who').hidden = true;
  at('where').textContent = '';
  only('start');
  at('name').focus();
}

function onKey(event) {
  if (!item || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === 'Backspace') {
    event.preventDefault();
    run(back);
  } else if (event.key === 'PageDown' || event.key === 'PageUp') {
    event.preventDefault();
    const page = 0.9 * at('code').clientHeight;
    at('code').scrollBy(0, event.key === 'PageDown' ? page : -page);
  } else if (/^[1-5]$/.test(event.key)) {
    const criterion = current();
    if (criterion < 0) return;
    event.preventDefault();
    radios(criterion)[Number(event.key) - 1].checked = true;
    if (criterion + 1 < CRITERIA.length) focusOn(criterion + 1);
    else at('next').focus();
  }
}

build();
document.addEventListener('keydown', onKey);
at('name-form').addEventListener('submit', (event) => {
  event.preventDefault();
  run(() => start(at('name').value.trim()));
});
at('scores').addEventListener('submit', (event) => {
  event.preventDefault();
  run(save);
});
at('back').addEventListener('click', () => run(back));
at('leave').addEventListener('click', leave);
at('again').addEventListener('click', () => run(() => show(total - 1)));
const known = sessionStorage.getItem('rater');
if (known) run(() => start(known));
else at('name').focus();
