import { encodeCommand } from '../../../wire/control.js';
import { textOf, type FaultSpec } from '../../../wire/fault-spec.js';
import type { Upstream } from '../../../wire/upstream.js';
import { handOver } from '../../deliver.js';
import { note } from '../../recording.js';
import type { Move } from '../../step.js';
import type { Stage } from '../../stage.js';
import type { FaultAction } from '../action.js';
import { runStruck, take } from '../strike.js';

/** What no server can read, where the length of an argument, or the number of arguments, should be. */
const DAMAGED = { bulk: '*1\r\n$x\r\n', multibulk: '*x\r\n' } as const;

/** The command arrives damaged: the server says so and hangs up. */
export const malformedRequest: FaultAction = {
  applies: reachesServer,
  inject: async (stage, move, spec) => {
    const part = textOf(spec, 'part') as keyof typeof DAMAGED;
    const upstream = await sendInstead(stage, move, spec, Buffer.from(DAMAGED[part]));
    await upstream?.ended;
  },
};

/** No server has such a command. */
const UNKNOWN = encodeCommand(['RACE-LAB-NO-SUCH-COMMAND']);

/** A command of a transaction is not queued, so that EXEC is refused. */
export const notQueued: FaultAction = {
  applies: (stage, move) => reachesServer(stage, move) && move.link!.transaction && isQueued(move),
  inject: async (stage, move, spec) => void (await sendInstead(stage, move, spec, UNKNOWN)),
};

const NOT_QUEUED = new Set(['EXEC', 'DISCARD', 'MULTI', 'WATCH', 'RESET', 'QUIT']);

function isQueued({ command }: Move): boolean {
  return command !== undefined && !NOT_QUEUED.has(command[0]!);
}

/** From here on the server answers nothing on this connection. */
export const repliesOff: FaultAction = {
  applies: (stage, move) =>
    reachesServer(stage, move) && stage.environment.trouble.kind === undefined && !move.link!.transaction,
  inject: async (stage, move, spec) => {
    const struck = await take(stage, move, spec);
    if (struck === undefined) return;
    struck.link.muted = true;
    struck.link.broken = true;
    await runStruck(struck);
  },
};

/** Sends other bytes in place of the command; the client gets what the server says to them. @returns where they went */
async function sendInstead(
  stage: Stage,
  move: Move,
  spec: FaultSpec,
  frame: Buffer,
): Promise<Upstream | undefined> {
  const struck = await take(stage, move, spec);
  if (struck === undefined) return undefined;
  const { link, held, step } = struck;
  const upstream = link.upstream!;
  step.reply = await upstream.request(frame);
  handOver(link, held, step.reply, note(stage, held, false, false));
  return upstream;
}

function reachesServer(stage: Stage, { link }: Move): boolean {
  return link?.upstream !== undefined && !link.muted && stage.environment.trouble.access === 'full';
}
