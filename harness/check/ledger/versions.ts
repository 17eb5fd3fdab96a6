import { shown } from '../../base/shown.js';
import type { Access, Transaction } from './transactions.js';

/** A read, and the transaction that it is in. @internal */
export interface ReadOf {
  readonly reader: Transaction;
  readonly saw: readonly string[];
  /** The same as it was returned. */
  readonly values: readonly unknown[];
  /** Its transaction had appended before, and it did not see that at the end. */
  readonly ownMissing: boolean;
}

/** One ledger: what was appended by whom, and in which order, as far as anybody saw it. @internal */
export interface Ledger {
  readonly key: string;
  /** Who appended what. */
  readonly writers: ReadonlyMap<string, Transaction>;
  /** The longest list that anybody read. */
  readonly order: readonly string[];
  /** All of that list. */
  readonly seen: ReadonlySet<string>;
  readonly reads: readonly ReadOf[];
  /** What is appended, as it was given. */
  readonly values: ReadonlyMap<string, unknown>;
}

/** Something that no order explains, and that shows in one or two operations. @internal */
export interface Contradiction {
  readonly name: string;
  readonly message: (textOf: (transaction: Transaction) => string) => string;
  readonly transactions: readonly Transaction[];
}

interface Growing {
  readonly writers: Map<string, Transaction>;
  readonly values: Map<string, unknown>;
  readonly reads: ReadOf[];
}

/** All ledgers, by key. @internal */
export function ledgersOf(transactions: readonly Transaction[]): Ledger[] {
  const ledgers = new Map<string, Growing>();
  for (const transaction of transactions)
    for (const access of transaction.accesses) {
      const ledger: Growing = ledgers.get(access.ledger) ?? {
        writers: new Map(),
        values: new Map(),
        reads: [],
      };
      ledgers.set(access.ledger, ledger);
      if ('append' in access) {
        ledger.writers.set(access.append, transaction);
        ledger.values.set(access.append, access.value);
      } else ledger.reads.push({ reader: transaction, ...ownLeftOut(transaction, access) });
    }
  return Array.from(ledgers, ([key, ledger]) => {
    const order = ledger.reads.reduce<readonly string[]>(
      (most, { saw }) => (saw.length > most.length ? saw : most),
      [],
    );
    return { key, ...ledger, order, seen: new Set(order) };
  });
}

/** As others could have seen it: without what the same transaction appended before it read. */
function ownLeftOut(
  { accesses }: Transaction,
  read: Extract<Access, { saw: readonly string[] }>,
): Omit<ReadOf, 'reader'> {
  const before = accesses.slice(0, accesses.indexOf(read)).filter(({ ledger }) => ledger === read.ledger);
  const own = before.flatMap((access) => ('append' in access ? [access.append] : []));
  const at = read.saw.length - own.length;
  const { saw, values } = read;
  if (own.length === 0) return { saw, values, ownMissing: false };
  if (!own.every((one, nth) => saw[at + nth] === one)) return { saw, values, ownMissing: true };
  return { saw: saw.slice(0, at), values, ownMissing: false };
}

/** What shows without a circle; undefined where nothing does. @internal */
export function contradictionIn(ledgers: readonly Ledger[]): Contradiction | undefined {
  for (const ledger of ledgers) {
    const found =
      ledger.reads.map((read) => inRead(ledger, read)).find((one) => one !== undefined) ??
      twoOrders(ledger) ??
      reversed(ledger);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inRead({ writers }: Ledger, { reader, saw, values, ownMissing }: ReadOf): Contradiction | undefined {
  const transactions = [reader];
  const before = new Set<string>();
  for (const [at, one] of saw.entries()) {
    const text = (): string => shown(values[at]);
    const writer = writers.get(one);
    if (writer === undefined)
      return {
        name: 'phantom',
        transactions,
        message: (textOf) => `${textOf(reader)} has ${text()}, which nobody appended`,
      };
    if (writer.outcome === 'failed')
      return {
        name: 'aborted read',
        transactions: [writer, reader],
        message: (textOf) =>
          `${textOf(reader)} has ${text()}, although ${textOf(writer)} failed, with no effect`,
      };
    if (before.has(one))
      return {
        name: 'duplicate',
        transactions,
        message: (textOf) => `${textOf(reader)} has ${text()} twice`,
      };
    if (writer === reader)
      return {
        name: 'own append misplaced',
        transactions,
        message: (textOf) => `${textOf(reader)} has its own ${text()} where it cannot be`,
      };
    before.add(one);
  }
  if (!ownMissing) return undefined;
  return {
    name: 'own append missing',
    transactions,
    message: (textOf) => `${textOf(reader)} does not end with what it had appended itself`,
  };
}

/** Two reads of one ledger that have the same appends in different orders. */
function twoOrders({ order, reads }: Ledger): Contradiction | undefined {
  const longest = reads.find(({ saw }) => saw === order);
  const other = reads.find(({ saw }) => saw.some((one, at) => order[at] !== one));
  if (longest === undefined || other === undefined) return undefined;
  return {
    name: 'two orders',
    transactions: [longest.reader, other.reader],
    message: (textOf) => `${textOf(longest.reader)} and ${textOf(other.reader)} do not agree on one order`,
  };
}

/** What one transaction appended stands in the order in which it did that. */
function reversed({ order, writers, values }: Ledger): Contradiction | undefined {
  const places = new Map(order.map((one, at) => [one, at]));
  const last = new Map<Transaction, string>();
  for (const [one, writer] of writers) {
    const before = last.get(writer);
    if (places.has(one)) last.set(writer, one);
    if (before === undefined || (places.get(one) ?? Infinity) > places.get(before)!) continue;
    return {
      name: 'own appends reversed',
      transactions: [writer],
      message: (textOf) =>
        `${textOf(writer)} appended ${shown(values.get(before))} before ${shown(values.get(one))}, and they were read the other way round`,
    };
  }
  return undefined;
}
