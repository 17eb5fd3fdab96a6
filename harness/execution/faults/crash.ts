import { isOneProcess } from '../../scenario/recast.js';
import { forgetRealWork } from '../../clock/real-work.js';
import { record } from '../traffic/recording.js';
import type { Stage } from '../stage/stage.js';
import { noteEnd } from '../stage/worker.js';
import type { FaultAction } from './action.js';

/** The process of a worker dies. @internal */
export const crash: FaultAction = {
  // A process dies with its own connections; flows that share a client share a process.
  applies: (stage) => !isOneProcess(stage.scenario),
  inject: async (stage, move, { kind }) => {
    record(stage, move, false, kind);
    die(stage, move.worker);
  },
};

/** It never runs again, and its connections close. */
function die(stage: Stage, id: number): void {
  const { history, links, closing } = stage;
  const worker = stage.workers.find(({ flow }) => flow.worker === id)!;
  worker.status = 'crashed';
  worker.flow.alive = false;
  worker.flow.immediates.length = 0;
  worker.steps.length = 0;
  forgetRealWork(worker.flow);
  stage.abort(worker.flow);
  stage.http.died(worker.flow);
  // Nobody is inside of anything any more; what came of it is unknown.
  noteEnd(history, { worker: id, how: 'crashed' });
  const end = history.tick();
  for (const operation of history.operations) {
    if (operation.worker !== id || operation.end !== Infinity) continue;
    operation.end = end;
    operation.endStep = stage.stepCount;
    operation.endMs = stage.positionMs;
  }
  for (const link of links) {
    if (link.client.flow !== worker.flow || link.phase === 'closed') continue;
    link.close();
    link.stream.abandon?.();
    closing.push(link);
  }
}
