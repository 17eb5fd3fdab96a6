// Two executions side by side: with the critical pair swapped, as it was found, or another record.
import { hasRecord, link, make, overview, recordOf, scrollTable } from './page.js';
import { write } from './state.js';

/** Longer executions are compared number by number. */
const ALIGNED_MAX = 1000;

/** What can stand beside a record, by what stands for it in the address. */
const OWN = [
  ['swapped', 'the pair swapped'],
  ['original', 'as it was found'],
];

/** The execution that is to stand beside this one; undefined where none is, where the page has no such record, or while it is being opened. */
export function besideOf(view, { with: other }) {
  if (other === '') return undefined;
  return Object.hasOwn(view, other)
    ? (view[other] ?? undefined)
    : hasRecord(other)
      ? recordOf(other)
      : undefined;
}

/** Chooses what stands beside a record; what the record does not have is there to be seen, and says so. */
export function besideChoice(view, state) {
  const option = (value, text, off = false) =>
    make('option', { value, selected: state.with === value, disabled: off }, text);
  const own = OWN.map(([name, text]) =>
    view[name] === null
      ? option(
          name,
          `${text} (${view.pair === null && name === 'swapped' ? 'there is none' : 'not in this record'})`,
          true,
        )
      : option(name, text),
  );
  const others = overview.rows
    .filter(({ record }) => record !== null && record !== state.record)
    .map(({ lab, variant, record }) => option(String(record), `${lab} ${variant}`));
  const change = ({ target: { value } }) => write({ with: value });
  return [
    make('label', { for: 'with' }, 'beside it '),
    make('select', { id: 'with', onchange: change }, option('', 'nothing'), ...own, ...others),
  ];
}

export function compare(view, other, at, state) {
  const current = view.steps[at]?.n;
  const pair = new Set(view.steps.filter(({ mark }) => mark !== '').map(({ id }) => id));
  const rows = aligned(view, other).map(({ left, right }) =>
    rowOf(view, other, { left, right, current, pair }),
  );
  const equal = rows.filter((row) => row.dataset.same === '1').length;
  const different = make('span', { class: 'only-read' }, 'different');
  return make(
    'section',
    { 'aria-label': 'side by side', class: 'compare' },
    make('p', { id: 'other' }, other.sentence, ' ', otherLink(state)),
    make(
      'p',
      { class: 'dim' },
      `${equal} of ${rows.length} rows are the same on both sides; ≠ marks the others`,
    ),
    scrollTable({
      id: 'compare',
      box: 'wide',
      label: 'steps of both',
      caption: 'steps of both executions, in their order',
      heads: [different, 'step', 'this one', 'Redis', 'step', 'the other one', 'Redis'],
      rows,
    }),
  );
}

function otherLink(state) {
  return /^\d+$/.test(state.with) ? link(`record=${state.with}`, 'open it') : '';
}

function rowOf(view, other, { left, right, current, pair }) {
  const [a, b] = [wordsOf(view, left, pair), wordsOf(other, right, pair)];
  const isSame = a.text === b.text && a.value === b.value;
  return make(
    'tr',
    {
      class: isSame ? 'dim' : 'different',
      'data-same': isSame ? '1' : '0',
      'aria-current': left !== undefined && left.n === current ? 'step' : undefined,
    },
    make('td', {}, isSame ? '' : '≠'),
    ...sideOf(left, a),
    ...sideOf(right, b),
  );
}

function sideOf(step, { text, value }) {
  const number = make('td', { class: 'number' }, step === undefined ? '' : String(step.n));
  return [number, make('td', { class: step?.fault ? 'fault' : '' }, text), make('td', {}, value)];
}

function wordsOf(view, step, pair) {
  if (step === undefined) return { text: '', value: '' };
  const { id, lane, action, reply, asides, value, changed } = step;
  const words = [
    pair.has(id) ? '⇄' : '',
    `${view.lanes[lane]}:`,
    action,
    reply,
    ...asides.map(({ text }) => text),
  ];
  return { text: words.filter((word) => word !== '').join(' '), value: changed ? value : '' };
}

/** Steps that are the same one of the same worker stand in one row, as many as their order allows (longest common subsequence). */
function aligned({ steps: a }, { steps: b }) {
  if (Math.max(a.length, b.length) > ALIGNED_MAX)
    return Array.from({ length: Math.max(a.length, b.length) }, (_, at) => ({ left: a[at], right: b[at] }));
  const best = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      best[i][j] = isSameStep(a[i], b[j]) ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
  const rows = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && isSameStep(a[i], b[j])) rows.push({ left: a[i++], right: b[j++] });
    else if (j === b.length || (i < a.length && best[i + 1][j] >= best[i][j + 1]))
      rows.push({ left: a[i++] });
    else rows.push({ right: b[j++] });
  }
  return rows;
}

function isSameStep(a, b) {
  return a.id === b.id && a.kind === b.kind && a.fault === b.fault;
}
