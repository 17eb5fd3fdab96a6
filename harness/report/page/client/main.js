// What runs in the browser.
import { stopPlaying } from './controls.js';
import { drawOverview } from './overview.js';
import { drawMap } from './map.js';
import { hasMap, isRun, mapOf, runOf } from './page.js';
import { onOpened } from './pieces.js';
import { drawOpening, drawRecord } from './record.js';
import { go, onChange, positionIn, read, write } from './state.js';

function draw() {
  const state = read();
  const { activeElement: focused } = document;
  const name = focused?.getAttribute('aria-label') ?? focused?.id ?? '';
  const view = runOf(state);
  if (view !== undefined) drawRecord(view, state, draw);
  else if (isRun(state) || (hasMap(state.map) && mapOf(state.map) === undefined)) drawOpening();
  else if (hasMap(state.map)) drawMap(state);
  else {
    stopPlaying();
    drawOverview(state);
  }
  // Whoever steps by the keyboard stays on the same control.
  if (name === '') return;
  const escaped = CSS.escape(name);
  document.querySelector(`[aria-label="${escaped}"], #${escaped}`)?.focus({ preventScroll: true });
}

/** Where a key leads, as an index of the steps. */
function targetOf({ key, target }, at, last) {
  if (key === 'j') return at + 1;
  if (key === 'k') return at - 1;
  // The slider has keys of its own.
  if (target.type === 'range') return undefined;
  return { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[key];
}

addEventListener('keydown', (event) => {
  const state = read();
  const { target } = event;
  const types = /^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName) && target.type !== 'range';
  if (!isRun(state) || types || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape') {
    write({ record: undefined, cell: '', step: undefined, with: '' });
    return;
  }
  const view = runOf(state);
  if (view === undefined) return;
  const to = targetOf(event, positionIn(view, state), view.steps.length - 1);
  if (to === undefined) return;
  event.preventDefault();
  go(view, to);
});
onChange(draw);
onOpened(draw);
addEventListener('hashchange', draw);
addEventListener('popstate', draw);
addEventListener('resize', draw);
draw();
