import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import type { Upstream } from '../../wire/upstream/upstream.js';
import { handOver } from '../traffic/deliver.js';
import { note } from '../stage/sent-command.js';
import { sendUpstream } from '../traffic/send.js';
import { releaseUpstream } from '../stage/release.js';
import type { Stage } from '../stage/stage.js';
import { commandLine } from '../steps/step.js';
import { commandMove } from '../steps/move.js';
import type { PendingEvent } from '../steps/event.js';
import type { FaultAction } from './action.js';
import { reset } from './cut.js';
import { inItsFlow, runOnServer, takeCommand } from './command-fault.js';

/**
 * The reply is kept back and arrives as a step of its own, so that a timer of the client may fire before it. Later
 * commands of the connection reach the server meanwhile; their replies queue up behind this one.
 *
 * @internal
 */
export const lateReply: FaultAction = {
  applies: (_stage, { link }) => link !== undefined && !link.arrivals.late && link.phase !== 'silent',
  inject: async (stage, move, spec) => {
    const struck = await takeCommand(stage, move, spec);
    if (struck === undefined) return;
    const { link, held, step, reply, sent } = await runOnServer(struck);
    if (reply === undefined || !link.isOpen) return;
    const late = link.arrivals.delay();
    handOver(link, held, reply, sent);
    stage.pending.push({
      worker: held.tag.flow.worker,
      seq: stage.nextSeq(),
      id: `${step.id}.reply`,
      label: `reply to ${held.name} arrives`,
      ordinary: false,
      own: !link.client.shared,
      private: true,
      obsolete: () => !link.isOpen || !late.due(),
      ready: late.first,
      perform: async () => late.arrive(),
    });
  },
};

/**
 * The client's side of the connection is reset, while what it wrote is still on its way: it lands on the server later,
 * as a step of its own, however often the client has sent it again by then.
 *
 * @internal
 */
export const zombieRequest: FaultAction = {
  inject: async (stage, move, spec) => {
    const struck = await takeCommand(stage, move, spec);
    if (struck === undefined) return;
    const { link, held } = struck;
    const frames = [held, ...link.frames.queue].map((frame) => ({ held: frame, id: identify(link, frame) }));
    // The server's side lives on without the client's.
    const upstream = link.detach();
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
  return commandMove(link, held).id;
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
    label: `${commandLine(args)} lands`,
    held,
    link,
    ordinary: false,
    own: !link.client.shared,
    abandon: () => stage.environment.upstreams.discard(upstream),
    perform: async (step) => {
      step.notes.push('lands only now; nobody waits for the reply');
      link.attach(upstream);
      const reply = await sendUpstream(stage, link, held, step);
      note(stage, { link, held, reply }, 'ran');
      const alive = link.upstream !== undefined;
      if (alive && rest.length > 0) {
        link.detach();
        stage.pending.push(landing(stage, link, upstream, rest));
      } else await releaseUpstream(stage, link);
    },
  };
}
