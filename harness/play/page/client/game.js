// One level: the board, what was done, undo and hints.
import { button, make } from '../../../report/page/client/elements.js';
import { board } from './board.js';
import { levels } from './levels.js';
import { outcome } from './outcome.js';
import { past } from './past.js';
import { treeHash } from './state.js';

/**
 * @param game - level: what is known of it, view: the position, state: as the address has it, before: the store one step earlier
 * @param acts - what the controls do
 */
export function drawGame(app, game, acts) {
  const { level, view, state, notice } = game;
  const named = levels.find(({ id }) => id === level.id);
  app.replaceChildren(
    make(
      'header',
      {},
      make('p', {}, make('a', { href: '#' }, '← all levels')),
      make('h1', {}, `${named.lab}/${named.name}`),
      make('p', { class: 'dim' }, named.title),
      make('p', { id: 'goal', class: 'goal' }, level.goal),
      make('p', {}, make('a', { id: 'to-tree', href: treeHash(level.id) }, 'see every execution, as a tree')),
    ),
    make(
      'main',
      {},
      make('p', { id: 'notice', role: 'status', class: 'notice' }, notice),
      toolbar(game, acts),
      hints(game),
      view.outcome === null ? '' : outcome(view, level, acts.say),
      view.outcome === null ? board(view, acts.choose, game.before) : '',
      make('h2', {}, 'so far'),
      past(view),
      view.outcome === null ? '' : board({ ...view, moves: [] }, acts.choose, game.before),
    ),
  );
  document.title = `${level.id}, step ${state.steps}: Race Lab`;
  const holder = document.querySelector('.lanes');
  holder.scrollTop = holder.scrollHeight;
}

function toolbar({ view, state, level, hinted }, acts) {
  const { steps, size, outcome: end } = view;
  const left = level.hints.length - hinted;
  const where = `step ${steps}, ${counted(size.preemptions, 'preemption')}, ${counted(size.faults, 'fault')}`;
  return make(
    'div',
    { class: 'controls', role: 'toolbar', 'aria-label': 'the game' },
    button('↶ undo', 'undo (u)', acts.undo, steps === 0),
    button('↷ redo', 'redo (r)', acts.redo, state.of <= steps),
    button('|◀ restart', 'restart', acts.restart, steps === 0),
    button('▶▶ calmly to the end', 'calmly to the end (c)', acts.calm, end !== null),
    button(`hint (${left} left)`, 'hint', acts.hint, left <= 0),
    make('span', { id: 'where', class: 'where', 'aria-live': 'polite' }, where),
  );
}

function hints({ level, hinted }) {
  if (hinted === 0) return '';
  const items = level.hints.slice(0, hinted).map((text) => make('li', {}, text));
  return make('ol', { id: 'hints', 'aria-label': 'hints' }, ...items);
}

function counted(number, what) {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
