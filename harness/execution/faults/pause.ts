import { isOneProcess } from '../../scenario/recast.js';
import type { Flow } from '../../base/flow.js';
import { recordFault } from '../traffic/recording.js';
import type { Stage } from '../stage/stage.js';
import type { Move } from '../steps/move.js';
import type { FaultAction } from './action.js';

/**
 * The process of a worker stands still: nothing of it runs, nothing reaches it, and what the server closes it learns
 * later. It goes on when its time has come, or later, and finds its timers overdue.
 *
 * @internal
 */
export const workerPause: FaultAction<'worker-pause'> = {
  // Flows that share a client share a process; a process elsewhere is not the lab's to stop.
  applies: (stage, move) => {
    const flow = flowOf(stage, move);
    if (flow === undefined || isOneProcess(stage.scenario)) return false;
    return stage.ports.get(flow)?.outside !== true;
  },
  inject: async (stage, move, spec) => {
    const step = recordFault(stage, move, spec);
    const flow = flowOf(stage, move)!;
    const { durationMs } = spec.parameters;
    stage.paused.add(flow);
    stage.pending.push({
      worker: move.worker,
      seq: stage.nextSeq(),
      id: `${step.id}.goes-on`,
      label: `goes on after ${durationMs} ms`,
      ordinary: false,
      own: true,
      dueMs: stage.environment.time.nowMs() + durationMs,
      perform: async () => {
        stage.paused.delete(flow);
        stage.stoodStill.set(flow, stage.environment.time.wallMs);
      },
    });
  },
};

/** The clocks that a worker reads are off from here on. @internal */
export const clockSkew: FaultAction<'clock-skew'> = {
  applies: (stage, move) => flowOf(stage, move)?.skewMs === undefined,
  inject: async (stage, move, spec) => {
    recordFault(stage, move, spec);
    const flow = flowOf(stage, move);
    if (flow !== undefined) flow.skewMs = spec.parameters.skewMs;
  },
};

/** The flow of the worker that a move belongs to, while that worker runs. */
function flowOf(stage: Stage, move: Move): Flow | undefined {
  return stage.workers.find(({ flow, status }) => flow.worker === move.worker && status === 'running')?.flow;
}
