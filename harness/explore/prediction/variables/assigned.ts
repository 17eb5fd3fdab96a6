/** What may stand between two tokens. */
const GAP = String.raw`(?:\s|\/\*(?:[^*]|\*(?!\/))*\*\/|\/\/[^\n]*\n)*`;
const NAME = String.raw`[\w$\u0080-\uffff]+`;
const DECLARED = String.raw`(?<=\b(?:const|let)\s)`;
const OPERATOR = String.raw`(?:(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)?=(?![=>])|\+\+|--)`;
/** `x = 1`, `x += 1`, `x++`; not `const x = 1`, which gives a variable its first value, and not `o.x = 1`. */
const AFTER = new RegExp(
  String.raw`(?<![\w$\u0080-\uffff])(?<!(?<!\.)\.)(?:${DECLARED}()|)(${NAME})${GAP}${OPERATOR}`,
  'g',
);
const BEFORE = new RegExp(String.raw`(?:\+\+|--)${GAP}(${NAME})`, 'g');
/** The end of a pattern that values are taken apart by. */
const PATTERN = new RegExp(String.raw`[\]}]${GAP}=(?![=>])`, 'g');
const LOOP = new RegExp(
  String.raw`\bfor\b${GAP}(?:await\b${GAP})?\(${GAP}(?!const\b|let\b)([^;]{0,2000}?)\b(?:of|in)\b`,
  'g',
);
/** What stands for a variable of another module. */
const IMPORTS = /\bimport\b([^'"();]*)\bfrom\b/g;
/** Any name may be assigned to in a way that no text shows. */
const WILD = /(?<!\.\s*)\beval\s*\(|\bwith\s*\(|\barguments\s*\[|\\u/;
/** A variable with a default that is no expression. */
const DEFAULT = String.raw`(?:\s*=\s*[^=,{}[\]()+\-]+)?`;
const PART = String.raw`(?:\.\.\.)?${NAME}(?:\s*:\s*${NAME})?${DEFAULT}`;
const PARTS = String.raw`\{\s*${PART}(?:\s*,\s*${PART})*\s*,?\s*\}`;
const PARAMETER = String.raw`(?:${PARTS}(?:\s*=\s*\{\})?|${PART})`;
/** Patterns that declare variables, and parameters: a default gives one its first value. */
const DECLARES = new RegExp(String.raw`\b(const|let)\s+${PARTS}\s*=(?!=)`, 'g');
const TAKES = new RegExp(
  String.raw`(?<!\b(?:if|while|for|switch|with|catch)\s*)\(\s*${PARAMETER}(?:\s*,\s*${PARAMETER})*\s*,?\s*\) ?(\{|=>)`,
  'g',
);
const LENGTH_MAX = 2_000_000;
const PATTERN_MAX = 5000;
const OPENS = '([{';
const CLOSES = ')]}';

/** Says of a variable whether it may get another value after the one that it has. @internal */
export type MayChange = (name: string, value?: unknown) => boolean;

/**
 * Which variables of a script may change, by its text alone: all that look as if something were assigned to them anywhere, also
 * in what is no code. Whatever is in doubt may change.
 *
 * @internal
 */
export function assignedIn(source: string | undefined): MayChange {
  if (source === undefined || source.length > LENGTH_MAX || WILD.test(source)) return () => true;
  const names = new Set<string>();
  const code = source.replaceAll(DECLARES, '$1 {} =').replaceAll(TAKES, '() $1');
  for (const [text, declared, name] of code.matchAll(AFTER))
    if (declared === undefined || !text.endsWith('=') || /[^\s\w$\u0080-\uffff]=$/.test(text))
      names.add(name!);
  for (const [, name] of code.matchAll(BEFORE)) names.add(name!);
  for (const { index } of code.matchAll(PATTERN)) {
    const pattern = patternBefore(code, index);
    if (pattern === undefined) return () => true;
    addNames(names, pattern);
  }
  for (const [, head] of code.matchAll(LOOP)) addNames(names, head!);
  const imported = new Set<string>();
  for (const [, list] of code.matchAll(IMPORTS)) addNames(imported, list!);
  // Who gives an object or a function another value does it in a function of that module, which is seen there.
  return (name, value) =>
    names.has(name) || (imported.has(name) && typeof value !== 'object' && typeof value !== 'function');
}

function addNames(names: Set<string>, text: string): void {
  for (const [name] of text.matchAll(new RegExp(NAME, 'g'))) names.add(name);
}

/** The pattern that closes at a place, empty where it declares what is in it; undefined where it does not show. */
function patternBefore(source: string, closes: number): string | undefined {
  let depth = 0;
  for (let at = closes; at >= 0 && at > closes - PATTERN_MAX; at--) {
    const char = source[at]!;
    if (CLOSES.includes(char)) depth += 1;
    else if (OPENS.includes(char) && (depth -= 1) === 0)
      return /\b(?:const|let)\s+$/.test(source.slice(Math.max(0, at - 20), at))
        ? ''
        : source.slice(at, closes);
  }
  return undefined;
}
