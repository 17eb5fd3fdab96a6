/** For tests: histories of ledgers, and what trying every order says of them. */
import { Prng } from '../../../base/prng.js';
import type { CheckedOperation } from '../../linearizability/calls.js';

const KEYS = ['x', 'y'];
const OUTCOMES = ['unknown', 'failed', 'pending'] as const;

/** Parts of a transaction, as its input has them. */
type Part = { readonly key: string; readonly append?: string; readonly read?: true };

/**
 * A small history from a seed: an execution with one order, in which afterwards some replies are changed, or some operations
 * are moved in time, so that about half of them have no order any more.
 */
export function generatedLedger(seed: number, transactions: boolean): CheckedOperation[] {
  const random = new Prng(seed);
  const workers = 2 + random.below(2);
  const size = 3 + random.below(4);
  const lists = new Map(KEYS.map((key) => [key, [] as string[]]));
  const busyUntil = new Map<number, number>();
  let appended = 0;
  return Array.from({ length: size }, (_, at): CheckedOperation => {
    const worker = 1 + random.below(workers);
    // Around its moment in the one order, and now and then not.
    const moment = random.below(6) === 0 ? random.below(size) : at;
    // A worker may have several under way at once.
    const free = random.below(4) === 0 ? 0 : (busyUntil.get(worker) ?? 0);
    const start = Math.max(free, moment * 10 - random.below(25)) + 1;
    const end = start + 1 + random.below(25);
    busyUntil.set(worker, Math.max(end, busyUntil.get(worker) ?? 0));
    const parts = Array.from({ length: transactions ? 1 + random.below(3) : 1 }, (): Part => {
      const key = KEYS[random.below(transactions ? 2 : 1)]!;
      return random.below(2) === 0 ? { key, append: `${(appended += 1)}` } : { key, read: true };
    });
    const lost = random.below(8) === 0;
    const outputs = parts.map(({ key, append }) => {
      const list = lists.get(key)!;
      if (append === undefined) return disturbed([...list], random);
      if (!lost) list.push(append);
      return undefined;
    });
    const outcome: CheckedOperation['outcome'] = OUTCOMES[random.below(15)] ?? 'ok';
    const common = { worker, start, end, outcome } satisfies Partial<CheckedOperation>;
    if (transactions)
      return { ...common, name: 'transaction', input: parts, value: outcome === 'ok' ? outputs : undefined };
    const [{ append }] = parts as [Part];
    return append === undefined
      ? { ...common, name: 'read', value: outcome === 'ok' ? outputs[0] : undefined }
      : { ...common, name: 'append', input: append };
  });
}

function disturbed(list: string[], random: Prng): string[] {
  const how = random.below(12);
  if (how === 0) list.pop();
  if (how === 1) list.reverse();
  if (how === 2 && list.length > 0) list.push(list[0]!);
  if (how === 3) list.splice(random.below(list.length + 1), 1);
  return list;
}

/** Is there an order? By trying every one, of every choice of what nobody knows. */
export function bruteForceLedger(
  history: readonly CheckedOperation[],
  order: 'real time' | 'worker',
): boolean {
  const taking = history.filter(({ outcome }) => outcome !== 'failed');
  const known = ({ outcome = 'ok' }: CheckedOperation): boolean => outcome === 'ok';
  const precedes = (a: CheckedOperation, b: CheckedOperation): boolean =>
    known(a) && a.end < b.start && (order === 'real time' || a.worker === b.worker);
  const tried = (
    left: readonly CheckedOperation[],
    lists: ReadonlyMap<string, readonly string[]>,
  ): boolean => {
    if (left.every((one) => !known(one))) return true;
    return left.some((one) => {
      const rest = left.filter((other) => other !== one);
      // What nobody knows of may also never happen, and then holds nobody up.
      if (left.some((other) => precedes(other, one))) return false;
      const after = applied(one, lists, known(one));
      return after !== undefined && tried(rest, after);
    });
  };
  return tried(taking, new Map());
}

function applied(
  { name, input, value }: CheckedOperation,
  before: ReadonlyMap<string, readonly string[]>,
  known: boolean,
): ReadonlyMap<string, readonly string[]> | undefined {
  const single = name !== 'transaction';
  const parts: readonly Part[] = single
    ? [name === 'read' ? { key: 'x', read: true } : { key: 'x', append: input as string }]
    : (input as Part[]);
  const outputs = single ? [value] : ((value ?? []) as unknown[]);
  const lists = new Map(before);
  for (const [at, { key, append }] of parts.entries()) {
    const list = lists.get(key) ?? [];
    if (append !== undefined) lists.set(key, [...list, append]);
    else if (known && JSON.stringify(outputs[at]) !== JSON.stringify(list)) return undefined;
  }
  return lists;
}
