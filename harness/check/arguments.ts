import { checkNames } from '../base/option-names.js';
import { shown } from '../base/shown.js';
import { ScenarioError } from '../base/scenario-error.js';

/** How the ready-made invariants are called: for people who have called one in another way. */
const USAGE = {
  noLostUpdate: "noLostUpdate({ key: 'views' }), with { operation, read } where they differ",
  atMostOnce: "atMostOnce({ key: 'views' }), with { operation, read } where they differ",
  mutualExclusion:
    "mutualExclusion(), mutualExclusion('name of the critical section'), or mutualExclusion({ leaseMs: 1000 })",
  noStuckKey: "noStuckKey('lock:*')",
  noKeyLeft: "noKeyLeft('lock:*')",
  noStaleEntry: "noStaleEntry({ key: 'price', truth: () => db.read() })",
  releasedOnlyItsOwn: "releasedOnlyItsOwn({ key: 'lock:1' })",
  worksUnderItsOwn: "worksUnderItsOwn({ key: 'lock:1', work: 'send the report' })",
  noGhostLock: "noGhostLock({ key: 'lock:1' })",
  fencingOrder:
    "fencingOrder({ key: 'report', token: ({ command, reply }) => (reply === 1 ? Number(command[4]) : undefined) })",
  ttlWithin: "ttlWithin({ keys: 'lock:*', maxMs: 1000 }), with { minMs } where there is a least one",
  admissionLimit: "admissionLimit({ limit: 5, windowMs: 1000, window: 'fixed' }), or 'sliding', or 'bucket'",
  firstInFirstOut: "firstInFirstOut(), or firstInFirstOut({ put: 'send', take: 'receive' })",
  errorsContained: "errorsContained(), or errorsContained({ operation: 'read' })",
  settlesWithin: 'settlesWithin({ ms: 1000 }), with { operation } where only some count',
  recovers: "recovers(), or recovers({ withinOperations: 1, operation: 'read' })",
} as const;

/** One of them. @internal */
export type ReadyMade = keyof typeof USAGE;

function wrong(name: ReadyMade, what: string): ScenarioError {
  return new ScenarioError(`${name}: ${what}; write ${USAGE[name]}`);
}

/** An object of options with these names. @throws ScenarioError @internal */
export function checkedOptions<T extends object>(name: ReadyMade, given: T, known: Record<keyof T, true>): T {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw wrong(name, `it takes an object of options, not ${shown(given)}`);
  checkNames(given, known, name);
  return given;
}

/** A text that is not empty. @param what - as in `"key" is a text` @throws ScenarioError @internal */
export function checkedText(name: ReadyMade, what: string, given: unknown): string {
  if (typeof given === 'string' && given !== '') return given;
  throw wrong(name, `${what} is a text that is not empty, not ${shown(given)}`);
}

/** A pattern of keys, as for KEYS. @throws ScenarioError @internal */
export function checkedPattern(name: ReadyMade, given: unknown): void {
  checkedText(name, 'the pattern of the keys', given);
}

/** @throws ScenarioError for what cannot be called @internal */
export function checkedFunction(name: ReadyMade, what: string, given: unknown): void {
  if (typeof given !== 'function') throw wrong(name, `${what} is a function, not ${shown(given)}`);
}

/** The same, where it may be left out. @throws ScenarioError @internal */
export function checkedOptional(
  name: ReadyMade,
  given: object,
  kind: 'text' | 'function',
  ...options: readonly string[]
): void {
  const check = kind === 'text' ? checkedText : checkedFunction;
  for (const option of options) {
    const value = (given as Readonly<Record<string, unknown>>)[option];
    if (value !== undefined) check(name, `"${option}"`, value);
  }
}

/** A time in ms. @throws ScenarioError for anything but a number above 0 @internal */
export function checkedTime(name: ReadyMade, what: string, given: unknown): void {
  if (typeof given !== 'number' || !(given > 0))
    throw wrong(name, `${what} is a time in ms, more than 0, not ${shown(given)}`);
}

/** A number of operations. @throws ScenarioError for a negative one, and for parts @internal */
export function checkedCount(name: ReadyMade, what: string, given: unknown): void {
  if (!Number.isInteger(given) || (given as number) < 0)
    throw wrong(name, `${what} is a whole number, 0 or more, not ${shown(given)}`);
}
