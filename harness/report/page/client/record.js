// One record: what happened in one sentence, the steps to walk through, and what is known about them.
import { beside } from './beside.js';
import { besideChoice, besideOf, compare } from './compare.js';
import { controls } from './controls.js';
import { drawArrows, lanes } from './lanes.js';
import { app, button, copyButton, link, make } from './page.js';
import { opening } from './pieces.js';
import { positionIn, write } from './state.js';

/** A moment: what is long is opened when it is wanted. */
export function drawOpening() {
  app.replaceChildren(make('main', { 'aria-busy': 'true' }, make('h1', {}, 'Race Lab'), opening()));
}

export function drawRecord(view, state, redraw) {
  const at = positionIn(view, state);
  const hidden = state.predict && at < view.steps.length - 1;
  const sentence = hidden ? 'What will be wrong at the end, and why? Step on to see.' : view.sentence;
  const other = hidden ? undefined : besideOf(view, state);
  app.replaceChildren(
    make(
      'header',
      {},
      make('p', {}, state.cell === '' ? link('', '← all results') : link(`map=${state.map}`, '← the map')),
      make('h1', {}, view.name),
      make('p', { class: 'sentence', 'aria-live': 'polite' }, sentence),
    ),
    make(
      'main',
      {},
      controls(view, at, state, redraw),
      hidden ? '' : make('p', { class: 'controls-more' }, ...choices(view, state)),
      other === undefined
        ? make('div', { class: 'walk' }, lanes(view, at, { hidden, all: state.all }), beside(view, at))
        : compare(view, other, at, state),
      hidden ? '' : facts(view),
    ),
  );
  document.title = `${view.name}: Race Lab`;
  if (other === undefined) drawArrows(view, at, hidden);
  scrollTo(document.querySelector('[aria-current=step]'));
}

/** What stands beside the record, the swap, and whether all steps are shown. */
function choices(view, state) {
  const isSwapped = state.with === 'swapped';
  const swap = button(
    isSwapped ? '⇄ swap back' : '⇄ swap the critical pair',
    isSwapped ? 'swap back' : 'swap the critical pair',
    () => write({ with: isSwapped ? '' : 'swapped' }),
  );
  return [
    ...besideChoice(view, state),
    view.swapped === null ? '' : swap,
    ...(view.steps.some(({ unrelated }) => unrelated) ? [allChoice(state)] : []),
  ];
}

function allChoice({ all }) {
  const change = ({ target: { checked } }) => write({ all: checked });
  return make(
    'label',
    {},
    make('input', { type: 'checkbox', id: 'all', checked: all, onchange: change }),
    ' also steps that have nothing to do with it',
  );
}

/** Only the lanes move: the page stays where it is. */
function scrollTo(row) {
  if (row === null) return;
  const holder = row.closest('.lanes');
  if (holder === null) return;
  const [top, bottom] = [row.offsetTop, row.offsetTop + row.offsetHeight];
  if (top < holder.scrollTop || bottom > holder.scrollTop + holder.clientHeight)
    holder.scrollTop = top - holder.clientHeight / 2;
}

function facts(view) {
  const list = view.facts.flatMap(({ name, text, tone = '' }, at) => [
    // A name stands once, before the first of its texts.
    view.facts[at - 1]?.name === name ? '' : make('dt', {}, name),
    make('dd', { class: tone }, text),
  ]);
  return make(
    'section',
    { 'aria-label': 'what is known' },
    make('dl', { class: 'facts' }, ...list),
    make(
      'p',
      { class: 'replay' },
      make('code', { id: 'replay' }, view.replay),
      ' ',
      copyButton(view.replay, '#replay'),
    ),
    view.terminal === ''
      ? ''
      : make('details', {}, make('summary', {}, 'as a terminal shows it'), make('pre', {}, view.terminal)),
  );
}
