import { fit, widthOf } from '../../base/text.js';

/** A UUID, alone or behind a name; a digest. */
const TOKEN = /^(\w+:)?([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,})$/i;
/** How much of it is shown where there is not enough room. */
const TOKEN_MIN = 9;

/** A word is not cut further than this. */
const WORD_MIN = 5;

/**
 * Shares a width among columns: each gets what it needs, unless that is too much; then the widest ones give way
 * first, all down to the same width.
 *
 * @param wanted - width that each column needs to show everything
 * @param available - width for all of them together
 * @param least - width below which a column is of no use (what it needs, when that is less)
 * @returns undefined when some column would fall below its least width
 * @internal
 */
export function shareWidths(
  wanted: readonly number[],
  available: number,
  least: readonly number[],
): number[] | undefined {
  const floors = wanted.map((width, at) => Math.min(width, least[at] ?? 0));
  const at = (level: number): number[] =>
    wanted.map((width, place) => Math.min(width, Math.max(level, floors[place]!)));
  const sum = (widths: readonly number[]): number => widths.reduce((all, width) => all + width, 0);
  if (sum(floors) > available) return undefined;
  // The greatest level that all of them fit below.
  let level = 0;
  let above = wanted.reduce((most, width) => Math.max(most, width), 0);
  while (level < above) {
    const middle = Math.ceil((level + above) / 2);
    if (sum(at(middle)) <= available) level = middle;
    else above = middle - 1;
  }
  const widths = at(level);
  let left = available - sum(widths);
  // What is left goes to the last of those that wanted more.
  for (let place = widths.length - 1; place >= 0 && left > 0; place--) {
    if (wanted[place]! <= level || widths[place]! > level) continue;
    widths[place]! += 1;
    left -= 1;
  }
  return widths;
}

/** An option, or a number that belongs to one. */
const OPTION = /^([A-Z]{2,}|\d+)$/;

/** Words on one line; when they do not fit, the longest are cut first, so that short ones stay readable. @internal */
export function fitWords(all: readonly string[], width: number): string {
  // Of more words than columns only the first are seen, and the last, where they decide what the first do.
  const most = Math.max(width, 0) + 1;
  const words = all.slice(0, most);
  const whole = words.map(widthOf);
  const tight = whole.reduce((sum, one) => sum + one, words.length - 1) > width;
  const wanted = tight ? words.map(tightest) : whole;
  const shared = shareWidths(
    wanted,
    width - (words.length - 1),
    words.map(() => WORD_MIN),
  );
  const telling = shared === undefined ? (fitOptions(all, width) ?? fitScript(all, width)) : undefined;
  return telling ?? fit(words.map((word, at) => fit(word, shared?.[at] ?? wanted[at]!)).join(' '), width);
}

/** Width that words need to say what they say: a token says no more in full than by its beginning. @internal */
export function tightWidth(words: readonly string[]): number {
  return words.reduce((sum, word) => sum + tightest(word), Math.max(0, words.length - 1));
}

function tightest(word: string): number {
  const whole = widthOf(word);
  return TOKEN.test(word) ? Math.min(whole, TOKEN_MIN) : whole;
}

/**
 * `SET lock … NX`: options stand at the end of a command, and may say whether anything is done at all.
 *
 * @returns undefined where it does not end with one, or not even that has room
 */
function fitOptions(words: readonly string[], width: number): string | undefined {
  if (words.length < 4 || !/^[A-Z]{2,}$/.test(words.at(-1)!)) return undefined;
  const [name, key] = words as [string, string];
  let text: string | undefined;
  for (let from = words.length - 1; from > 2 && OPTION.test(words[from]!); from--) {
    const options = words.slice(from).join(' ');
    const room = width - widthOf(name) - widthOf(options) - 2;
    // A key that is cut ends with the sign that something is left out.
    const shown = widthOf(key) + 2 <= room ? `${key} …` : fit(`${key}……`, room);
    if (room < Math.min(WORD_MIN, widthOf(key) + 2)) break;
    // More of the key says more than a number.
    if (text !== undefined && !shown.startsWith(`${key} `)) break;
    text = `${name} ${shown} ${options}`;
  }
  return text;
}

/**
 * `EVAL "if redis… lock`: a script says little without the key that it is called with.
 *
 * @returns undefined where it is no script with a key, or there is too little room
 */
function fitScript([name, script, keys, first]: readonly string[], width: number): string | undefined {
  if (!/^(EVAL|EVALSHA|FCALL)(_RO)?$/.test(name!) || !(Number(keys) > 0) || first === undefined)
    return undefined;
  const room = width - widthOf(name!) - 2;
  if (room < 2 * WORD_MIN) return undefined;
  const key = fit(first, room - WORD_MIN);
  return `${name} ${fit(script!, room - widthOf(key))} ${key}`;
}
