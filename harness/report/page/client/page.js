// Data of the page and its elements. Text from records only ever becomes text of elements, never markup and never code.

/** Data of this page; each piece is read when it is wanted. */
const data = (id) => JSON.parse(document.querySelector(`#${id}`).textContent);

export const app = document.querySelector('#app');
export const overview = data('overview');
export const sources = new Map(Object.entries(data('sources')));

const records = new Map();
export function hasRecord(at) {
  return at !== undefined && document.querySelector(`#record-${at}`) !== null;
}
export function recordOf(at) {
  if (!records.has(at)) records.set(at, data(`record-${at}`));
  return records.get(at);
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
