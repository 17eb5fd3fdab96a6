// Data of the page. Text from records only ever becomes text of elements, never markup and never code.
export { button, copyButton, link, make, scrollTable } from './elements.js';

import { dataOf, hasPiece } from './pieces.js';

export const app = document.querySelector('#app');
/** Small, and wanted at once: as it is. */
export const overview = JSON.parse(document.querySelector('#overview').textContent);

/** Lines of a source; undefined where the page has none, or not yet. */
export function sourceOf(path) {
  const texts = dataOf('sources');
  return texts === undefined || !Object.hasOwn(texts, path) ? undefined : texts[path].split('\n');
}

export function hasRecord(at) {
  return at !== undefined && hasPiece(`record-${at}`);
}

/** Undefined while it is being opened. */
export function recordOf(at) {
  return dataOf(`record-${at}`);
}

export function hasMap(at) {
  return at !== undefined && hasPiece(`map-${at}`);
}

/** Undefined while it is being opened. */
export function mapOf(at) {
  return dataOf(`map-${at}`);
}

/** What the address leads to is there to be walked through: a record, or a cell of a map. */
export function isRun({ record, map, cell }) {
  if (hasRecord(record)) return true;
  if (!hasMap(map) || cell === '') return false;
  const cells = dataOf(`cells-${map}`);
  return cells === undefined || Object.hasOwn(cells, cell);
}

/** The execution that the address leads to; undefined where there is none, or while it is being opened. */
export function runOf({ record, map, cell }) {
  if (hasRecord(record)) return recordOf(record);
  const cells = hasMap(map) && cell !== '' ? dataOf(`cells-${map}`) : undefined;
  return cells !== undefined && Object.hasOwn(cells, cell) ? cells[cell] : undefined;
}
