/** One more run of each finding in a process that did not find it. */
import type { Elsewhere, FindingRef } from '../context/findings.js';
import { serverFlagsOf, type ServerFlags } from '../context/server-flags.js';
import { MemberProcess } from './member-process.js';

/**
 * Replays findings in a process of its own, with a Redis of its own: what modules keep, and what depends on the order in
 * which they were loaded, is another there.
 *
 * @param onNote - takes lines for people
 * @returns what each came to, in their order
 * @throws JobError when there is no such process
 * @internal
 */
export async function confirmElsewhere(
  findings: readonly FindingRef[],
  flags: ServerFlags,
  signal: AbortSignal,
  onNote: (line: string) => void,
): Promise<Elsewhere[]> {
  const other = new MemberProcess(1, onNote);
  const close = (): void => void other.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    await other.ask('start', serverFlagsOf(flags));
    const outcomes: Elsewhere[] = [];
    for (const finding of findings) outcomes.push(await other.ask('replay', finding));
    return outcomes;
  } finally {
    signal.removeEventListener('abort', close);
    await other.close();
  }
}
