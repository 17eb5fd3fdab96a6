import { happenIn } from '../../base/flow.js';
import type { FaultSpec } from '../../faults/spec.js';
import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import { handOver, receiver } from '../traffic/deliver.js';
import { onTheWire } from '../traffic/on-the-wire.js';
import { record, recordFault } from '../traffic/recording.js';
import { note, type SentCommand } from '../stage/sent-command.js';
import { sendUpstream } from '../traffic/send.js';
import type { Stage } from '../stage/stage.js';
import { commandMove, type Move } from '../steps/move.js';
import type { FaultAction } from './action.js';
import { reset } from './cut.js';
import { inItsFlow } from './command-fault.js';

/**
 * Everything that is on its way on the connection reaches the server; the replies to the first few commands reach the
 * client, then the connection is reset.
 *
 * @internal
 */
export const pipelineCut: FaultAction<'pipeline-cut'> = {
  applies: (_stage, move, spec) => onTheirWay(move) > Math.max(1, spec.parameters.replies),
  inject: async (stage, move, spec) => {
    const arriving = spec.parameters.replies;
    const pipeline = await takeAll(stage, move, spec);
    for (const [at, held] of pipeline.commands.entries()) {
      const arrives = at < arriving;
      const done = await run(stage, pipeline.link, held, arrives ? undefined : spec);
      if (done === undefined) break;
      if (arrives) handOver(pipeline.link, held, done.reply, done.sent);
    }
    inItsFlow(pipeline.link, () => reset(pipeline.link));
  },
};

/**
 * Everything that is on its way on the connection reaches the server, and all replies come in one piece.
 *
 * @internal
 */
export const coalescedReplies: FaultAction = {
  applies: (_stage, move) => onTheirWay(move) > 1,
  inject: async (stage, move, spec) => {
    const { link, commands } = await takeAll(stage, move, spec);
    const replies: Buffer[] = [];
    const sent: (SentCommand | undefined)[] = [];
    for (const [at, held] of commands.entries()) {
      const done = await run(stage, link, held, at === 0 ? spec : undefined);
      if (done === undefined) {
        // It waits on the server, or the connection is gone: the rest stays where it was.
        link.frames.putBack(commands.slice(at + 1));
        break;
      }
      replies.push(done.reply);
      sent.push(done.sent);
    }
    link.arrivals.next(() => {
      if (!link.isOpen || replies.length === 0) return;
      for (const one of sent) if (one !== undefined) one.answered = true;
      happenIn(receiver(link, commands[0]!), () =>
        link.deliver(Buffer.concat(replies), ...commands.slice(0, replies.length)),
      );
    });
  },
};

/** How many commands are on their way on the connection of this one, with it. */
function onTheirWay({ target }: Move): number {
  if (target.kind !== 'command') return 0;
  return 'call' in target ? target.call.release.length : target.link.frames.queue.length;
}

interface Pipeline {
  readonly link: Link;
  readonly commands: readonly HeldCommand[];
}

/** Takes everything out of the queue of a connection: what the client writes from now on is not part of it. */
async function takeAll(stage: Stage, move: Move, spec: FaultSpec): Promise<Pipeline> {
  const link = (await onTheWire(stage, move))?.target.link ?? move.link!;
  link.client.touched = true;
  const commands = link.frames.takeAll();
  if (commands.length === 0) recordFault(stage, move, spec);
  return { link, commands };
}

/** @returns undefined when there is no answer: the server closed the connection, or waits itself */
async function run(stage: Stage, link: Link, held: HeldCommand, fault: FaultSpec | undefined) {
  const move = commandMove(link, held);
  const step = fault === undefined ? record(stage, move, false, undefined) : recordFault(stage, move, fault);
  const reply = await sendUpstream(stage, link, held, step);
  const sent = note(stage, { link, held, reply }, 'ran');
  return reply === undefined ? undefined : { reply, sent };
}
