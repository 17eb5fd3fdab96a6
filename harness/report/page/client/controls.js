// Buttons, slider and speed: how one walks through a record.
import { button, make, runOf } from './page.js';
import { go, positionIn, read, write } from './state.js';

const SPEEDS = [0.5, 1, 2];
const STEP_MS = 1000;

let playing;
let speed = 1;

export function stopPlaying() {
  clearInterval(playing);
  playing = undefined;
}

/** One step after the other, until the end or until somebody stops it. */
function play(redraw) {
  const here = () => {
    const state = read();
    const view = runOf(state);
    return { view, at: positionIn(view, state), last: view.steps.length - 1 };
  };
  playing = setInterval(() => {
    const { view, at, last } = here();
    go(view, at + 1);
    if (at + 1 < last) return;
    stopPlaying();
    redraw();
  }, STEP_MS / speed);
  const { view, at, last } = here();
  go(view, at === last ? 0 : at + 1);
}

export function controls(view, at, { predict }, redraw) {
  const last = view.steps.length - 1;
  const isPlaying = playing !== undefined;
  const toggle = () => {
    if (isPlaying) stopPlaying();
    else play(redraw);
    redraw();
  };
  const position = `step ${view.steps[at]?.n ?? 0} of ${view.steps[last]?.n ?? 0}`;
  return make(
    'div',
    { class: 'controls', role: 'toolbar', 'aria-label': 'walk through the steps' },
    button('|◀', 'first step', () => go(view, 0), at === 0),
    button('◀', 'step back (k)', () => go(view, at - 1), at === 0),
    button(isPlaying ? 'pause' : 'play', isPlaying ? 'pause' : 'play', toggle),
    button('▶', 'next step (j)', () => go(view, at + 1), at === last),
    button('▶| violation', 'to the violation', () => go(view, last), at === last),
    slider(view, at, position),
    make('span', { class: 'where' }, `${position}, ${view.steps[at]?.atMs ?? 0} ms`),
    ...speedChoice(redraw),
    predictChoice(view, predict),
  );
}

function slider(view, at, position) {
  return make('input', {
    type: 'range',
    id: 'slider',
    min: 0,
    max: Math.max(0, view.steps.length - 1),
    value: at,
    'aria-label': 'step',
    'aria-valuetext': position,
    oninput: ({ target }) => go(view, Number(target.value)),
  });
}

function speedChoice(redraw) {
  const change = ({ target }) => {
    speed = Number(target.value);
    stopPlaying();
    redraw();
  };
  const options = SPEEDS.map((one) => make('option', { value: one, selected: one === speed }, `${one}×`));
  return [
    make('label', { for: 'speed' }, 'speed '),
    make('select', { id: 'speed', onchange: change }, ...options),
  ];
}

/** What comes later is hidden, so that a class can say first what will happen. */
function predictChoice(view, predict) {
  const change = ({ target: { checked } }) =>
    write({ predict: checked, step: checked ? view.steps[0]?.n : read().step });
  return make(
    'label',
    {},
    make('input', { type: 'checkbox', id: 'predict', checked: predict, onchange: change }),
    ' predict first',
  );
}
