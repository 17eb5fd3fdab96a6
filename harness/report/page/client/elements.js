// Elements, made of texts: nothing here is ever read as markup.

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

const SVG = 'http://www.w3.org/2000/svg';

/** Makes an element of a picture. */
export function shape(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
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

/** Copies a text; where the clipboard is out of reach, the element that shows it is selected. */
export function copyButton(text, selector) {
  const copy = async ({ target }) => {
    try {
      await navigator.clipboard.writeText(text);
      target.textContent = 'copied';
    } catch {
      getSelection().selectAllChildren(document.querySelector(selector));
    }
  };
  return make('button', { type: 'button', onclick: copy }, 'copy');
}

/**
 * A table that scrolls within its own box.
 *
 * @param heads - of each column, an element, a text or several
 * @param rows - its `tr`
 */
export function scrollTable({ box, label, caption, heads, rows, ...attributes }) {
  const titles = heads.map((head) => make('th', { scope: 'col' }, ...[head].flat()));
  return make(
    'div',
    { class: box, tabindex: 0, role: 'region', 'aria-label': label },
    make(
      'table',
      attributes,
      make('caption', { class: 'only-read' }, caption),
      make('thead', {}, make('tr', {}, ...titles)),
      make('tbody', {}, ...rows),
    ),
  );
}
