/** What the identities and the notes of recorded steps say. They are a part of the format of records. */
import { harmless } from '../../base/text.js';
import type { RecordStep } from '../../record/format.js';
import { workerName } from './command-text.js';

/** A place in somebody's code, as steps have it: `src/stock.ts:14:9`. @internal */
export interface SourcePlace {
  readonly file: string;
  /** Its number; empty where nobody knows. */
  readonly line: string;
}

/** Reads a place. @param source - with or without line and column @internal */
export function placeOf(source: string): SourcePlace {
  const found = /^(.*?)(?::(\d+))?(?::\d+)?$/s.exec(source)!;
  return { file: harmless(found[1]!), line: found[2] ?? '' };
}

const LANDS = /\.lands$/;

/**
 * The identity of the command whose frame lands with this step, after its connection is gone; undefined for any other step.
 *
 * @internal
 */
export function landingOf({ id }: RecordStep): string | undefined {
  return LANDS.test(id) ? id.replace(LANDS, '') : undefined;
}

/** Is this the late reply of the step with that identity? @internal */
export function isReplyOf({ kind, id }: RecordStep, asked: string): boolean {
  return kind === 'event' && id === `${asked}.reply`;
}

/** A command of one call, over all its attempts: `w1.3r2` is the second attempt of `w1.3`. @internal */
export function callOf({ id }: RecordStep): string {
  return id.replace(/r\d+$/, '');
}

/** Is this something that a client says by itself to connect, such as HELLO? @internal */
export function isGreeting({ kind, id }: RecordStep): boolean {
  return kind === 'command' && /\.connect\d+_\d+$/.test(id);
}

/** Does a fault of the server end with this step? @internal */
export function isRecovery({ kind, id }: RecordStep): boolean {
  return kind === 'event' && id.startsWith('server.recovery');
}

/** Does this step happen to the server, rather than come from a client? @internal */
export function isOfServer({ kind, id }: RecordStep): boolean {
  return kind === 'server' || kind === 'expiry' || id.startsWith('server.');
}

/** Did this worker end with an error, at whichever step? @internal */
export function endedWithError(steps: readonly RecordStep[], worker: number): boolean {
  const said = `${workerName(worker)} ended with`;
  return steps.some(({ notes = [] }) => notes.some((note) => note.startsWith(said)));
}
