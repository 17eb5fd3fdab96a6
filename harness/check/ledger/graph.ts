import type { Transaction } from './transactions.js';
import type { Ledger } from './versions.js';

/**
 * Why one transaction comes before another. `ww`: it appended right before. `wr`: the other one saw what it appended. `rw`:
 * it did not see what the other one appended. `time`: it had ended before the other began. `worker`: they are of one worker.
 *
 * @internal
 */
export type EdgeKind = 'ww' | 'wr' | 'rw' | 'time' | 'worker';

/** One of them. @internal */
export interface Edge {
  /** Numbers of transactions; those behind the last are stops on the way between several. */
  readonly from: number;
  readonly to: number;
  readonly kind: EdgeKind;
  /** What was appended, where it is about that. */
  readonly about: unknown;
  /** Nobody ever saw that. */
  readonly unseen: boolean;
}

/** Transactions that took place, and which comes before which. @internal */
export interface Graph {
  readonly transactions: readonly Transaction[];
  /** From each one; stops included. */
  readonly edges: readonly (readonly Edge[])[];
}

/**
 * What the reads of ledgers tell of the order of transactions. Many to many (who had ended before whom, reads of the whole
 * list before what nobody saw) goes by a stop between them, so that there are no more edges than a few for each transaction.
 *
 * @param order - which order besides counts
 * @internal
 */
export function graphOf(
  all: readonly Transaction[],
  ledgers: readonly Ledger[],
  order: 'real time' | 'worker',
): Graph {
  const transactions = all.filter((one) => tookPlace(one, ledgers));
  const building = new Building(transactions);
  for (const ledger of ledgers) building.ofLedger(ledger);
  if (order === 'real time') building.inTime();
  else building.ofWorkers();
  return { transactions, edges: building.edges };
}

/** One that nobody knows the outcome of did where something of it was seen; otherwise it may as well not have. */
function tookPlace({ outcome, accesses }: Transaction, ledgers: readonly Ledger[]): boolean {
  if (outcome !== 'unknown') return outcome === 'ok';
  return accesses.some(
    (access) =>
      'append' in access && ledgers.some(({ seen, key }) => key === access.ledger && seen.has(access.append)),
  );
}

class Building {
  readonly edges: Edge[][];
  readonly #number: Map<Transaction, number>;

  constructor(readonly transactions: readonly Transaction[]) {
    this.edges = transactions.map(() => []);
    this.#number = new Map(transactions.map((one, at) => [one, at]));
  }

  /** Appends in their order, each before who saw it; and who did not see one before that. */
  ofLedger({ writers, order, reads, values, seen }: Ledger): void {
    const writerOf = (one: string): number => this.#number.get(writers.get(one)!)!;
    const valueOf = (one: string): unknown => values.get(one);
    for (const [at, one] of order.entries()) {
      const next = order[at + 1];
      if (next !== undefined) this.#add(writerOf(one), writerOf(next), 'ww', valueOf(next));
    }
    const whole: number[] = [];
    for (const { reader, saw } of reads) {
      const number = this.#number.get(reader)!;
      const last = saw.at(-1);
      if (last !== undefined) this.#add(writerOf(last), number, 'wr', valueOf(last));
      const next = order[saw.length];
      if (next === undefined) whole.push(number);
      else this.#add(number, writerOf(next), 'rw', valueOf(next));
    }
    const unseen = Array.from(writers, ([one, writer]) => ({ one, number: this.#number.get(writer) }));
    this.#unseen(
      whole,
      unseen.flatMap(({ one, number }) =>
        number === undefined || seen.has(one) ? [] : [{ number, value: valueOf(one) }],
      ),
    );
  }

  /** What nobody saw was appended behind all that somebody did: who read the whole list comes before it. */
  #unseen(whole: readonly number[], appends: readonly { number: number; value: unknown }[]): void {
    const stop = this.#stop();
    for (const { number, value } of appends) this.#add(stop, number, 'rw', value, true);
    const appending = new Set(appends.map(({ number }) => number));
    let first: number | undefined;
    for (const number of whole) {
      if (!appending.has(number)) this.#add(number, stop, 'rw', undefined);
      // One that appends itself does not come before itself. Several of these come before one another, by way of the first.
      else if (first === undefined) {
        first = number;
        for (const other of appends) this.#add(number, other.number, 'rw', other.value, true);
      } else this.#add(number, first, 'rw', appends.find((one) => one.number === first)!.value, true);
    }
  }

  /** One that had ended comes before those that began later. */
  inTime(): void {
    this.#oneAfterAnother([...this.transactions.keys()], 'time');
  }

  /** The same among those of one worker, which may have several under way at once. */
  ofWorkers(): void {
    const ofEach = new Map<number, number[]>();
    for (const [number, { operation }] of this.transactions.entries()) {
      const own = ofEach.get(operation.worker);
      if (own === undefined) ofEach.set(operation.worker, [number]);
      else own.push(number);
    }
    for (const own of ofEach.values()) this.#oneAfterAnother(own, 'worker');
  }

  #oneAfterAnother(numbers: readonly number[], kind: 'time' | 'worker'): void {
    const events = numbers.flatMap((number) => {
      const { operation, outcome } = this.transactions[number]!;
      return [
        { at: operation.start, ends: false, number },
        ...(outcome === 'ok' ? [{ at: operation.end, ends: true, number }] : []),
      ];
    });
    // At the same moment those that begin come first: they overlap.
    events.sort((a, b) => a.at - b.at || Number(a.ends) - Number(b.ends));
    let last: number | undefined;
    for (const { ends, number } of events) {
      if (!ends) {
        if (last !== undefined) this.#add(last, number, kind, undefined);
        continue;
      }
      const stop = this.#stop();
      if (last !== undefined) this.#add(last, stop, kind, undefined);
      this.#add(number, stop, kind, undefined);
      last = stop;
    }
  }

  #stop(): number {
    return this.edges.push([]) - 1;
  }

  #add(from: number, to: number, kind: EdgeKind, about: unknown, unseen = false): void {
    if (from !== to) this.edges[from]!.push({ from, to, kind, about, unseen });
  }
}
