import type { CliContext } from '../context/context.js';
import { UsageError } from '../context/errors.js';
import type { ProgressLine } from '../../report/terminal/progress-line.js';
import { serverFlagsOf, type ServerFlags } from '../context/server-flags.js';
import { MemberProcess } from './member-process.js';

/**
 * Checks that every process can have a Redis of its own.
 *
 * @throws UsageError when several processes are to share a Redis that was given by its address
 * @internal
 */
export function checkJobs(flags: ServerFlags & { readonly jobs?: number }): void {
  if ((flags.jobs ?? 1) > 1 && !canHaveOwnServer(flags)) {
    throw new UsageError(
      `--jobs needs a Redis for each process, and ${addressIn(flags)} is one: leave out one of the two`,
    );
  }
}

/** Can another process have a Redis of its own? Not where one was given by its address. @internal */
export function canHaveOwnServer(flags: ServerFlags): boolean {
  return addressIn(flags)?.startsWith('redis://') !== true;
}

function addressIn({ redis }: ServerFlags): string | undefined {
  return redis ?? process.env['RACE_LAB_REDIS'];
}

/**
 * Runs `body` with a number of other processes, each with a Redis of its own, and ends them whatever happens.
 *
 * @throws JobError when one cannot be started, Interrupted when the user does not want to wait for it
 * @internal
 */
export async function withMembers<T>(
  context: CliContext,
  count: number,
  flags: ServerFlags,
  progress: ProgressLine,
  body: (members: readonly MemberProcess[]) => Promise<T>,
): Promise<T> {
  const members: MemberProcess[] = [];
  const stop = (): void => {
    for (const member of members) void member.stop();
  };
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    for (let at = 0; at < count; at++) {
      members.push(new MemberProcess(at + 1, (line) => progress.note(line)));
    }
    if (count > 0) progress.say(`starting ${count} more processes`);
    await Promise.all(members.map((member) => member.ask('start', serverFlagsOf(flags))));
    return await body(members);
  } finally {
    context.signal.removeEventListener('abort', stop);
    await Promise.all(members.map((member) => member.close()));
  }
}
