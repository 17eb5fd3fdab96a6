// The tree of choices of a level: what was run, and what need not be, and why.
import { make } from '../../../report/page/client/elements.js';
import { levels } from './levels.js';
import { hashOf } from './state.js';

/** A tree with more executions is closed below its first branches. */
const OPEN_MAX = 12;
const SIGNS = { breaks: '✗', hangs: '✗', incomplete: '…', passes: '✓', 'given up': '…' };

export function drawTree(app, tree) {
  const { id, summary, notes, root } = tree;
  const named = levels.find((level) => level.id === id);
  const all = root === null ? 0 : root.span[1];
  app.replaceChildren(
    make(
      'header',
      {},
      make(
        'p',
        {},
        make('a', { href: hashOf({ level: id }) }, '← play it'),
        ' ',
        make('a', { href: '#' }, 'all levels'),
      ),
      make('h1', {}, `${named.lab}/${named.name}: every execution`),
      make('p', { id: 'summary', class: 'goal' }, summary),
      ...notes.map((text) => make('p', { class: 'dim' }, text)),
    ),
    make(
      'main',
      {},
      make(
        'div',
        { class: 'controls', role: 'toolbar', 'aria-label': 'the tree' },
        make('button', { type: 'button', id: 'open-all', onclick: () => setAll(app, true) }, 'open all'),
        make('button', { type: 'button', id: 'close-all', onclick: () => setAll(app, false) }, 'close all'),
      ),
      root === null
        ? make('p', {}, 'nothing was to be chosen')
        : make(
            'div',
            { id: 'tree', class: 'tree' },
            segment(root, { id, open: all <= OPEN_MAX, first: true }),
          ),
    ),
  );
  document.title = `${id}, every execution: Race Lab`;
}

/** Steps up to where it branches, or to the end. */
function segment({ steps, branches, notTaken, leaf }, around) {
  const rows = steps.flatMap(({ n, worker, label, notTaken: others }) => [
    make(
      'li',
      { class: 'taken' },
      make('span', { class: 'n' }, String(n)),
      ' ',
      make('span', { class: 'action' }, `${worker}: ${label}`),
    ),
    ...others.map((one) => pruned(one, around)),
  ]);
  const end = leaf === null ? '' : leafOf(leaf, around);
  const below = branches.map((branch, at) => branchOf(branch, around, at));
  return make('ul', {}, ...rows, end, ...notTaken.map((one) => pruned(one, around)), ...below);
}

function leafOf({ execution, kind, text, tape, steps }, { id }) {
  return make(
    'li',
    { class: `leaf ${kind === 'breaks' || kind === 'hangs' ? 'bad' : kind === 'passes' ? 'good' : ''}` },
    make(
      'a',
      { id: `execution-${execution}`, href: hashOf({ level: id, tape, steps }) },
      `${SIGNS[kind]} execution ${execution}: ${text}`,
    ),
  );
}

function pruned({ worker, label, reason, same }) {
  const jump = { type: 'button', class: 'jump', onclick: () => show(same) };
  return make(
    'li',
    { class: 'pruned' },
    make('span', { class: 'n', 'aria-hidden': 'true' }, '╳'),
    make('span', {}, ` not taken: ${worker}: ${label}, ${reason} `),
    same === null ? '' : make('button', jump, `show execution ${same}`),
  );
}

/** Drawn when it is opened for the first time: a tree may be large. */
function branchOf(branch, around, at) {
  const { steps, span, wrong } = branch;
  const [first, last] = span;
  const runs = first === last ? `execution ${first}` : `executions ${first} to ${last}`;
  const found = wrong === 0 ? 'none wrong' : `${wrong} wrong`;
  const body = make('div', { hidden: true });
  const toggle = make(
    'button',
    { type: 'button', class: 'branch', 'aria-expanded': 'false' },
    make('span', { class: 'mark', 'aria-hidden': 'true' }),
    make('span', { class: 'n' }, String(steps[0].n)),
    ' ',
    make('span', { class: 'action' }, `${steps[0].worker}: ${steps[0].label}`),
    make('span', { class: 'dim' }, ` ${runs}, ${found}`),
  );
  const set = (open) => {
    // Its first step stands on the button.
    if (open && body.childElementCount === 0)
      body.append(segment({ ...branch, steps: steps.slice(1) }, { ...around, first: false }));
    body.hidden = !open;
    toggle.setAttribute('aria-expanded', String(open));
  };
  toggle.addEventListener('click', () => set(body.hidden));
  const item = make('li', { class: 'below', 'data-first': first, 'data-last': last }, toggle, body);
  item.setOpen = set;
  set(around.open || (around.first && at === 0));
  return item;
}

function setAll(app, open) {
  // Opening makes more of them.
  for (let seen = -1; ;) {
    const items = [...app.querySelectorAll('.below')];
    for (const item of items) item.setOpen(open);
    if (items.length === seen || !open) return;
    seen = items.length;
  }
}

/** Opens what an execution is below of, and goes to it. */
function show(execution) {
  const holds = (item) => Number(item.dataset.first) <= execution && execution <= Number(item.dataset.last);
  for (let opened = -1; ;) {
    const items = [...document.querySelectorAll('.below')].filter(holds);
    for (const item of items) item.setOpen(true);
    if (items.length === opened) break;
    opened = items.length;
  }
  document.querySelector(`#execution-${execution}`)?.focus();
}

// Left and right close and open a branch, up and down go to what comes before and after.
addEventListener('keydown', (event) => {
  const { activeElement: at } = document;
  const tree = document.querySelector('#tree');
  if (tree === null || !tree.contains(at) || event.ctrlKey || event.metaKey || event.altKey) return;
  const item = at.closest('.below');
  const all = [...tree.querySelectorAll('button, a')].filter((one) => one.offsetParent !== null);
  const place = all.indexOf(at);
  if (event.key === 'ArrowDown') all[place + 1]?.focus();
  else if (event.key === 'ArrowUp') all[place - 1]?.focus();
  else if (event.key === 'ArrowRight' && at.matches('.branch')) item.setOpen(true);
  else if (event.key === 'ArrowLeft' && item !== null) {
    item.setOpen(false);
    item.querySelector('.branch').focus();
  } else return;
  event.preventDefault();
});
