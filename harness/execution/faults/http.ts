import type { FaultKind } from '../../faults/catalogue.js';
import type { HttpFaultKind } from '../../faults/http-kinds.js';
import type { FaultSpec } from '../../faults/spec.js';
import type { HttpSegment } from '../../wire/http/connection.js';
import type { FaultAction } from './action.js';
import { turn } from '../host/turn.js';
import { recordFault } from '../traffic/recording.js';
import type { Move } from '../steps/move.js';
import type { PerformedStep } from '../steps/step.js';

/** What arrives over HTTP with this move; undefined where it is anything else. @internal */
export function httpOf({ target }: Move): HttpSegment | undefined {
  return target.kind === 'event' ? target.event.http : undefined;
}

/** A fault on the way to the server strikes where a request begins, one on the way back at what answers it. */
function at<K extends FaultKind>(
  direction: HttpSegment['direction'],
  effect: (segment: HttpSegment, step: PerformedStep, spec: FaultSpec<K>) => void | Promise<void>,
): FaultAction<K> {
  return {
    applies: (_stage, move) => {
      const segment = httpOf(move);
      return segment?.direction === direction && segment.message !== undefined && segment.chunks.length > 0;
    },
    inject: async (stage, move, spec) => {
      const segment = httpOf(move)!;
      const step = recordFault(stage, move, spec);
      await effect(segment, step, spec);
    },
  };
}

const BOTH_RESET = 'something between client and server sent RST to both: each reads ECONNRESET';
const SILENT = 'nothing gets through any more, and neither side is told';
const BOTH_CLOSED = 'something between client and server sent FIN to both: each reads the end';

/** How each fault is done to HTTP. @internal */
export const HTTP_ACTIONS: { readonly [K in HttpFaultKind]: FaultAction<K> } = {
  'reset-before-send': at('to server', ({ connection }, { notes }) => {
    notes.push(BOTH_RESET);
    connection.reset();
  }),
  'close-before-send': at('to server', ({ connection }, { notes }) => {
    notes.push(BOTH_CLOSED);
    connection.close();
  }),
  'zombie-request': at('to server', ({ connection }, { notes }) => {
    notes.push('the client reads ECONNRESET, and its request is still on its way');
    connection.abandonClient();
  }),
  'reset-after-apply': at('to client', ({ connection }, { notes }) => {
    notes.push(BOTH_RESET);
    connection.reset();
  }),
  'close-after-apply': at('to client', ({ connection }, { notes }) => {
    notes.push(BOTH_CLOSED);
    connection.close();
  }),
  'truncated-reply': at<'truncated-reply'>('to client', async (segment, { notes }, { parameters }) => {
    const { connection } = segment;
    const { bytes, by } = parameters;
    notes.push(by === 'reset' ? BOTH_RESET : BOTH_CLOSED);
    connection.truncate(segment, bytes);
    // The client has read the part before it reads anything else.
    await turn();
    await turn();
    if (by === 'reset') connection.reset();
    else connection.close();
  }),
  'black-hole-request': at('to server', ({ connection }, { notes }) => {
    notes.push(SILENT);
    connection.silence();
  }),
  'black-hole-reply': at('to client', ({ connection }, { notes }) => {
    notes.push(SILENT);
    connection.silence();
  }),
  'late-reply': at('to client', (segment) => {
    segment.late = true;
  }),
};
