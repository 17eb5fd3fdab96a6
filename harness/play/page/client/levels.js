// All levels, in the order of the lessons.
import { make } from '../../../report/page/client/elements.js';
import { solvedIn } from './progress.js';
import { hashOf } from './state.js';

export const levels = JSON.parse(document.querySelector('#levels').textContent);

export function drawLevels(app) {
  const labs = Map.groupBy(levels, ({ lab }) => lab);
  const toBreak = levels.filter((level) => level.toBreak);
  const solved = toBreak.filter(({ id }) => solvedIn(id) !== undefined);
  app.replaceChildren(
    make(
      'header',
      {},
      make('h1', {}, 'You are the scheduler'),
      make(
        'p',
        {},
        'The code is real, and so is the Redis behind it. You decide whose command is next, where a connection breaks, and when ' +
          'time passes. You win when the code does something wrong.',
      ),
      make('p', { id: 'solved' }, `${solved.length} of ${toBreak.length} solved`),
    ),
    make('main', {}, ...[...labs.values()].map(drawLab)),
  );
  document.title = 'Race Lab: you are the scheduler';
}

function drawLab(own) {
  const [{ lab, labTitle }] = own;
  const items = own.map((level) =>
    make(
      'li',
      {},
      make('a', { href: hashOf({ level: level.id }) }, level.name),
      make('span', { class: 'sign' }, signOf(level)),
      make('div', { class: 'dim' }, level.title),
    ),
  );
  return make(
    'section',
    { 'aria-label': lab },
    make('h2', {}, lab, make('span', { class: 'dim' }, `  ${labTitle}`)),
    make('ol', { class: 'levels' }, ...items),
  );
}

function signOf({ id, toBreak }) {
  const solved = solvedIn(id);
  if (solved !== undefined) return ` ${solved.withinGoal ? '★' : '✓'} solved in ${solved.steps} steps`;
  return toBreak ? ' ○ open' : ' ◇ the lab shows that it holds';
}

/** The level behind this one that is to be broken; undefined behind the last. */
export function nextLevel(id) {
  const at = levels.findIndex((level) => level.id === id);
  return levels.slice(at + 1).find((level) => level.toBreak);
}
