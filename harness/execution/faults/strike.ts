import { runInFlow } from '../../flow.js';
import type { FaultSpec } from '../../wire/fault-spec.js';
import type { HeldCommand, Link } from '../../wire/link.js';
import { onTheWire } from '../on-the-wire.js';
import { note, record } from '../recording.js';
import { sendUpstream } from '../send.js';
import type { Stage } from '../stage.js';
import type { Move } from '../step.js';
import type { FaultAction } from './action.js';

/** A fault that strikes at a command on its way to the server. */
export function beforeApply(
  effect: (link: Link, held: HeldCommand, spec: FaultSpec, stage: Stage) => void,
): FaultAction {
  return {
    inject: async (stage, move, spec) => {
      const struck = await take(stage, move, spec);
      if (struck === undefined) return;
      const { link, held } = struck;
      note(stage, held, false, false);
      if (link.phase === 'open') runInFlow(link.client.flow, () => effect(link, held, spec, stage));
    },
  };
}

/** A fault that strikes at a reply: the server ran the command. */
export function afterApply(
  effect: (link: Link, held: HeldCommand, reply: Buffer | undefined, spec: FaultSpec, stage: Stage) => void,
): FaultAction {
  return {
    inject: async (stage, move, spec) => {
      const struck = await take(stage, move, spec);
      if (struck === undefined) return;
      const { link, held, step } = struck;
      const reply = await sendUpstream(stage, link, held, step);
      note(stage, held, true, false);
      if (link.phase === 'open') runInFlow(link.client.flow, () => effect(link, held, reply, spec, stage));
    },
  };
}

/** Records the step and takes the command out of its connection's queue; undefined when none was written. */
async function take(stage: Stage, move: Move, spec: FaultSpec) {
  const written = await onTheWire(stage, move);
  const step = record(stage, written ?? move, false, spec.kind);
  if (written === undefined) return undefined;
  const { link, held } = written.target;
  link.queue.shift();
  return { link, held, step };
}
