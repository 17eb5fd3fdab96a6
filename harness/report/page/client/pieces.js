// Pieces of data of this page, compressed: each is opened when it is wanted for the first time.

/** What an older browser cannot do. */
const canOpen = typeof DecompressionStream === 'function';

const opened = new Map();
let redraw = () => {};

/** Says who draws when a piece has been opened. */
export function onOpened(draw) {
  redraw = draw;
}

/** What to show instead of a piece that is not there yet. */
export function opening() {
  return canOpen
    ? 'opening …'
    : 'This browser cannot open what is compressed: it takes Chrome 80, Firefox 113, Safari 16.4 or newer.';
}

export function hasPiece(id) {
  return document.getElementById(id) !== null;
}

/** The text of a piece; undefined while it is being opened, and there is a new drawing when it is there. */
export function pieceOf(id) {
  if (!opened.has(id)) {
    opened.set(id, undefined);
    void open(id);
  }
  return opened.get(id);
}

const parsed = new Map();

/** The data of a piece, parsed once; undefined while it is being opened. */
export function dataOf(id) {
  if (!parsed.has(id)) {
    const text = pieceOf(id);
    if (text === undefined) return undefined;
    parsed.set(id, JSON.parse(text));
  }
  return parsed.get(id);
}

async function open(id) {
  if (!canOpen) return;
  const packed = atob(document.getElementById(id).textContent);
  const bytes = Uint8Array.from(packed, (character) => character.charCodeAt(0));
  const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  opened.set(id, await new Response(text).text());
  redraw();
}
