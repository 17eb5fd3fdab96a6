// One record: what happened in one sentence, the steps to walk through, and what is known about them.
import { beside } from './beside.js';
import { besideChoice, besideOf, compare } from './compare.js';
import { controls } from './controls.js';
import { findControls, foundIn } from './find.js';
import { historyTable } from './history.js';
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
  const isHistory = state.history && !hidden && hasHistory(view);
  const found = new Set(foundIn(view, state));
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
      hidden ? '' : make('p', { class: 'controls-more' }, ...findControls(view, at, state)),
      isHistory
        ? historyTable(view, at)
        : other === undefined
          ? make(
              'div',
              { class: 'walk' },
              lanes(view, at, { hidden, all: state.all, found }),
              beside(view, at),
            )
          : compare(view, other, at, state),
      hidden ? '' : facts(view),
    ),
  );
  document.title = `${view.name}: Race Lab`;
  if (other === undefined && !isHistory) drawArrows(view, at, hidden);
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
    hasHistory(view) ? historyChoice(state) : '',
    ...(view.steps.some(({ unrelated }) => unrelated) ? [allChoice(state)] : []),
  ];
}

/** Cells of maps, and older records, have none. */
function hasHistory({ history = null }) {
  return history !== null;
}

function historyChoice({ history }) {
  const text = history ? 'back to the steps' : 'what the clients saw, what the wire knows';
  return button(text, text, () => write({ history: !history }));
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
