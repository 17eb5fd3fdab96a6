/** Text in a terminal: what a string may contain, how wide it is, how it is cut and broken. */
import stringWidth from 'string-width';

const ELLIPSIS = '…';
const segmenter = new Intl.Segmenter();

/** Code units that a column rarely takes more than: letters with several accents, families of emoji. */
const UNITS_MAX = 16;

/** Beyond this nothing is ever shown, so nothing needs to be measured. */
const LENGTH_MAX = 2000;

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' };

/**
 * What must not reach a terminal: control characters would move the cursor or change colours, format characters and other
 * invisible ones hide text or turn the direction of writing, and those that join with whatever follows (the class Prepend of
 * Unicode's UAX 29) would swallow the space behind a cell. What emoji are made of stays.
 */
const HARMFUL =
  /(?!\u200D|\uFE0E|\uFE0F)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u0D4E\u{111C2}\u{111C3}\u{113D1}\u{1193F}\u{11941}\u{11A3A}\u{11A84}-\u{11A89}\u{11D46}\u{11F02}]/gu;

/** Nearly every text, and what could be wrong with another one takes long to find out. */
const PLAIN = /^[ -~]*$/;

function escaped(character: string): string {
  const code = character.codePointAt(0)!;
  const known = ESCAPES[character];
  if (known !== undefined) return known;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** As much of a text as says enough, with `…` where there is more. @internal */
export function clipped(text: string, lengthMax: number): string {
  return text.length > lengthMax ? text.slice(0, lengthMax) + ELLIPSIS : text;
}

/** Makes text from a store, a file or an error harmless, and cuts it. @internal */
export function harmless(text: string): string {
  const short = clipped(text, LENGTH_MAX);
  return PLAIN.test(short) ? short : short.replaceAll(HARMFUL, escaped);
}

/**
 * The last gate before a terminal. What the lab itself writes passes: line breaks, colours where there are some, and the
 * return to the begin of a line that is written over.
 *
 * @internal
 */
export function forTerminal(text: string, { colour, rewritable }: TerminalGate): string {
  // Nearly everything is plain.
  if (!/[^\n -~]/.test(text)) return text;
  // oxlint-disable-next-line no-control-regex
  const own = /(\n|\u001B\[[\d;]*m|\r\u001B\[K)/;
  const passes = (part: string): boolean => part === '\n' || (part.startsWith('\r') ? rewritable : colour);
  return text
    .split(own)
    .map((part, at) => (at % 2 === 1 && passes(part) ? part : part.replaceAll(HARMFUL, escaped)))
    .join('');
}

/** What an output may be sent besides text. @internal */
export interface TerminalGate {
  readonly colour: boolean;
  /** A line can be written over. */
  readonly rewritable: boolean;
}

/** JSON that shows in a terminal as it is, and means the same. @internal */
export function plainJson(json: string): string {
  return json.replaceAll(HARMFUL, (character) =>
    character === '\n'
      ? character
      : Array.from(
          { length: character.length },
          (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
        ).join(''),
  );
}

/** Columns that a text takes in a terminal. @internal */
export function widthOf(text: string): number {
  // Nearly everything that is measured is plain ASCII, and the general answer takes a hundred times longer.
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** Cuts a text to a width, with `…` where something is missing. @param keep - which end stays readable @internal */
export function fit(text: string, width: number, keep: 'start' | 'end' = 'start'): string {
  if (width <= 0) return '';
  if (text.length <= width * UNITS_MAX && widthOf(text) <= width) return text;
  const parts = Array.from(
    segmenter.segment(text.slice(...kept(text, width, keep))),
    ({ segment }) => segment,
  );
  if (keep === 'end') parts.reverse();
  let taken = 0;
  let length = 0;
  for (const part of parts) {
    const wide = widthOf(part);
    if (length + wide > width - 1) break;
    length += wide;
    taken += 1;
  }
  const whole = parts.slice(0, taken);
  if (taken === parts.length && parts.join('').length === text.length) return text;
  return keep === 'end' ? ELLIPSIS + whole.reverse().join('') : whole.join('') + ELLIPSIS;
}

/** A generous piece of a long text to cut from. */
function kept(text: string, width: number, keep: 'start' | 'end'): [number, number] {
  const units = width * UNITS_MAX;
  return keep === 'start' ? [0, units] : [Math.max(0, text.length - units), text.length];
}

/** Cuts or fills a text to exactly this width. @internal */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = fit(text, width);
  const fill = ' '.repeat(Math.max(0, width - widthOf(cut)));
  return align === 'left' ? cut + fill : fill + cut;
}

/**
 * Breaks prose at spaces into lines of at most this width. A word that is longer than a line is broken too.
 *
 * @internal
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = broken(word, width);
    line = pieces.pop()!;
    for (const piece of pieces) lines.push(piece);
  }
  lines.push(line);
  return lines;
}

function broken(word: string, width: number): string[] {
  const pieces = [''];
  for (const { segment } of segmenter.segment(word)) {
    const longer = pieces.at(-1)! + segment;
    if (widthOf(longer) <= width || pieces.at(-1) === '') pieces[pieces.length - 1] = longer;
    else pieces.push(segment);
  }
  return pieces;
}

/** `1 step`, `2 steps`, `1,204 steps`. @internal */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${grouped(number)} ${number === 1 ? one : many}`;
}

/** `all 5 steps`, `the only step`. @internal */
export function allOf(number: number, one: string): string {
  return number === 1 ? `the only ${one}` : `all ${count(number, one)}`;
}

/** A whole number with thousands separated, the same in every locale. @internal */
export function grouped(number: number): string {
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** A number that nobody knows exactly, rounded up to three digits: `640`, `7,140`, `5,190,000`, `10^38`. @internal */
export function roughly(number: number): string {
  const magnitude = Math.floor(Math.log10(Math.max(number, 1)));
  if (magnitude >= 15) return `10^${magnitude}`;
  const unit = 10 ** Math.max(0, magnitude - 2);
  return grouped(Math.ceil(number / unit) * unit);
}

/** `w1`, `w1 and w2`, `w1, w2 and w3`. @internal */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)!}`;
}

/** A text as a regular expression that matches it and nothing else. @internal */
export function regexpText(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}
