import type { Flow } from '../../flow.js';
import { numberOf } from '../../wire/fault-spec.js';
import { recordFault } from '../recording.js';
import type { Stage } from '../stage.js';
import type { Move } from '../step.js';
import type { FaultAction } from './action.js';

/**
 * The process of a worker stands still: nothing of it runs, nothing reaches it, and what the server closes it learns
 * later. It goes on when its time has come, or later, and finds its timers overdue.
 */
export const workerPause: FaultAction = {
  // Flows that share a client share a process; a process elsewhere is not the lab's to stop.
  applies: (stage, move) => {
    const flow = flowOf(stage, move);
    if (flow === undefined || stage.scenario.clients !== 'own') return false;
    return stage.ports.get(flow)?.outside !== true;
  },
  inject: async (stage, move, spec) => {
    const step = recordFault(stage, move, spec);
    const flow = flowOf(stage, move)!;
    const durationMs = numberOf(spec, 'durationMs');
    stage.paused.add(flow);
    stage.pending.push({
      worker: move.worker,
      seq: stage.nextSeq(),
      id: `${step.id}.goes-on`,
      label: `goes on after ${durationMs} ms`,
      ordinary: false,
      dueMs: stage.environment.time.nowMs() + durationMs,
      perform: async () => void stage.paused.delete(flow),
    });
  },
};

/** The clocks that a worker reads are off from here on. */
export const clockSkew: FaultAction = {
  applies: (stage, move) => flowOf(stage, move)?.skewMs === undefined,
  inject: async (stage, move, spec) => {
    recordFault(stage, move, spec);
    const flow = flowOf(stage, move);
    if (flow !== undefined) flow.skewMs = numberOf(spec, 'skewMs');
  },
};

/** The flow of the worker that a move belongs to, while that worker runs. */
function flowOf(stage: Stage, move: Move): Flow | undefined {
  return stage.workers.find(({ flow, status }) => flow.worker === move.worker && status === 'running')?.flow;
}
