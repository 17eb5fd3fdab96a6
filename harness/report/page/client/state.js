// The state of the view is the fragment of the address: `#record=2&step=5`.

let changed = () => {};

/** Says who draws what has changed. */
export function onChange(draw) {
  changed = draw;
}

export function read() {
  const words = new URLSearchParams(location.hash.slice(1));
  const number = (name) => (/^\d{1,7}$/.test(words.get(name) ?? '') ? Number(words.get(name)) : undefined);
  return {
    record: number('record'),
    step: number('step'),
    map: number('map'),
    cell: words.get('cell') ?? '',
    filter: words.get('filter') ?? '',
    find: words.get('find') ?? '',
    history: words.get('history') === '1',
    predict: words.get('predict') === '1',
    all: words.get('all') === '1',
    with: /^(?:\d{1,7}|swapped|original)$/.exec(words.get('with') ?? '')?.[0] ?? '',
  };
}

export function write(change) {
  const before = read();
  const state = { ...before, ...change };
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) {
    if (value === true) words.set(name, '1');
    else if (value !== undefined && value !== '' && value !== false) words.set(name, String(value));
  }
  const hash = `#${words}`;
  if (hash === location.hash) return;
  // Steps of one record are no pages of their own: going back leads to what was looked at before.
  const isSamePage = ['record', 'map', 'cell'].every((name) => state[name] === before[name]);
  history[isSamePage ? 'replaceState' : 'pushState'](undefined, '', hash);
  changed();
}

/** Where in a record the view stands: an index of its steps. */
export function positionIn({ steps }, { step, predict }) {
  const last = steps.length - 1;
  if (step === undefined) return predict ? 0 : last;
  const found = steps.findIndex(({ n }) => n === step);
  return found < 0 ? last : found;
}

/** Goes to a step. @param index - in the steps of the record; beyond an end, that end */
export function go({ steps }, index) {
  const target = steps[Math.max(0, Math.min(steps.length - 1, index))];
  if (target !== undefined) write({ step: target.n });
}
