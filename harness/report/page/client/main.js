// What runs in the browser.
import { stopPlaying } from './controls.js';
import { goFound } from './find.js';
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
  const caret = focused?.type === 'search' ? focused.selectionStart : undefined;
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
  const field = document.querySelector(`[aria-label="${escaped}"], #${escaped}`);
  field?.focus({ preventScroll: true });
  // The field is a new one.
  if (field?.type === 'search')
    field.setSelectionRange(caret ?? field.value.length, caret ?? field.value.length);
}

/** Where a key leads, as an index of the steps. */
function targetOf({ key, target }, at, last) {
  if (key === 'j') return at + 1;
  if (key === 'k') return at - 1;
  // The slider has keys of its own.
  if (target.type === 'range') return undefined;
  return { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[key];
}

/** `/` leads to the field, n and N to what was found. */
function isFinding(event, view) {
  const { key } = event;
  const field = document.querySelector('#find');
  if (field === null || !['/', 'n', 'N'].includes(key)) return false;
  event.preventDefault();
  if (key === '/') {
    field.focus();
    field.select();
  } else goFound(view, key === 'n' ? 1 : -1);
  return true;
}

addEventListener('keydown', (event) => {
  const state = read();
  const { target } = event;
  const types = /^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName) && target.type !== 'range';
  if (!isRun(state) || types || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape') {
    write({ record: undefined, cell: '', step: undefined, with: '', find: '', history: false });
    return;
  }
  const view = runOf(state);
  if (view === undefined) return;
  if (isFinding(event, view)) return;
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
