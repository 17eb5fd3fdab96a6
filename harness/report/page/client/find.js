// Finds steps by words: a command, a key, a worker.
import { button, make } from './page.js';
import { go, positionIn, read, write } from './state.js';

/** What of a step can be found, in small letters; made once for each view. */
const texts = new WeakMap();

function textsOf(view) {
  if (!texts.has(view))
    texts.set(
      view,
      view.steps.map(({ n, lane, action, reply, asides, keys }) =>
        [
          `step ${n}`,
          view.lanes[lane],
          action,
          reply,
          ...keys.map(({ key }) => key),
          ...asides.map(({ text }) => text),
        ]
          .join(' ')
          .toLowerCase(),
      ),
    );
  return texts.get(view);
}

/** Indices of the steps in which all of the words occur; none where nothing is looked for. */
export function foundIn(view, { find, predict }) {
  const words = find
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  // Who is to say what comes next is not told.
  if (words.length === 0 || predict) return [];
  return textsOf(view).flatMap((text, at) => (words.every((word) => text.includes(word)) ? [at] : []));
}

/** Goes to the next step that was found, or to the one before; beyond the last comes the first. @param by - 1 or -1 */
export function goFound(view, by) {
  const state = read();
  const found = foundIn(view, state);
  if (found.length === 0) return;
  const at = positionIn(view, state);
  const next = by > 0 ? found.find((one) => one > at) : found.findLast((one) => one < at);
  go(view, next ?? (by > 0 ? found[0] : found.at(-1)));
}

/** The field, and how many there are. */
export function findControls(view, at, state) {
  if (state.predict) return [];
  const found = foundIn(view, state);
  const place = found.indexOf(at) + 1;
  const where = found.length === 0 ? 'none' : place === 0 ? `${found.length}` : `${place} of ${found.length}`;
  const press = (event) => {
    if (event.key === 'Enter') goFound(view, event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') event.target.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return [
    make('label', { for: 'find' }, 'find a step (/) '),
    make('input', {
      ...{ type: 'search', id: 'find', value: state.find, placeholder: 'command, key, worker' },
      oninput: ({ target: { value } }) => write({ find: value }),
      onkeydown: press,
    }),
    ...(state.find.trim() === ''
      ? []
      : [
          make('span', { id: 'found', role: 'status' }, where),
          button('◂', 'found before this one (N)', () => goFound(view, -1), found.length === 0),
          button('▸', 'found next (n)', () => goFound(view, 1), found.length === 0),
        ]),
  ];
}
