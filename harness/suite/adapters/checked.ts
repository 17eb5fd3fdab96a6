import { checkNames } from '../../base/option-names.js';
import { shown } from '../../base/shown.js';
import { ScenarioError } from '../../scenario/errors.js';

/** What one option of an adapter has to be. @internal */
export type OptionKind = 'function' | 'needed function' | 'flag' | 'time' | 'count' | readonly string[];

const WANTED: Readonly<Record<Exclude<OptionKind, readonly string[]>, string>> = {
  function: 'a function',
  'needed function': 'a function, and is needed',
  flag: 'true or false',
  time: 'a time in ms, more than 0',
  count: 'a whole number, 1 or more',
};

/**
 * Checks what somebody wrote as an adapter.
 *
 * @param what - whose options they are, for messages: `lockAdapter`
 * @throws ScenarioError that says which option has to be what
 * @internal
 */
export function checkAdapter<T extends object>(
  what: string,
  given: T,
  options: Readonly<Record<keyof T, OptionKind>>,
): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new ScenarioError(`${what} takes an object, not ${shown(given)}`);
  checkNames(given, options, what);
  for (const [name, kind] of Object.entries<OptionKind>(options)) {
    const value = (given as Readonly<Record<string, unknown>>)[name];
    if ((value === undefined && kind !== 'needed function') || fits(value, kind)) continue;
    const wanted = typeof kind === 'string' ? WANTED[kind] : `one of ${kind.join(', ')}`;
    throw new ScenarioError(`${what}: "${name}" is ${wanted}, not ${shown(value)}`);
  }
}

function fits(value: unknown, kind: OptionKind): boolean {
  switch (kind) {
    case 'function':
    case 'needed function':
      return typeof value === 'function';
    case 'flag':
      return typeof value === 'boolean';
    case 'time':
      return typeof value === 'number' && value > 0 && Number.isFinite(value);
    case 'count':
      return Number.isInteger(value) && (value as number) > 0;
    default:
      return kind.includes(value as string);
  }
}
