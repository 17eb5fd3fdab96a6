// A fault map: a grid of faults and commands, the same laid over the code, and for each cell an execution.
import { app, link, make, mapOf, overview, scrollTable, sourceOf } from './page.js';

const LINES_AROUND = 3;

/** All maps of this page, one below the other, on the first view. */
export function mapList() {
  if (overview.maps.length === 0) return [];
  const items = overview.maps.map(({ name, marks }, at) =>
    make('li', {}, link(`map=${at}`, name), ' ', make('span', { class: 'dim' }, marks)),
  );
  return [
    make('section', { 'aria-label': 'fault maps' }, make('h2', {}, 'fault maps'), make('ul', {}, ...items)),
  ];
}

export function drawMap(state) {
  const map = mapOf(state.map);
  app.replaceChildren(
    make(
      'header',
      {},
      make('p', {}, link('', '← all results')),
      make('h1', {}, `${map.lab} ${map.variant}: fault map`),
      make('p', { class: 'dim' }, map.title),
    ),
    make(
      'main',
      {},
      grid(map, state.map),
      make('p', { class: 'dim' }, map.legend),
      ...map.notes.map((note) => make('p', {}, note)),
      ...overSources(map, state.map),
    ),
  );
  document.title = `${map.variant}: fault map, Race Lab`;
}

function grid(map, at) {
  const heads = map.positions.map(({ position, command }) => [
    make('div', {}, position),
    make('div', { class: 'command' }, command),
  ]);
  const rows = map.faults.map(({ name, summary }, row) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row', title: summary }, name),
      ...map.rows[row].map((cell, column) => cellOf(cell, at, `${map.positions[column].position} ${name}`)),
    ),
  );
  return scrollTable({
    id: 'map',
    class: 'map',
    box: 'wide',
    label: 'every fault at every command',
    caption: 'what each fault did at each command',
    heads: ['fault', ...heads],
    rows,
  });
}

function cellOf(cell, at, key) {
  if (cell === null) return make('td');
  return make('td', { class: cell.tone, title: cell.text }, markOf(cell, at, key));
}

function markOf(cell, at, key) {
  const label = `${cell.mark}, ${cell.text}`;
  if (!cell.opens) return make('span', { role: 'img', 'aria-label': label }, cell.mark);
  return make('a', { href: addressOf(at, key), 'aria-label': label }, cell.mark);
}

function addressOf(at, key) {
  return `#${new URLSearchParams({ map: at, cell: key })}`;
}

/** The code of the commands, with what faults at each of them did: what failed by name, the rest as numbers. */
function overSources(map, at) {
  const files = new Map();
  for (const [column, { source }] of map.positions.entries()) {
    if (source === null) continue;
    const [path, line] = source;
    if (!files.has(path)) files.set(path, new Map());
    const lines = files.get(path);
    lines.set(line, [...(lines.get(line) ?? []), column]);
  }
  return [...files].flatMap(([path, columns]) => {
    const text = sourceOf(path);
    if (text === undefined) return [];
    const title = `the same on ${path}`;
    return [
      make('section', { 'aria-label': title }, make('h2', {}, title), ...excerpts(map, at, text, columns)),
    ];
  });
}

function excerpts(map, at, text, columns) {
  const shown = [...columns.keys()].flatMap((line) =>
    Array.from({ length: 2 * LINES_AROUND + 1 }, (_, offset) => line - LINES_AROUND + offset),
  );
  const lines = [...new Set(shown)].filter((line) => line >= 1 && line <= text.length).sort((a, b) => a - b);
  const items = lines.map((line) =>
    make(
      'li',
      { value: line, class: columns.has(line) ? 'current' : '' },
      text[line - 1],
      ...(columns.get(line) ?? []).map((column) => strip(map, at, column)),
    ),
  );
  return [make('ol', { class: 'code' }, ...items)];
}

function strip(map, at, column) {
  const { position, command } = map.positions[column];
  const cells = map.faults.flatMap(({ name }, row) => {
    const cell = map.rows[row][column];
    return cell === null ? [] : [{ name, cell }];
  });
  const failed = cells.filter(({ cell }) => cell.tone === 'breaks' || cell.tone === 'hangs');
  const counts = new Map();
  for (const { cell } of cells) counts.set(cell.mark, (counts.get(cell.mark) ?? 0) + 1);
  const sum = [...counts].map(([mark, count]) => `${mark}×${count}`).join(' ');
  const names = failed.flatMap(({ name, cell }) => [' ', failedLink(cell, at, position, name)]);
  return make('div', { class: 'strip' }, `${position} ${command}: ${sum}`, ...names);
}

function failedLink(cell, at, position, name) {
  const text = `${cell.mark} ${name}`;
  if (!cell.opens) return text;
  return make('a', { href: addressOf(at, `${position} ${name}`), class: cell.tone }, text);
}
