import { ScenarioError } from '../../base/scenario-error.js';
import { shown } from '../../base/shown.js';
import { History } from '../history.js';
import { writtenDown, type CheckedOperation } from '../linearizability/calls.js';
import { keyOf } from '../linearizability/values.js';

/** What the operations on ledgers are called. @internal */
export interface LedgerNames {
  readonly append: string;
  readonly read: string;
  readonly transaction: string;
}

/** One thing that an operation does to one ledger. @internal */
export type Access =
  | { readonly ledger: string; readonly append: string; readonly value: unknown }
  | { readonly ledger: string; readonly saw: readonly string[]; readonly values: readonly unknown[] };

/** An operation, and what it does to ledgers. @internal */
export interface Transaction {
  readonly operation: CheckedOperation;
  /** `failed`: certainly not. `unknown`: perhaps, and then at any time after its beginning. */
  readonly outcome: 'ok' | 'failed' | 'unknown';
  /** Of one that is not `ok`, only what it appends: nobody knows what it saw. */
  readonly accesses: readonly Access[];
}

/**
 * The operations of a history as transactions on ledgers.
 *
 * @throws ScenarioError for inputs and outputs that mean nothing, and where two append the same
 * @internal
 */
export function transactionsOf(
  history: History | readonly CheckedOperation[],
  names: LedgerNames,
): Transaction[] {
  const seen = new Set<string>();
  const found = operationsIn(history, names).map((operation) => transactionOf(operation, names));
  for (const { accesses } of found)
    for (const access of accesses) {
      if (!('append' in access)) continue;
      const id = JSON.stringify([access.ledger, access.append]);
      if (seen.has(id))
        throw new ScenarioError(
          `what is appended to a ledger is unique: ${shown(access.value)} is appended twice`,
        );
      seen.add(id);
    }
  return found;
}

function operationsIn(
  history: History | readonly CheckedOperation[],
  { append, read, transaction }: LedgerNames,
): readonly CheckedOperation[] {
  const names = [append, read, transaction];
  if (history instanceof History) return [...new Set(names)].flatMap((name) => history.named(name));
  if (!Array.isArray(history))
    throw new ScenarioError(`it takes a history, or a list of operations, not ${shown(history)}`);
  return writtenDown(history).filter(({ name }) => names.includes(name));
}

function transactionOf(operation: CheckedOperation, names: LedgerNames): Transaction {
  const { name, input, value, outcome: given = 'ok' } = operation;
  const outcome = given === 'pending' ? 'unknown' : given;
  const single = name === names.transaction ? undefined : [asPart(name, input, names)];
  const parts = single ?? partsOf(name, input);
  const outputs = single === undefined ? outputsOf(operation, parts.length, outcome) : [value];
  return {
    operation,
    outcome,
    accesses: parts.flatMap((part, at) => accessOf(name, part, outputs[at], outcome === 'ok')),
  };
}

/** `{ key, append }` or `{ key, read: true }`. */
interface Part {
  readonly key?: unknown;
  readonly append?: unknown;
  readonly read?: unknown;
}

/** An append of `{ key, value }` or of a value alone; a read of `{ key }` or of nothing. */
function asPart(name: string, input: unknown, names: LedgerNames): Part {
  const given = Object(input) as { key?: unknown; value?: unknown };
  const keyed = typeof input === 'object' && input !== null && 'key' in input;
  if (name === names.read) return { key: keyed ? given.key : input, read: true };
  return keyed ? { key: given.key, append: given.value } : { append: input };
}

function partsOf(name: string, input: unknown): Part[] {
  if (Array.isArray(input) && input.every((part) => typeof part === 'object' && part !== null))
    return input as Part[];
  throw new ScenarioError(
    `the input of "${name}" is a list of { key, append } and { key, read: true }, not ${shown(input)}`,
  );
}

function outputsOf(
  { name, value }: CheckedOperation,
  count: number,
  outcome: Transaction['outcome'],
): readonly unknown[] {
  if (outcome !== 'ok') return [];
  if (Array.isArray(value) && value.length === count) return value as unknown[];
  throw new ScenarioError(
    `"${name}" returns a list with what each of its ${count} parts saw, not ${shown(value)}`,
  );
}

function accessOf(name: string, part: Part, output: unknown, known: boolean): Access[] {
  const ledger = keyOf(part.key, true);
  if (part.append !== undefined) return [{ ledger, append: keyOf(part.append, true), value: part.append }];
  if (part.read === undefined)
    throw new ScenarioError(`"${name}" appends something or reads: its input says what, not ${shown(part)}`);
  if (!known) return [];
  const list = output ?? [];
  if (!Array.isArray(list))
    throw new ScenarioError(`"${name}" returns the list of what was appended, not ${shown(output)}`);
  return [{ ledger, saw: list.map((one) => keyOf(one, true)), values: list as unknown[] }];
}
