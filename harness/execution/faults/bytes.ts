import { happenIn } from '../../base/flow.js';
import { handOver, receiver } from '../traffic/deliver.js';
import { turn } from '../host/turn.js';
import type { FaultAction } from './action.js';
import { afterApply, inItsFlow, runOnServer, takeCommand, type AnsweredCommand } from './command-fault.js';

/** Pieces of one reply at most; the last one holds the rest. */
const PIECES_MAX = 64;
/** An integer reply, also within an array. */
const INTEGER = /(^|\r\n):-?\d+(?=\r\n)/;

/** Instead of the reply comes something that is no RESP. @internal */
export const garbageReply = afterApply<'garbage-reply'>(({ link, spec }) => {
  link.expectBreak();
  const garbage = Buffer.from(`${spec.parameters.text}\r\n`);
  link.arrivals.next(() => inItsFlow(link, () => link.stream.deliver(garbage)));
});

/** The first integer of the reply comes as something that is none. Other replies pass as they are. @internal */
export const corruptInteger = afterApply<'corrupt-integer'>((answered) => {
  const { reply, spec, step } = answered;
  const text = reply?.toString('latin1') ?? '';
  const corrupted = text.replace(INTEGER, `$1:${spec.parameters.digits}`);
  if (corrupted === text) step.notes.push('the reply has no integer: it passed as it is');
  hand(answered, Buffer.from(corrupted, 'latin1'));
});

/** The reply comes twice. @internal */
export const duplicatedReply = afterApply((answered) => {
  const { reply = Buffer.of(), link } = answered;
  link.expectBreak();
  hand(answered, Buffer.concat([reply, reply]));
});

/** The reply comes in small pieces, each in a turn of the event loop of its own. @internal */
export const slicedReply: FaultAction<'sliced-reply'> = {
  // Pieces cannot overtake what is on its way.
  applies: (_stage, { link }) => link?.arrivals.busy !== true,
  inject: async (stage, move, spec) => {
    const struck = await takeCommand(stage, move, spec);
    if (struck === undefined) return;
    const { link, held, reply, sent } = await runOnServer(struck);
    if (reply === undefined) return;
    const { size } = spec.parameters;
    let at = 0;
    for (let piece = 1; piece < PIECES_MAX && at + size < reply.length; piece++) {
      const bytes = reply.subarray(at, (at += size));
      happenIn(receiver(link, held), () => link.deliver(bytes));
      // A kernel needs one more turn to hand on what it got.
      await turn();
      await turn();
    }
    handOver(link, held, reply.subarray(at), sent);
  },
};

function hand({ link, held, reply, sent }: AnsweredCommand, bytes: Buffer): void {
  if (reply !== undefined) handOver(link, held, bytes, sent);
}
