import { happenIn } from '../../base/flow.js';
import type { FaultKind } from '../../faults/catalogue.js';
import type { FaultSpec } from '../../faults/spec.js';
import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import { handOver } from '../traffic/deliver.js';
import { onTheWire } from '../traffic/on-the-wire.js';
import { recordFault } from '../traffic/recording.js';
import { note, type SentCommand } from '../stage/sent-command.js';
import { sendUpstream } from '../traffic/send.js';
import type { Stage } from '../stage/stage.js';
import type { Move } from '../steps/move.js';
import type { PerformedStep } from '../steps/step.js';
import type { FaultAction } from './action.js';

/** A command that a fault strikes at, out of its connection's queue and in the record. @internal */
export interface StruckCommand<K extends FaultKind = FaultKind> {
  readonly stage: Stage;
  readonly spec: FaultSpec<K>;
  readonly link: Link;
  readonly held: HeldCommand;
  readonly step: PerformedStep;
}

/** The same once the server ran it. @internal */
export interface AnsweredCommand<K extends FaultKind = FaultKind> extends StruckCommand<K> {
  /** Undefined when the server closed the connection instead of answering. */
  readonly reply: Buffer | undefined;
  /** Its place in the history; undefined for what is not kept there. */
  readonly sent: SentCommand | undefined;
}

/** A fault that strikes at a command on its way to the server, which never sees it. @internal */
export function beforeApply<K extends FaultKind>(effect: (struck: StruckCommand<K>) => void): FaultAction<K> {
  return {
    inject: async (stage, move, spec) => {
      const struck = await takeCommand(stage, move, spec);
      if (struck === undefined) return;
      note(stage, struck, 'lost');
      inItsFlow(struck.link, () => effect(struck));
    },
  };
}

/** A fault that strikes at a reply: the server ran the command. @internal */
export function afterApply<K extends FaultKind>(
  effect: (answered: AnsweredCommand<K>) => void,
): FaultAction<K> {
  return {
    inject: async (stage, move, spec) => {
      const struck = await takeCommand(stage, move, spec);
      if (struck === undefined) return;
      const answered = await runOnServer(struck);
      inItsFlow(struck.link, () => effect(answered));
    },
  };
}

/** Lets the server run the command; nobody has given the reply to the client yet. @internal */
export async function runOnServer<K extends FaultKind>(
  struck: StruckCommand<K>,
): Promise<AnsweredCommand<K>> {
  const { stage, link, held, step } = struck;
  const reply = await sendUpstream(stage, link, held, step);
  return { ...struck, reply, sent: note(stage, { link, held, reply }, 'ran') };
}

/** Gives the client an answer to a command that the server has not run. @internal */
export function answerInstead({ stage, link, held, step }: Omit<StruckCommand, 'spec'>, reply: Buffer): void {
  step.reply = reply;
  handOver(link, held, reply, note(stage, { link, held, reply }, 'lost'));
}

/** Does to a connection what its client notices, unless it is gone. @internal */
export function inItsFlow(link: Link, effect: () => void): void {
  if (link.isOpen) happenIn(link.client.flow, effect);
}

/**
 * Records the step and takes the command out of its connection's queue; undefined when none was written.
 *
 * @internal
 */
export async function takeCommand<K extends FaultKind>(
  stage: Stage,
  move: Move,
  spec: FaultSpec<K>,
): Promise<StruckCommand<K> | undefined> {
  const written = await onTheWire(stage, move);
  const step = recordFault(stage, written ?? move, spec);
  if (written === undefined) return undefined;
  const { link, held } = written.target;
  link.frames.take();
  link.client.touched = true;
  return { stage, spec, link, held, step };
}
