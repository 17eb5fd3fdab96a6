// One record: what happened in one sentence, the steps to walk through, and what is known about them.
import { beside } from './beside.js';
import { controls } from './controls.js';
import { drawArrows, lanes } from './lanes.js';
import { app, link, make } from './page.js';
import { opening } from './pieces.js';
import { positionIn } from './state.js';

/** A moment: what is long is opened when it is wanted. */
export function drawOpening() {
  app.replaceChildren(make('main', { 'aria-busy': 'true' }, make('h1', {}, 'Race Lab'), opening()));
}

export function drawRecord(view, state, redraw) {
  const at = positionIn(view, state);
  const hidden = state.predict && at < view.steps.length - 1;
  const sentence = hidden ? 'What will be wrong at the end, and why? Step on to see.' : `✗ ${view.sentence}`;
  app.replaceChildren(
    make(
      'header',
      {},
      make('p', {}, link('', '← all results')),
      make('h1', {}, view.name),
      make('p', { class: 'sentence', 'aria-live': 'polite' }, sentence),
    ),
    make(
      'main',
      {},
      controls(view, at, state, redraw),
      make('div', { class: 'walk' }, lanes(view, at, hidden), beside(view, at)),
      hidden ? '' : facts(view),
    ),
  );
  document.title = `${view.name}: Race Lab`;
  drawArrows(view, at, hidden);
  scrollTo(document.querySelector('[aria-current=step]'));
}

/** Only the lanes move: the page stays where it is. */
function scrollTo(row) {
  if (row === null) return;
  const holder = row.closest('.lanes');
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
    make('p', { class: 'replay' }, make('code', { id: 'replay' }, view.replay), ' ', copyButton(view)),
    make('details', {}, make('summary', {}, 'as a terminal shows it'), make('pre', {}, view.terminal)),
  );
}

/** Where the clipboard is out of reach, the line is selected. */
function copyButton({ replay }) {
  const copy = async ({ target }) => {
    try {
      await navigator.clipboard.writeText(replay);
      target.textContent = 'copied';
    } catch {
      getSelection().selectAllChildren(document.querySelector('#replay'));
    }
  };
  return make('button', { type: 'button', onclick: copy }, 'copy');
}
