import type { FaultKind } from '../../faults/catalogue.js';
import type { SharedUse } from '../../scenario/running.js';
import { printable } from '../../wire/resp.js';

/** What can be a step, or what a fault can be aimed at. @internal */
export const MOVE_KINDS = [
  'command',
  'connect',
  'step',
  'event',
  'timer',
  'expiry',
  'server',
  'connection',
] as const;
/** One of them. @internal */
export type MoveKind = (typeof MOVE_KINDS)[number];

/** One step as it was performed. Bytes are kept as they were; records decode them. @internal */
export interface PerformedStep {
  readonly kind: MoveKind;
  readonly worker: number;
  readonly id: string;
  /** Position in the common order of events of the history. */
  readonly tick: number;
  /** Where a command went: the connection, and the database selected there; only in traced executions. */
  readonly sentOn: { readonly connection: string; readonly database: string } | undefined;
  readonly args: readonly Buffer[] | undefined;
  /** The database of its connection, where it is a command. */
  readonly database?: string;
  /** What is shown instead of a command. */
  readonly text: string | undefined;
  /** The shared value that it used, where it did. */
  readonly shared: Pick<SharedUse, 'shared' | 'mode'> | undefined;
  reply: Buffer | undefined;
  readonly fault: FaultKind | undefined;
  readonly preemption: boolean;
  /** Virtual time since the execution began, after the step. */
  atMs: number;
  readonly source: string | undefined;
  /** Values of the keys of the command, around it; only in traced executions. */
  values?: readonly KeyValue[];
  /** What the clients noticed right after: reconnects, errors, worker ends. */
  readonly notes: string[];
}

/** A key's value around a step, as text for people; null where the key does not exist. @internal */
export interface KeyValue {
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What a step is, in one line: its command, or what is said instead of one. @internal */
export function stepLabel({ text, args }: Pick<PerformedStep, 'text' | 'args'>): string {
  return text ?? (args === undefined ? '' : commandLine(args));
}

/**
 * Index of the step that sent a command the last time: a client may do so again. -1 where none did.
 *
 * @param nth - the place of the command in the order of its worker's
 * @internal
 */
export function lastAttempt(steps: readonly PerformedStep[], worker: number, nth: number): number {
  const call = `w${worker}.${nth}`;
  return steps.findLastIndex(
    ({ kind, id }) => kind === 'command' && (id === call || id.startsWith(`${call}r`)),
  );
}

/** What a timer is called: by its delay. @internal */
export function timerText({ delayMs }: { readonly delayMs: number }): string {
  return `timer ${delayMs} ms`;
}

/** Texts of lists of arguments: each is asked for at every point at which its command is possible. */
const texts = new WeakMap<readonly Buffer[], { readonly words: readonly string[]; readonly line: string }>();

function textOf(args: readonly Buffer[]): { readonly words: readonly string[]; readonly line: string } {
  let text = texts.get(args);
  if (text === undefined) {
    const words = args.map((arg, at) => (at === 0 ? printable(arg).toUpperCase() : printable(arg)));
    texts.set(args, (text = { words, line: words.join(' ') }));
  }
  return text;
}

/** Upper-case name and arguments as text. @internal */
export function commandText(args: readonly Buffer[]): readonly string[] {
  return textOf(args).words;
}

/** The same in one line. @internal */
export function commandLine(args: readonly Buffer[]): string {
  return textOf(args).line;
}

/** The last of these steps that a worker did, for messages: `after GET c`, or `from its start`. @internal */
export function lastSeen(steps: readonly PerformedStep[], worker: number): string {
  const last = steps.findLast((step) => step.worker === worker);
  return last === undefined ? 'from its start' : `after ${stepLabel(last)}`;
}
