// The lanes: a row a step, a column a worker, time downwards.
import { shape } from './elements.js';
import { button, make, scrollTable } from './page.js';
import { go } from './state.js';

/** Of a long execution the rows around the current step are drawn. */
const ROWS_AROUND = 75;

/** Fewer unrelated steps than this take no more room than the line that would stand for them. */
const FOLDED_MIN = 2;

/**
 * @param hidden - what comes after the current step is not shown yet
 * @param all - also steps that have nothing to do with the failure
 * @param found - indices of the steps that were looked for
 */
export function lanes(view, at, { hidden, all, found }) {
  const [from, to] = rangeOf(view, at, hidden);
  const rows = [];
  for (let index = from; index < to;) {
    const end = all ? index : endOfFold(view, index, to);
    const isFolded = end - index >= FOLDED_MIN && !(index <= at && at < end);
    if (isFolded) rows.push(folded(view, index, end));
    else rows.push(rowOf(view, view.steps[index], index, { at, found }));
    // What is open shows all of itself.
    for (let next = index + 1; !isFolded && next < end; next++)
      rows.push(rowOf(view, view.steps[next], next, { at, found }));
    index = Math.max(index + 1, end);
  }
  if (view.cut + from > 0) rows.unshift(more(view, view.cut + from, from - ROWS_AROUND));
  if (!hidden && to < view.steps.length) rows.push(more(view, view.steps.length - to, to + ROWS_AROUND));
  return scrollTable({
    id: 'lanes',
    box: 'lanes',
    label: 'steps',
    caption: 'steps, in their order',
    heads: ['step', ...view.lanes, 'Redis', 'source'],
    rows,
  });
}

function rangeOf({ steps }, at, hidden) {
  return [Math.max(0, at - ROWS_AROUND), hidden ? at + 1 : Math.min(steps.length, at + ROWS_AROUND)];
}

/** Where steps end that have nothing to do with the failure. */
function endOfFold({ steps }, from, to) {
  let end = from;
  while (end < to && steps[end].unrelated) end += 1;
  return end;
}

function folded(view, from, end) {
  const [first, last] = [view.steps[from].n, view.steps[end - 1].n];
  return bar(view, `… steps ${first} to ${last} have nothing to do with it: open`, () => go(view, from));
}

function more(view, count, target) {
  return bar(view, `… ${count} more steps`, () => go(view, target));
}

/** A row that stands for others. */
function bar(view, text, press) {
  return make('tr', {}, make('td', { colspan: view.lanes.length + 3 }, button(text, text, press)));
}

function rowOf(view, step, index, { at, found }) {
  const number = button(String(step.n), `go to step ${step.n}`, () => go(view, index));
  const time = step.time === '' ? '' : make('div', { class: 'dim' }, step.time);
  return make(
    'tr',
    {
      'aria-current': index === at ? 'step' : undefined,
      class: `${step.unrelated ? 'unrelated ' : ''}${index > at ? 'later' : ''}`,
    },
    make(
      'th',
      { scope: 'row' },
      number,
      found.has(index) ? make('span', { class: 'found' }, ' ⌕ found') : '',
      time,
    ),
    ...view.lanes.map((_, lane) => (lane === step.lane ? ownCell(step) : otherCell(step, lane))),
    make('td', { class: step.changed ? 'changed' : 'dim' }, step.changed ? `● ${step.value}` : step.value),
    make('td', { class: 'dim' }, sourceText(view, step)),
  );
}

function ownCell({ n, fault, mark, action, reply, asides }) {
  const words = [mark, action, reply].filter((text) => text !== '').join(' ');
  const lines = asides.map(({ kind, text }) =>
    make('div', { class: kind }, kind === 'fault' ? text : `· ${text}`),
  );
  return make('td', { class: fault ? 'cell fault' : 'cell', 'data-step': n }, words, ...lines);
}

function otherCell({ left }, lane) {
  const reason = left?.lane === lane ? left.reason : '';
  return make('td', { class: reason === '' ? '' : 'left' }, reason);
}

function sourceText({ files }, { source }) {
  if (source === null) return '';
  const name = files.length > 1 ? (files[source[0]]?.split('/').at(-1) ?? '') : '';
  return `${name}:${source[1]}`;
}

/** What must come before a step, as arrows from cell to cell; those of the current step stand out. */
export function drawArrows(view, at, hidden) {
  const table = document.querySelector('#lanes');
  const holder = table.parentElement;
  const picture = shape('svg', {
    class: 'arrows',
    width: table.offsetWidth,
    height: table.offsetHeight,
    'aria-hidden': true,
  });
  const current = view.steps[at]?.n;
  const places = placesIn(table, holder);
  for (const { n, earlier } of view.steps.slice(...rangeOf(view, at, hidden))) {
    for (const from of earlier) {
      const path = pathBetween(places.get(from), places.get(n));
      if (path === undefined) continue;
      const name = n === current || from === current ? 'arrow current' : 'arrow';
      picture.append(shape('path', { d: path, class: name }));
    }
  }
  holder.append(picture);
}

/** Where the cell of each step is, by its number; all of them are asked for once. */
function placesIn(table, holder) {
  const box = holder.getBoundingClientRect();
  const [left, above] = [box.left - holder.scrollLeft, box.top - holder.scrollTop];
  return new Map(
    Array.from(table.querySelectorAll('[data-step]'), (cell) => {
      const at = cell.getBoundingClientRect();
      const top = at.top - above;
      return [Number(cell.dataset.step), { x: at.left - left + 10, top, bottom: top + at.height }];
    }),
  );
}

function pathBetween(from, to) {
  if (from === undefined || to === undefined) return undefined;
  const [x1, y1, x2, y2] = [from.x, from.bottom, to.x, to.top];
  return `M ${x1} ${y1} C ${x1} ${y1 + 14}, ${x2} ${y2 - 14}, ${x2} ${y2} m -4 -6 l 4 6 l 4 -6`;
}
