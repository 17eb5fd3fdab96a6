// Data of the page and its elements. Text from records only ever becomes text of elements, never markup and never code.

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

/** Makes an element. Children are elements or texts; an attribute that begins with `on` is a listener. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== false && value !== undefined) element.setAttribute(key, String(value));
  }
  element.append(...children.filter((child) => child !== ''));
  return element;
}

export function link(hash, text) {
  return make('a', { href: `#${hash}` }, text);
}

export function button(text, label, press, off = false) {
  return make(
    'button',
    { type: 'button', 'aria-label': label, title: label, disabled: off, onclick: press },
    text,
  );
}
