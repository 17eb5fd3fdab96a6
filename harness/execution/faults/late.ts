import type { HeldCommand, Link } from '../../wire/link.js';
import type { Upstream } from '../../wire/upstream.js';
import { handOver } from '../deliver.js';
import { note } from '../recording.js';
import { sendUpstream } from '../send.js';
import type { Stage } from '../stage.js';
import { commandText, Move, type PendingEvent } from '../step.js';
import type { FaultAction } from './action.js';
import { reset } from './cut.js';
import { inItsFlow, runStruck, take } from './strike.js';

/**
 * The reply is kept back and arrives as a step of its own, so that a timer of the client may fire before it. Later
 * commands of the connection reach the server meanwhile; their replies queue up behind this one.
 */
export const lateReply: FaultAction = {
  applies: (_stage, { link }) => link !== undefined && link.late === undefined && !link.silent,
  inject: async (stage, move, spec) => {
    const struck = await take(stage, move, spec);
    if (struck === undefined) return;
    const { link, held, step, reply, sent } = await runStruck(struck);
    if (reply === undefined || link.phase !== 'open') return;
    const late: (() => void)[] = [];
    link.late = late;
    handOver(link, held, reply, sent);
    stage.pending.push({
      worker: held.tag.flow.worker,
      seq: stage.nextSeq(),
      id: `${step.id}.reply`,
      label: `reply to ${held.name} arrives`,
      ordinary: false,
      private: true,
      obsolete: () => link.phase !== 'open' || link.late !== late,
      perform: async () => {
        link.late = undefined;
        for (const arrive of late) arrive();
      },
    });
  },
};

/**
 * The client's side of the connection is reset, while what it wrote is still on its way: it lands on the server later,
 * as a step of its own, however often the client has sent it again by then.
 */
export const zombieRequest: FaultAction = {
  inject: async (stage, move, spec) => {
    const struck = await take(stage, move, spec);
    if (struck === undefined) return;
    const { link, held } = struck;
    const { upstream } = link;
    const frames = [held, ...link.queue].map((frame) => ({ held: frame, id: identify(link, frame) }));
    // The server's side lives on without the client's.
    link.upstream = undefined;
    inItsFlow(link, () => reset(link));
    if (upstream !== undefined) stage.pending.push(landing(stage, link, upstream, frames));
  },
};

interface Landing {
  readonly held: HeldCommand;
  /** Of the command when it was written. */
  readonly id: string;
}

function identify(link: Link, held: HeldCommand): string {
  return new Move(held.tag.flow.worker, held.seq, { kind: 'command', link, held }).id;
}

/** The arrival of the first of these frames; the next one can land after it. */
function landing(
  stage: Stage,
  link: Link,
  upstream: Upstream,
  [first, ...rest]: readonly Landing[],
): PendingEvent {
  const { held, id } = first!;
  const { args, tag } = held;
  return {
    worker: tag.flow.worker,
    seq: stage.nextSeq(),
    id: `${id}.lands`,
    label: `${commandText(args).join(' ')} lands`,
    held,
    link,
    ordinary: false,
    abandon: () => stage.environment.upstreams.discard(upstream),
    perform: async (step) => {
      step.notes.push('lands only now; nobody waits for the reply');
      link.upstream = upstream;
      await sendUpstream(stage, link, held, step);
      note(stage, held, true, false);
      const alive = link.upstream !== undefined;
      if (alive && rest.length > 0) {
        link.upstream = undefined;
        stage.pending.push(landing(stage, link, upstream, rest));
      } else await stage.releaseUpstream(link);
    },
  };
}
