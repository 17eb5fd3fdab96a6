// What can be done next: a card a worker, one for time, and what Redis holds.
import { make } from '../../../report/page/client/elements.js';

/** Moves in the order in which the page shows them, which is that of the keys 1 to 9. */
export function movesInOrder({ lanes, moves }) {
  const lane = ({ worker }) => lanes.findIndex((one) => one.worker === worker);
  const place = (move) => (move.timed ? lanes.length : lane(move));
  return moves.toSorted((a, b) => place(a) - place(b));
}

/** @param choose - called with the number of a choice @param before - the store one step earlier, if known */
export function board(view, choose, before) {
  const moves = movesInOrder(view);
  const cards = view.lanes.map((lane) => {
    const own = moves.filter((move) => !move.timed && move.worker === lane.worker);
    return card(`${lane.name} ${lane.status}`, own, { view, moves, choose });
  });
  const timed = moves.filter((move) => move.timed);
  if (timed.length > 0) cards.push(card('let time pass', timed, { view, moves, choose }));
  return make('div', { class: 'board' }, ...cards, storeCard(view, before));
}

function card(title, own, around) {
  return make(
    'section',
    { class: own.length === 0 ? 'card idle' : 'card', 'aria-label': title },
    make('h2', {}, title),
    ...own.map((move) => moveOf(move, around)),
  );
}

function moveOf(move, { view, moves, choose }) {
  const at = moves.indexOf(move) + 1;
  const can = move.kind !== 'only faults';
  const key = at <= 9 ? make('kbd', {}, String(at)) : '';
  const calm = move.calm && view.moves.length > 1 ? ' (calm)' : '';
  const press = make(
    'button',
    {
      type: 'button',
      class: 'move',
      'data-move': at,
      'data-choice': move.choice,
      onclick: () => choose(move.choice),
    },
    key,
    make('span', { class: 'action' }, move.label),
    make('span', { class: 'dim' }, `${move.note}${calm}`),
  );
  return make(
    'div',
    {},
    can ? press : make('p', {}, move.label),
    move.faults.length === 0 ? '' : faults(move, choose, can),
    excerpt(move, view),
  );
}

function faults({ label, faults: possible }, choose, can) {
  const buttons = possible.map(({ choice, label: fault }) =>
    make(
      'button',
      {
        type: 'button',
        class: 'fault',
        'data-choice': choice,
        'aria-label': `${fault}, at ${label}`,
        onclick: () => choose(choice),
      },
      `✗ ${fault}`,
    ),
  );
  const title = `${can ? 'or ' : ''}a fault here (${possible.length})`;
  return make(
    'details',
    { class: 'faults', open: possible.length <= 3 },
    make('summary', {}, title),
    ...buttons,
  );
}

function excerpt({ source }, { excerpts }) {
  if (source === null) return '';
  const found = excerpts.find(({ file, line }) => file === source.file && line === source.line);
  const title = `${source.file.split('/').at(-1)}:${source.line}`;
  if (found === undefined) return make('p', { class: 'dim' }, title);
  const lines = found.lines.map((text, offset) => {
    const isCurrent = found.first + offset === source.line;
    return make(
      'li',
      isCurrent ? { class: 'current', 'aria-current': 'true' } : {},
      `${isCurrent ? '▸' : ' '} ${text}`,
    );
  });
  return make(
    'details',
    { class: 'source', open: true },
    make('summary', {}, title),
    make('ol', { class: 'code', start: found.first }, ...lines),
  );
}

function storeCard({ store, atMs }, before) {
  const old = before === undefined ? undefined : new Map(before.map(({ key, value }) => [key, value]));
  const gone = [...(old ?? [])].filter(([key]) => !store.some((one) => one.key === key));
  const rows = store.map(({ key, value, ttlMs }) => {
    const changed = old !== undefined && old.get(key) !== value;
    return make(
      'tr',
      { class: changed ? 'changed' : '' },
      make('th', { scope: 'row' }, key),
      make('td', {}, `${changed ? '● ' : ''}${value}`),
      make('td', { class: 'dim' }, ttlMs === null ? '' : `for ${ttlMs} ms`),
    );
  });
  const removed = gone.map(([key]) =>
    make('tr', { class: 'changed' }, make('th', { scope: 'row' }, key), make('td', { colspan: 2 }, '● gone')),
  );
  const empty = rows.length + removed.length === 0;
  return make(
    'section',
    { class: 'card', 'aria-label': 'Redis' },
    make('h2', {}, `Redis at ${atMs} ms`),
    empty
      ? make('p', { class: 'dim' }, 'no keys')
      : make('table', { class: 'store' }, make('tbody', {}, ...rows, ...removed)),
  );
}
