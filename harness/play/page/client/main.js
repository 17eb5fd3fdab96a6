// What runs in the browser.
import { make } from '../../../report/page/client/elements.js';
import { ask } from './ask.js';
import { movesInOrder } from './board.js';
import { drawGame } from './game.js';
import { drawLevels, levels } from './levels.js';
import { solve } from './progress.js';
import { read, write } from './state.js';
import { drawTree } from './tree.js';

const app = document.querySelector('#app');
const known = new Map();
const hinted = new Map();
/** What is on the page; undefined while nothing is played. */
let game;
/** The last question: an answer to one before it comes too late. */
let asked = 0;
let busy = false;

/** Asks where a move leads, and shows it. */
async function go(state, onward = { kind: 'stay' }) {
  const number = (asked += 1);
  setBusy(true);
  try {
    const level = await levelOf(state.level, number);
    const view = await ask('play', { level: state.level, tape: state.tape, steps: state.steps, onward });
    if (number !== asked) return;
    show(level, view, state, onward);
  } catch (error) {
    if (number === asked) fail(error.message);
  } finally {
    if (number === asked) setBusy(false);
  }
}

/** Shows every execution of a level; each of them is a link. */
async function goTree(id) {
  const number = (asked += 1);
  wait(`${id}: the lab runs all that may happen, within bounds; this takes some seconds …`);
  setBusy(true);
  try {
    const tree = await ask('tree', { level: id });
    if (number === asked) drawTree(app, tree);
  } catch (error) {
    if (number === asked) fail(error.message);
  } finally {
    if (number === asked) setBusy(false);
  }
}

async function levelOf(id, number) {
  if (!known.has(id)) {
    if (game?.level.id !== id)
      wait(`${id}: the lab looks for a schedule of its own; this takes some seconds …`);
    const level = await ask('level', { level: id });
    if (number === asked) known.set(id, level);
    return level;
  }
  return known.get(id);
}

function show(level, view, state, onward) {
  const moved = onward.kind !== 'stay';
  const next = {
    level: level.id,
    // Behind an undo, what is not played any more stays in the address: it can be played again.
    tape: moved ? view.tape : state.tape,
    steps: view.steps,
    of: moved ? view.steps : Math.max(view.steps, state.of),
  };
  const isNext = game?.level.id === level.id && view.steps === game.view.steps + 1;
  const before = isNext ? game.view.store : undefined;
  if (moved && view.outcome?.won) solve(level.id, { steps: view.size.steps, withinGoal: view.withinGoal });
  game = { level, view, state: next, before, hinted: hinted.get(level.id) ?? 0, notice: view.notice };
  write(next);
  draw();
}

function draw() {
  const { activeElement: focused } = document;
  const move = focused?.dataset?.move;
  const label = focused?.getAttribute('aria-label');
  drawGame(app, game, acts);
  // Whoever plays by the keyboard stays where they were, or comes to what has ended.
  const same =
    label === null || label === undefined
      ? null
      : document.querySelector(`.controls [aria-label="${CSS.escape(label)}"]:enabled`);
  const target =
    same ??
    (game.view.outcome === null
      ? move && (document.querySelector(`[data-move="${move}"]`) ?? document.querySelector('[data-move]'))
      : document.querySelector('#outcome .sentence'));
  target?.focus?.({ preventScroll: game.view.outcome === null });
}

const acts = {
  choose: (choice) => void go(game.state, { kind: 'choose', choice }),
  calm: () => void go(game.state, { kind: 'calm' }),
  undo: () => void go({ ...game.state, steps: Math.max(0, game.state.steps - 1) }),
  redo: () => void go({ ...game.state, steps: Math.min(game.state.of, game.state.steps + 1) }),
  restart: () => void go({ ...game.state, steps: 0 }),
  hint: () => {
    const { id, hints } = game.level;
    hinted.set(id, Math.min(hints.length, game.hinted + 1));
    game = { ...game, hinted: hinted.get(id) };
    draw();
  },
  say: (text) => {
    document.querySelector('#notice').textContent = text;
  },
};

function wait(text) {
  game = undefined;
  app.replaceChildren(make('p', { role: 'status' }, text));
}

function fail(message) {
  const alert = make('p', { role: 'alert', class: 'alert' }, message);
  const again = make('button', { type: 'button', onclick: start }, 'try again');
  if (game === undefined)
    app.replaceChildren(alert, again, make('p', {}, make('a', { href: '#' }, 'all levels')));
  else document.querySelector('#notice').replaceChildren(alert, again);
}

function setBusy(value) {
  busy = value;
  app.toggleAttribute('data-busy', value);
}

/** Shows what the address says. */
function start() {
  const state = read();
  asked += 1;
  if (levels.some(({ id }) => id === state.level)) {
    void (state.tree ? goTree(state.level) : go(state));
    return;
  }
  setBusy(false);
  game = undefined;
  drawLevels(app);
}

addEventListener('keydown', (event) => {
  if (game === undefined || busy || event.ctrlKey || event.metaKey || event.altKey) return;
  const { key } = event;
  const { outcome, steps } = game.view;
  if (key === 'u' && steps > 0) acts.undo();
  else if (key === 'r' && game.state.of > steps) acts.redo();
  else if (key === 'c' && outcome === null) acts.calm();
  else if (/^[1-9]$/.test(key)) {
    const move = movesInOrder(game.view)[Number(key) - 1];
    if (move !== undefined && move.kind !== 'only faults') acts.choose(move.choice);
  } else return;
  event.preventDefault();
});
app.addEventListener(
  'click',
  (event) => {
    // One move after the other: a second click would be about a board that is not there any more.
    if (!busy || event.target.closest('a') !== null) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
addEventListener('popstate', start);
start();
