// What was done so far: a row a step, a column a worker, time downwards.
import { make, scrollTable } from '../../../report/page/client/elements.js';

export function past({ lanes, rows, cut }) {
  const lines = rows.map((row) => rowOf(row, lanes));
  if (cut > 0)
    lines.unshift(make('tr', {}, make('td', { colspan: lanes.length + 2 }, `… ${cut} more steps`)));
  return scrollTable({
    id: 'lanes',
    box: 'lanes',
    label: 'steps so far',
    caption: 'steps so far, in their order',
    heads: ['step', ...lanes.map(({ name }) => name), 'changes'],
    rows: lines,
  });
}

function rowOf({ n, worker, action, reply, value, changed, time, left, asides }, lanes) {
  const cells = lanes.map((lane) => {
    if (lane.worker !== worker)
      return make('td', { class: 'left' }, left?.worker === lane.worker ? left.reason : '');
    const notes = asides.map((text) => make('div', { class: 'note' }, text));
    return make('td', {}, `${action} ${reply}`, ...notes);
  });
  return make(
    'tr',
    {},
    make('th', { scope: 'row' }, String(n), time === '' ? '' : make('div', { class: 'dim' }, time)),
    ...cells,
    make('td', { class: changed ? 'changed' : 'dim' }, changed ? `● ${value}` : value),
  );
}
