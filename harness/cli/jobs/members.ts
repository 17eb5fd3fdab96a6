import type { CliContext } from '../context.js';
import { UsageError } from '../errors.js';
import type { Progress } from '../progress.js';
import type { ServerFlags } from '../server.js';
import { MemberProcess } from './member-process.js';

/** @throws UsageError when several processes are to share a Redis that was given by its address */
export function checkJobs({ jobs = 1, redis }: ServerFlags & { readonly jobs?: number }): void {
  const address = redis ?? process.env['RACE_LAB_REDIS'];
  if (jobs > 1 && address?.startsWith('redis://') === true) {
    throw new UsageError(
      `--jobs needs a Redis for each process, and ${address} is one: leave out one of the two`,
    );
  }
}

/**
 * Runs `body` with so many more processes, each with a Redis of its own, and ends them whatever happens.
 *
 * @throws JobError when one cannot be started, Interrupted when the user does not want to wait for it
 */
export async function withMembers<T>(
  context: CliContext,
  count: number,
  flags: ServerFlags,
  progress: Progress,
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
    const { redis, image, allowHost } = flags;
    const server = {
      ...(redis === undefined ? {} : { redis }),
      ...(image === undefined ? {} : { image }),
      ...(allowHost === undefined ? {} : { allowHost }),
    };
    if (count > 0) progress.say(`starting ${count} more processes`);
    await Promise.all(members.map((member) => member.ask('start', server)));
    return await body(members);
  } finally {
    context.signal.removeEventListener('abort', stop);
    await Promise.all(members.map((member) => member.close()));
  }
}
