import { checkNames } from '../../../base/option-names.js';
import { ScenarioError } from '../../../base/scenario-error.js';
import { shown } from '../../../base/shown.js';
import type { ModelCall } from '../model.js';

/** Names of operations, checked. @param defaults - what they are called where nobody says otherwise @throws ScenarioError @internal */
export function namesOf<T extends Readonly<Record<string, string>>>(
  model: string,
  given: object,
  defaults: T,
  others: readonly string[] = [],
): T {
  if (typeof given !== 'object' || given === null)
    throw new ScenarioError(`${model}: it takes an object of options, not ${shown(given)}`);
  const known = Object.fromEntries([...Object.keys(defaults), ...others].map((name) => [name, true]));
  checkNames(given, known, model);
  const names = { ...defaults, ...defined(given, defaults) };
  const wrong = Object.entries(names).find(([, name]) => typeof name !== 'string' || name === '');
  if (wrong !== undefined)
    throw new ScenarioError(`${model}: "${wrong[0]}" is the name of an operation, not ${shown(wrong[1])}`);
  const all = Object.values(names);
  if (new Set(all).size < all.length)
    throw new ScenarioError(`${model}: two of its operations have the same name: ${all.join(', ')}`);
  return names;
}

function defined(given: object, defaults: object): object {
  return Object.fromEntries(
    Object.entries(given).filter(([name, value]) => value !== undefined && name in defaults),
  );
}

/** What a lock, a compare-and-set or a set answered: yes or no; undefined where that cannot be said. @internal */
export function yesOrNo({ known, output }: ModelCall): boolean | undefined {
  if (!known) return undefined;
  if (output === true || output === 'OK') return true;
  if (output === false || output === null) return false;
  const number = numberOf(output);
  return number === undefined ? undefined : number > 0;
}

/** A number, or the text of one. @internal */
export function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}
