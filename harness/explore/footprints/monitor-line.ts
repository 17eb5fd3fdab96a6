/**
 * How a server prints arguments in MONITOR. `escaped`: as Redis does. `plain`: Valkey 8.1 leaves quotation marks and
 * backslashes inside an argument as they are, so that not every line can be read back.
 *
 * @internal
 */
export type MonitorStyle = (typeof MONITOR_STYLES)[number];

/** @internal */
export const MONITOR_STYLES = ['escaped', 'plain'] as const;

/** A line of MONITOR: who sent the command, to which database, and the command as it is printed. @internal */
export interface MonitorLine {
  readonly database: string;
  readonly source: string;
  readonly words: string;
}

/** `+1700000000.123456 [0 127.0.0.1:1234] "GET" "a"`. @returns undefined for anything else @internal */
export function parseMonitorLine(text: string): MonitorLine | undefined {
  const head = /^\+\d+\.\d+ \[(\d+) ([^\]]*)\] (?=")/.exec(text);
  if (head === null) return undefined;
  return { database: head[1]!, source: head[2]!, words: text.slice(head[0].length).trimEnd() };
}

/** The name of a printed command. @internal */
export function firstWord(words: string): string {
  return words.slice(1, words.indexOf('"', 1));
}

/**
 * Reads a printed command back.
 *
 * @param words - `"SET" "a" "1"`
 * @returns its arguments, with one character a byte; undefined if the line may mean more than one command
 * @internal
 */
export function readWords(words: string, style: MonitorStyle): string[] | undefined {
  if (style === 'escaped') {
    return Array.from(words.matchAll(/"((?:[^"\\]|\\.)*)"/g), ([, quoted]) => unescaped(quoted!));
  }
  // A backslash may stand for itself here, or begin the escape of a byte that cannot be printed.
  return words.includes('\\') ? undefined : words.slice(1, -1).split(BETWEEN);
}

/** Is this the print of a command with these arguments, and of no other? @internal */
export function isPrintOf(words: string, args: readonly string[], style: MonitorStyle): boolean {
  if (style === 'plain' && args.some((arg) => arg.includes(BETWEEN))) return false;
  const { name, rest } = printedAs(args, style);
  // A command's name is the same in capitals and without.
  return words.slice(0, name.length).toUpperCase() === name && words.slice(name.length) === rest;
}

/** A command as it is printed: its name in upper case, and what comes behind that. */
interface Printed {
  readonly name: string;
  readonly rest: string;
}

/** By list of arguments: equal ones are the same list in execution after execution. */
const prints: Readonly<Record<MonitorStyle, WeakMap<readonly string[], Printed>>> = {
  escaped: new WeakMap(),
  plain: new WeakMap(),
};

function printedAs(args: readonly string[], style: MonitorStyle): Printed {
  let printed = prints[style].get(args);
  if (printed === undefined) {
    const rest = args.length > 1 ? ` ${printWords(args.slice(1), style)}` : '';
    printed = { name: printWords(args.slice(0, 1), style).toUpperCase(), rest };
    prints[style].set(args, printed);
  }
  return printed;
}

/** Prints arguments as Redis's `sdscatrepr` does. @param args - with one character a byte @internal */
export function printWords(args: readonly string[], style: MonitorStyle): string {
  return args.map((arg) => `"${escaped(arg, style)}"`).join(' ');
}

const BETWEEN = '" "';

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', a: '\u0007', b: '\b' };
const ESCAPED = new Map(Object.entries(ESCAPES).map(([letter, byte]) => [byte, letter]));

function escaped(text: string, style: MonitorStyle): string {
  const marked = style === 'plain' ? text : text.replaceAll(/["\\]/g, String.raw`\$&`);
  return marked.replaceAll(/[^\x20-\x7e]/g, (byte) => {
    const letter = ESCAPED.get(byte);
    if (letter !== undefined) return `\\${letter}`;
    return `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

function unescaped(text: string): string {
  return text.replaceAll(
    /\\(?:x([0-9a-f]{2})|(.))/g,
    (_all, hex: string | undefined, char: string | undefined) =>
      hex === undefined ? (ESCAPES[char!] ?? char!) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
