// Data of the page. Text from records only ever becomes text of elements, never markup and never code.
export { button, link, make } from './elements.js';

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
