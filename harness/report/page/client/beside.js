// Beside the lanes: the store after the current step, and the code that it comes from.
import { make, sourceOf } from './page.js';

const LINES_AROUND = 8;

export function beside(view, at) {
  const step = view.steps[at];
  const earlier = step?.earlier ?? [];
  const rows = storeAt(view.steps, at).map(([key, { before, after, changed }]) =>
    make(
      'tr',
      { class: changed ? 'changed' : '' },
      make('th', { scope: 'row' }, key),
      make('td', {}, changed ? `● ${before} → ${after}` : after),
    ),
  );
  return make(
    'aside',
    {},
    make('h2', {}, `Redis after step ${step?.n ?? 0}`),
    make('p', { class: 'dim' }, 'keys that commands have named so far; ● changed by this step'),
    make('table', { class: 'store' }, make('tbody', {}, ...rows)),
    earlier.length === 0
      ? ''
      : make('p', {}, `after ${earlier.map((n) => `step ${n}`).join(', ')}: they touch the same key`),
    ...code(view, step),
  );
}

/** The store after a step, as far as steps have named its keys. */
function storeAt(steps, at) {
  const store = new Map();
  for (const [index, { keys }] of steps.slice(0, at + 1).entries()) {
    for (const { key, before, after, changed } of keys)
      store.set(key, { before, after, changed: changed && index === at });
  }
  return [...store].sort(([one], [other]) => (one < other ? -1 : 1));
}

function code(view, step) {
  if (step === undefined || step.source === null) return [];
  const [file, line] = step.source;
  const path = view.files[file];
  const title = make('h2', {}, `${path}:${line}`);
  const all = sourceOf(path);
  if (all === undefined) return [title];
  const first = Math.max(1, line - LINES_AROUND);
  const lines = all.slice(first - 1, line + LINES_AROUND);
  const items = lines.map((content, offset) => {
    const isCurrent = first + offset === line;
    return make(
      'li',
      { class: isCurrent ? 'current' : '', 'aria-current': isCurrent ? 'true' : undefined },
      `${isCurrent ? '▸' : ' '} ${content}`,
    );
  });
  return [title, make('ol', { class: 'code', start: first }, ...items)];
}
