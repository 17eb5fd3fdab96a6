import type { FaultValues, KindWith } from '../../../faults/parameters.js';
import type { FaultSpec } from '../../../faults/spec.js';
import { recordFault } from '../../traffic/recording.js';
import type { Stage } from '../../stage/stage.js';
import type { Move } from '../../steps/move.js';
import type { PendingEvent } from '../../steps/event.js';
import type { Condition } from '../../host/server-health.js';
import type { FaultAction } from '../action.js';

/** Faults of the server that last: for some steps, or for a time. @internal */
export type LastingKind = KindWith<'lasts'> | 'server-pause';

/** How a fault of the server that lasts is brought about, and how it ends. @internal */
export interface Lasting<K extends LastingKind> {
  /** What the step that ends it is called: `the server takes writes again`. */
  readonly recovery: string;
  readonly applies?: (stage: Stage, move: Move, spec: FaultSpec<K>) => boolean;
  readonly condition: (stage: Stage, move: Move, spec: FaultSpec<K>) => Omit<Condition, 'kind'>;
  /** It does something to connections: then it is felt even when it is over before the next step. */
  readonly breaks?: boolean;
  /** How long it takes, where time ends it and nothing else does. */
  readonly durationMs?: (spec: FaultSpec<K>) => number;
  /** What happens right after it is over. */
  readonly afterwards?: (stage: Stage) => Promise<void>;
}

/**
 * A fault of the server that lasts until a recovery: a step that the explorer chooses, at the price of a preemption
 * while others could go on, and that happens by itself before time would have to pass. With the parameter `lasts` it
 * takes at least so many steps. One that takes a time of its own is over when that has passed.
 *
 * @internal
 */
export function lasting<K extends LastingKind>(how: Lasting<K>): FaultAction<K> {
  const { recovery, applies, condition, breaks = false, durationMs, afterwards } = how;
  return {
    applies: (stage, move, spec) =>
      stage.environment.health.fault === undefined && (applies?.(stage, move, spec) ?? true),
    inject: async (stage, move, spec) => {
      const { environment, history, clients, steps } = stage;
      recordFault(stage, move, spec);
      const span = history.faults.at(-1)!;
      span.end = Infinity;
      // Even a client that saw nothing of it may remember something.
      for (const client of clients) client.touched = true;
      const since = steps.length;
      const { lasts = 0 } = spec.parameters as Partial<FaultValues<KindWith<'lasts'>>>;
      const least = Math.max(lasts, breaks ? 0 : 1);
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
      await environment.health.begin({ kind: spec.kind, ...condition(stage, move, spec) });
    },
  };
}
