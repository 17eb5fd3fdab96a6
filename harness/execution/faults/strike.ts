import { happenIn } from '../../flow.js';
import type { FaultSpec } from '../../wire/fault-spec.js';
import type { HeldCommand, Link } from '../../wire/link.js';
import { onTheWire } from '../on-the-wire.js';
import { note, recordFault, type SentCommand } from '../recording.js';
import { sendUpstream } from '../send.js';
import type { Stage } from '../stage.js';
import type { Move, PerformedStep } from '../step.js';
import type { FaultAction } from './action.js';

/** A command that a fault strikes at, out of its connection's queue and in the record. */
export interface Struck {
  readonly stage: Stage;
  readonly spec: FaultSpec;
  readonly link: Link;
  readonly held: HeldCommand;
  readonly step: PerformedStep;
}

/** The same once the server ran it. */
export interface Answered extends Struck {
  /** Undefined when the server closed the connection instead of answering. */
  readonly reply: Buffer | undefined;
  /** Its place in the history; undefined for what is not kept there. */
  readonly sent: SentCommand | undefined;
}

/** A fault that strikes at a command on its way to the server, which never sees it. */
export function beforeApply(effect: (struck: Struck) => void): FaultAction {
  return {
    inject: async (stage, move, spec) => {
      const struck = await take(stage, move, spec);
      if (struck === undefined) return;
      note(stage, struck.held, false, false);
      inItsFlow(struck.link, () => effect(struck));
    },
  };
}

/** A fault that strikes at a reply: the server ran the command. */
export function afterApply(effect: (answered: Answered) => void): FaultAction {
  return {
    inject: async (stage, move, spec) => {
      const struck = await take(stage, move, spec);
      if (struck === undefined) return;
      const answered = await runStruck(struck);
      inItsFlow(struck.link, () => effect(answered));
    },
  };
}

/** Lets the server run the command; nobody has given the reply to the client yet. */
export async function runStruck(struck: Struck): Promise<Answered> {
  const { stage, link, held, step } = struck;
  const reply = await sendUpstream(stage, link, held, step);
  return { ...struck, reply, sent: note(stage, held, true, false) };
}

/** Does to a connection what its client notices, unless it is gone. */
export function inItsFlow(link: Link, effect: () => void): void {
  if (link.phase === 'open') happenIn(link.client.flow, effect);
}

/** Records the step and takes the command out of its connection's queue; undefined when none was written. */
export async function take(stage: Stage, move: Move, spec: FaultSpec): Promise<Struck | undefined> {
  const written = await onTheWire(stage, move);
  const step = recordFault(stage, written ?? move, spec);
  if (written === undefined) return undefined;
  const { link, held } = written.target;
  link.queue.shift();
  link.client.touched = true;
  return { stage, spec, link, held, step };
}
