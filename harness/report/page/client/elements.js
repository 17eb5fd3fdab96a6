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
