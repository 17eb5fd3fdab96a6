import { happenIn } from '../../flow.js';
import { numberOf, textOf } from '../../wire/fault-spec.js';
import { handOver, onArrival, receiver } from '../deliver.js';
import { turn } from '../turn.js';
import type { FaultAction } from './action.js';
import { afterApply, inItsFlow, runStruck, take, type Answered } from './strike.js';

/** Pieces of one reply at most; the last one holds the rest. */
const PIECES_MAX = 64;
/** An integer reply, also within an array. */
const INTEGER = /(^|\r\n):-?\d+(?=\r\n)/;

/** Instead of the reply comes something that is no RESP. */
export const garbageReply = afterApply(({ link, spec }) => {
  // The client may hang up now, and that is not its own wish.
  link.broken = true;
  const garbage = Buffer.from(`${textOf(spec, 'text')}\r\n`);
  onArrival(link, () => inItsFlow(link, () => link.stream.deliver(garbage)));
});

/** The first integer of the reply comes as something that is none. Other replies pass as they are. */
export const corruptInteger = afterApply((answered) => {
  const { reply, spec, step } = answered;
  const text = reply?.toString('latin1') ?? '';
  const corrupted = text.replace(INTEGER, `$1:${textOf(spec, 'digits')}`);
  if (corrupted === text) step.notes.push('the reply has no integer: it passed as it is');
  hand(answered, Buffer.from(corrupted, 'latin1'));
});

/** The reply comes twice. */
export const duplicatedReply = afterApply((answered) => {
  const { reply = Buffer.of(), link } = answered;
  link.broken = true;
  hand(answered, Buffer.concat([reply, reply]));
});

/** The reply comes in small pieces, each in a turn of the event loop of its own. */
export const slicedReply: FaultAction = {
  // Pieces cannot overtake what is late.
  applies: (_stage, { link }) => link?.late === undefined,
  inject: async (stage, move, spec) => {
    const struck = await take(stage, move, spec);
    if (struck === undefined) return;
    const { link, held, reply, sent } = await runStruck(struck);
    if (reply === undefined) return;
    const size = numberOf(spec, 'size');
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

function hand({ link, held, reply, sent }: Answered, bytes: Buffer): void {
  if (reply !== undefined) handOver(link, held, bytes, sent);
}
