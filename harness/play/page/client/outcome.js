// The end of an execution: what is wrong, how small it is, and what can be done with it.
import { copyButton, make } from '../../../report/page/client/elements.js';
import { ask } from './ask.js';
import { nextLevel } from './levels.js';
import { hashOf } from './state.js';

export function outcome(view, level, say) {
  const { won, kind, sentence, expected, observed } = view.outcome;
  const next = won ? nextLevel(level.id) : undefined;
  return make(
    'section',
    { id: 'outcome', class: won ? 'outcome won' : 'outcome', 'aria-label': 'the end' },
    make(
      'p',
      { class: 'sentence', tabindex: -1 },
      `${SIGNS[kind]} ${won ? 'You broke it. ' : ''}${sentence}`,
    ),
    expected === ''
      ? ''
      : make(
          'dl',
          {},
          make('dt', {}, 'expected'),
          make('dd', {}, expected),
          make('dt', {}, 'observed'),
          make('dd', {}, observed),
        ),
    won ? compare(view, level) : observed === '' ? '' : make('p', { class: 'dim' }, observed),
    won ? keep(view, level, say) : '',
    next === undefined
      ? ''
      : make(
          'p',
          {},
          make('a', { id: 'next', href: hashOf({ level: next.id }) }, `next: ${next.lab}/${next.name}`),
        ),
  );
}

const SIGNS = { breaks: '✗', hangs: '✗', incomplete: '…', passes: '○' };

function compare({ size, withinGoal }, { best, schedule, id }) {
  if (best === null) return '';
  const words = withinGoal
    ? size.steps < best.steps
      ? '★ Smaller than the lab’s own.'
      : '★ As small as the lab’s own.'
    : 'The lab knows a smaller one.';
  const rows = ['steps', 'preemptions', 'faults'].map((name) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, name),
      make('td', {}, String(size[name])),
      make('td', {}, String(best[name])),
    ),
  );
  const head = ['', 'yours', 'the lab’s'].map((text) =>
    text === '' ? make('td') : make('th', { scope: 'col' }, text),
  );
  return make(
    'div',
    {},
    make('p', {}, words),
    make(
      'table',
      { class: 'compare' },
      make('thead', {}, make('tr', {}, ...head)),
      make('tbody', {}, ...rows),
    ),
    make('p', {}, make('a', { href: hashOf({ level: id, ...schedule }) }, 'look at the lab’s schedule')),
  );
}

function share(line) {
  return [
    make('p', {}, 'For others, in a terminal:'),
    make('p', { class: 'replay' }, make('code', { id: 'share' }, line), ' ', copyButton(line, '#share')),
  ];
}

function keep({ shareLine, tape }, { id }, say) {
  const save = async ({ target }) => {
    target.disabled = true;
    say('running it 20 times …');
    try {
      const { path, line } = await ask('record', { level: id, tape });
      say(`saved as ${path}: ${line}`);
    } catch (error) {
      say(error.message);
    }
    target.disabled = false;
  };
  return make(
    'div',
    {},
    // Where others would find another size or seed, there is only the record.
    ...(shareLine === '' ? [] : share(shareLine)),
    make('p', {}, make('button', { type: 'button', id: 'save', onclick: save }, 'save as a record')),
  );
}
