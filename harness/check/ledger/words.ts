import { shown } from '../../base/shown.js';
import type { Edge, EdgeKind, Graph } from './graph.js';
import type { Transaction } from './transactions.js';
import type { Ledger } from './versions.js';

/** Appends of a read that are named; the last ones. */
const NAMED_MAX = 3;
/** Transactions of a circle that are named. */
const CIRCLE_MAX = 12;

/** One transaction of a circle, and why it comes before the next. @internal */
export interface Link {
  readonly from: Transaction;
  readonly to: Transaction;
  readonly kind: EdgeKind;
  /** What was appended, where it is about that. */
  readonly text: string;
  /** Nobody ever saw what it is about. */
  readonly unseen: boolean;
}

/** A circle from transaction to transaction, without the stops between them. @internal */
export function linksOf(circle: readonly Edge[], { transactions }: Graph): Link[] {
  const first = circle.findIndex(({ from }) => from < transactions.length);
  const edges = [...circle.slice(first), ...circle.slice(0, first)];
  const links: Link[] = [];
  let begun: Edge[] = [];
  for (const edge of edges) {
    begun.push(edge);
    if (edge.to >= transactions.length) continue;
    const { kind, from } = begun[0]!;
    links.push({
      from: transactions[from]!,
      to: transactions[edge.to]!,
      kind,
      text: edge.about === undefined ? '' : shown(edge.about),
      unseen: begun.some(({ unseen }) => unseen),
    });
    begun = [];
  }
  return links;
}

/** A read that began when an append had ended, and does not have it; the simplest circle that there is. @internal */
export function missedIn(ledgers: readonly Ledger[]): Link[] | undefined {
  for (const { writers, values, order, seen, reads } of ledgers) {
    const unseen = [...writers].filter(([one, { outcome }]) => outcome === 'ok' && !seen.has(one));
    const earliest = unseen.reduce<(typeof unseen)[number] | undefined>(
      (first, one) => (first === undefined || endOf(one[1]) < endOf(first[1]) ? one : first),
      undefined,
    );
    for (const { reader, saw } of reads) {
      const next = order[saw.length];
      const candidates = [
        ...(next === undefined ? [] : [[next, writers.get(next)!] as const]),
        ...(earliest ? [earliest] : []),
      ];
      const missed = candidates.find(([, writer]) => endOf(writer) < reader.operation.start);
      if (missed === undefined) continue;
      const [one, writer] = missed;
      return [
        { from: reader, to: writer, kind: 'rw', text: shown(values.get(one)), unseen: !seen.has(one) },
        { from: writer, to: reader, kind: 'time', text: '', unseen: false },
      ];
    }
  }
  return undefined;
}

function endOf({ operation, outcome }: Transaction): number {
  return outcome === 'ok' ? operation.end : Infinity;
}

/** What is wrong with an order that goes in such a circle. @internal */
export function nameOf(links: readonly Link[]): string {
  const kinds = links.map(({ kind }) => kind);
  const missed = links.filter(({ kind }) => kind === 'rw');
  if (kinds.includes('time') || kinds.includes('worker')) {
    if (missed.length === 1) return missed[0]!.unseen ? 'lost append' : 'stale read';
    return kinds.includes('time') ? 'order against time' : 'order against that of a worker';
  }
  if (missed.length > 1) return 'write skew';
  if (missed.length === 1) return 'read skew';
  return kinds.includes('wr') ? 'circular information flow' : 'write cycle';
}

/** The circle in words: each of it, and why it comes before the next. @internal */
export function circleText(links: readonly Link[]): string {
  const parts = links
    .slice(0, CIRCLE_MAX)
    .map((link) => `${transactionText(link.from)} comes before ${whyText(link)}`);
  const more = links.length - CIRCLE_MAX;
  return `${parts.join('; ')}${more > 0 ? `; and ${more} more` : ''}. No order does all of that`;
}

function whyText({ to, kind, text }: Link): string {
  const next = transactionText(to);
  switch (kind) {
    case 'ww':
      return `${next}, which appended ${text} behind it`;
    case 'wr':
      return `${next}, which saw ${text} of it`;
    case 'rw':
      return `${next}, since it did not see ${text}`;
    case 'time':
      return `${next}, which began when it had ended`;
    case 'worker':
      return `${next}, which its worker did after it`;
  }
}

/** `w2 read → [… 117 more, 'x', 'y', 'z']`, for people. @internal */
export function transactionText({ operation, outcome, accesses }: Transaction): string {
  const { worker, name, input } = operation;
  const given = input === undefined ? '' : ` ${shown(input)}`;
  if (outcome !== 'ok') return `w${worker} ${name}${given} → ?`;
  const reads = accesses.flatMap((access) => ('saw' in access ? [listText(access.values)] : []));
  return `w${worker} ${name}${given}${reads.length === 0 ? '' : ` → ${reads.join(', ')}`}`;
}

function listText(values: readonly unknown[]): string {
  const more = values.length - NAMED_MAX;
  const last = values.slice(-NAMED_MAX).map(shown);
  return `[${[...(more > 0 ? [`… ${more} more`] : []), ...last].join(', ')}]`;
}
