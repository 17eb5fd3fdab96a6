import type { FaultSpec } from '../../../wire/fault-spec.js';
import { recordFault } from '../../recording.js';
import type { Stage } from '../../stage.js';
import type { Move, PendingEvent } from '../../step.js';
import type { Condition } from '../../trouble.js';
import type { FaultAction } from '../action.js';

/** How one kind of trouble with the server is brought about, and how it ends. */
export interface Lasting {
  /** What the step that ends it is called: `the server takes writes again`. */
  readonly recovery: string;
  readonly applies?: (stage: Stage, move: Move, spec: FaultSpec) => boolean;
  readonly condition: (stage: Stage, move: Move, spec: FaultSpec) => Omit<Condition, 'kind'>;
  /** It does something to connections: then it is felt even when it is over before the next step. */
  readonly breaks?: boolean;
  /** How long it takes, where time ends it and nothing else does. */
  readonly durationMs?: (spec: FaultSpec) => number;
  /** What happens right after it is over. */
  readonly afterwards?: (stage: Stage) => Promise<void>;
}

/**
 * A fault of the server that lasts until a recovery: a step that the explorer chooses, at the price of a preemption
 * while others could go on, and that happens by itself before time would have to pass. With the parameter `lasts` it
 * takes at least so many steps. One that takes a time of its own is over when that has passed.
 */
export function lasting(how: Lasting): FaultAction {
  const { recovery, applies, condition, breaks = false, durationMs, afterwards } = how;
  return {
    applies: (stage, move, spec) =>
      stage.environment.trouble.kind === undefined && (applies?.(stage, move, spec) ?? true),
    inject: async (stage, move, spec) => {
      const { environment, history, clients, steps } = stage;
      recordFault(stage, move, spec);
      const span = history.faults.at(-1)!;
      span.end = Infinity;
      // Even a client that saw nothing of it may remember something.
      for (const client of clients) client.touched = true;
      const since = steps.length;
      const least = Math.max(Number(spec.parameters['lasts'] ?? 0), breaks ? 0 : 1);
      const event: PendingEvent = {
        worker: 0,
        seq: stage.nextSeq(),
        id: `server.recovery${history.faults.length}`,
        label: recovery,
        ordinary: false,
        ...(durationMs === undefined
          ? { prompt: true, ready: () => steps.length - since >= least }
          : { dueMs: environment.time.nowMs() + durationMs(spec) }),
        perform: async () => {
          await environment.heal();
          span.end = history.tick();
          await afterwards?.(stage);
        },
      };
      stage.pending.push(event);
      await environment.trouble.begin({ kind: spec.kind, ...condition(stage, move, spec) });
    },
  };
}
