import { encodeCommand } from '../../../wire/upstream/control.js';
import type { FaultSpec } from '../../../faults/spec.js';
import type { Upstream } from '../../../wire/upstream/upstream.js';
import type { Move } from '../../steps/move.js';
import type { Stage } from '../../stage/stage.js';
import type { FaultAction } from '../action.js';
import { answerInstead, runOnServer, takeCommand } from '../command-fault.js';

/** What no server can read, where the length of an argument, or the number of arguments, should be. */
const DAMAGED = { bulk: '*1\r\n$x\r\n', multibulk: '*x\r\n' } as const;

/** The command arrives damaged: the server says so and hangs up. @internal */
export const malformedRequest: FaultAction<'server-protocol-error'> = {
  applies: reachesServer,
  inject: async (stage, move, spec) => {
    const damaged = Buffer.from(DAMAGED[spec.parameters.part]);
    const upstream = await sendInstead(stage, move, spec, damaged);
    await upstream?.ended;
  },
};

/** No server has such a command. */
const UNKNOWN = encodeCommand(['RACE-LAB-NO-SUCH-COMMAND']);

/** A command of a transaction is not queued, so that EXEC is refused. @internal */
export const notQueued: FaultAction = {
  applies: (stage, move) => reachesServer(stage, move) && move.link!.state.inTransaction && isQueued(move),
  inject: async (stage, move, spec) => void (await sendInstead(stage, move, spec, UNKNOWN)),
};

const NOT_QUEUED = new Set(['EXEC', 'DISCARD', 'MULTI', 'WATCH', 'RESET', 'QUIT']);

function isQueued({ command }: Move): boolean {
  return command !== undefined && !NOT_QUEUED.has(command[0]!);
}

/** From here on the server answers nothing on this connection. @internal */
export const repliesOff: FaultAction = {
  applies: (stage, move) =>
    reachesServer(stage, move) &&
    stage.environment.health.fault === undefined &&
    !move.link!.state.inTransaction,
  inject: async (stage, move, spec) => {
    const struck = await takeCommand(stage, move, spec);
    if (struck === undefined) return;
    struck.link.turnRepliesOff();
    await runOnServer(struck);
  },
};

/** Sends other bytes in place of the command; the client gets what the server says to them. @returns where they went */
async function sendInstead(
  stage: Stage,
  move: Move,
  spec: FaultSpec,
  frame: Buffer,
): Promise<Upstream | undefined> {
  const struck = await takeCommand(stage, move, spec);
  if (struck === undefined) return undefined;
  const upstream = struck.link.upstream!;
  answerInstead(struck, await upstream.request(frame));
  return upstream;
}

function reachesServer(stage: Stage, { link }: Move): boolean {
  return link?.upstream !== undefined && !link.repliesOff && stage.environment.health.access === 'full';
}
