// All results, one below the other, and what was measured.
import { mapList } from './map.js';
import { app, link, make, overview } from './page.js';
import { opening, pieceOf } from './pieces.js';
import { growthOf } from './growth.js';
import { write } from './state.js';

const TITLES = ['outcome', 'scenario', 'expected', 'verdict', 'explored', 'minimal', 'ms', 'ran'];

export function drawOverview({ filter }) {
  app.replaceChildren(
    make(
      'header',
      {},
      make('h1', {}, 'Race Lab'),
      make('p', {}, overview.title),
      make('p', { class: 'dim' }, overview.made),
    ),
    make(
      'main',
      {},
      ...(overview.rows.length === 0 ? [] : results(filter)),
      ...mapList(),
      ...overview.measured.map(measured),
    ),
  );
  document.title = `Race Lab: ${overview.title}`;
}

function results(filter) {
  const words = filter.toLowerCase().split(/\s+/);
  const isShown = (row) => {
    const text = Object.values({ ...row, growth: '' })
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const heads = TITLES.map((title, at) =>
    make('th', { scope: 'col' }, at === 0 ? make('span', { class: 'only-read' }, title) : title),
  );
  const rows = overview.rows.filter(isShown).flatMap(rowsOf);
  return [
    make('p', {}, make('label', { for: 'filter' }, 'show only '), search(filter)),
    make(
      'div',
      { class: 'wide' },
      make(
        'table',
        { class: 'overview' },
        make('thead', {}, make('tr', {}, ...heads)),
        make('tbody', {}, ...rows),
      ),
    ),
  ];
}

function search(filter) {
  const change = ({ target: { value } }) => {
    write({ filter: value });
    // The field is a new one.
    const field = document.querySelector('#filter');
    field.focus();
    field.setSelectionRange(value.length, value.length);
  };
  return make('input', { type: 'search', id: 'filter', value: filter, oninput: change });
}

function rowsOf(row) {
  const name = row.record === null ? row.variant : link(`record=${row.record}`, row.variant);
  const outcome = make('span', { class: 'only-read' }, ` ${row.outcome}`);
  return [
    make(
      'tr',
      { class: row.outcome.replaceAll(' ', '-') },
      make('td', { title: row.outcome }, row.mark, outcome),
      make(
        'th',
        { scope: 'row' },
        make('span', { class: 'lab' }, `${row.lab} `),
        name,
        row.map === null ? '' : make('div', { class: 'lab' }, link(`map=${row.map}`, 'fault map')),
      ),
      ...[row.expected, row.verdict, row.explored, row.minimal].map((text) => make('td', {}, text)),
      make('td', { class: 'number' }, row.ms),
      make('td', { class: 'ran' }, row.ran),
    ),
    make(
      'tr',
      { class: 'message' },
      make('td'),
      make('td', { colspan: TITLES.length - 1 }, row.message, growthOf(row.growth)),
    ),
  ];
}

function measured({ name, outcome, summary, missing, figures, pictures }) {
  const list = figures.flatMap(([figure, value]) => [
    make('dt', {}, figure),
    make('dd', {}, value.toLocaleString('en')),
  ]);
  return make(
    'section',
    { 'aria-label': name },
    make('h2', {}, `${name}: ${outcome}`),
    make('p', {}, summary),
    ...missing.map((text) => make('p', { class: 'dim' }, `not measured: ${text}`)),
    ...pictures.map((picture) => pictureOf(name, picture)),
    make('details', {}, make('summary', {}, 'figures'), make('dl', {}, ...list)),
  );
}

const images = new Map();

/** As an image, nothing in it can run. Made once: the overview is drawn anew with each letter of the search. */
function pictureOf(name, picture) {
  const svg = pieceOf(picture.piece);
  if (svg === undefined) return make('p', { class: 'dim', 'aria-busy': 'true' }, opening());
  if (!images.has(picture.piece)) {
    const src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    images.set(picture.piece, make('img', { src, alt: `${name}: ${picture.name}` }));
  }
  return images.get(picture.piece);
}
