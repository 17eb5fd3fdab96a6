// What the clients saw beside what the wire knows: an event a row, in their common order.
import { button, make, scrollTable } from './page.js';
import { write } from './state.js';

/** Of a long history the rows around the current step are drawn. */
const ROWS_AROUND = 300;

export function historyTable({ history, steps }, at) {
  const { heads, events, left, ends } = history;
  const current = steps[at]?.n;
  const here = Math.max(
    0,
    events.findIndex(({ step }) => step !== null && step >= current),
  );
  const [from, to] = [Math.max(0, here - ROWS_AROUND), Math.min(events.length, here + ROWS_AROUND)];
  const known = new Set(steps.map(({ n }) => n));
  const rows = events.slice(from, to).map((event) => rowOf(event, current, known));
  if (from > 0) rows.unshift(bar(`… ${from} more events before`));
  if (to < events.length || left > 0) rows.push(bar(`… ${events.length - to + left} more events`));
  return make(
    'section',
    { 'aria-label': 'history' },
    scrollTable({
      id: 'history',
      box: 'lanes',
      label: 'events',
      caption: 'what happened, in the order in which it did',
      heads: ['step', 'time', ...heads],
      rows,
    }),
    make('p', {}, ends),
  );
}

function rowOf({ step, time, side, text, asides }, current, known) {
  const words = make('td', {}, text, ...asides.map((aside) => make('div', { class: 'note' }, `· ${aside}`)));
  const go = () => write({ step });
  const number = known.has(step) ? button(String(step), `go to step ${step}`, go) : String(step ?? '');
  return make(
    'tr',
    { 'aria-current': step !== null && step === current ? 'step' : undefined },
    make('th', { scope: 'row' }, number),
    make('td', { class: 'dim' }, time),
    ...(side === 'clients' ? [words, make('td')] : [make('td'), words]),
  );
}

function bar(text) {
  return make('tr', {}, make('td', { colspan: 4, class: 'dim' }, text));
}
