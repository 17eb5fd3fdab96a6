import { FAULTS } from '../faults/catalogue.js';
import type { FaultSpec } from '../faults/spec.js';
import { faultApplies } from './inject.js';
import type { Stage } from './stage/stage.js';
import type { FaultMove } from './steps/decision.js';
import { Move } from './steps/move.js';

/**
 * Collects the faults of the scenario that could strike now, each with the move that it is aimed at.
 *
 * @param moves - what could be performed now, without what waits for its time
 * @param stuck - nothing can happen by itself any more, not even time pass
 * @internal
 */
export function possibleFaults(stage: Stage, moves: readonly Move[], stuck: boolean): FaultMove[] {
  const { specs } = stage.scenario.faults;
  const faults: FaultMove[] = [];
  const struck = new Map<FaultSpec, Set<number>>();
  for (const move of moves) {
    for (const spec of specs) {
      if (!faultApplies(stage, move, spec)) continue;
      if (FAULTS[spec.kind].target === 'worker') {
        // It strikes at the worker, whichever of its moves comes first.
        const workers = struck.get(spec) ?? new Set();
        if (workers.has(move.worker)) continue;
        struck.set(spec, workers.add(move.worker));
      }
      faults.push({ spec, at: move });
    }
  }
  const before = stuck ? waitingConnections(stage) : moves;
  for (const spec of specs) {
    const at = serverMove(stage, before, spec);
    if (at !== undefined) faults.push({ spec, at });
  }
  if (specs.some(({ kind }) => FAULTS[kind].target === 'connection')) faults.push(...connectionFaults(stage));
  return faults;
}

/**
 * The server is struck before one move: what is done to it is the same whichever comes next, so it is the
 * first one that the fault may strike at. Were it only the calm one, it would matter who ran last.
 */
function serverMove(stage: Stage, moves: readonly Move[], spec: FaultSpec): Move | undefined {
  if (FAULTS[spec.kind].target !== 'server') return undefined;
  for (const before of moves) {
    const at = new Move(0, before.seq, { kind: 'server', before });
    if (faultApplies(stage, at, spec)) return at;
  }
  return undefined;
}

/** Connections on which somebody waits for the server, and the server for somebody. */
function waitingConnections(stage: Stage): Move[] {
  return stage.links
    .filter((link) => link.waits && link.isOpen && mayNotice(stage, link.client.flow.worker))
    .map((link) => new Move(link.client.flow.worker, 0, { kind: 'connection', link }));
}

/** Faults of connections on which nothing is at the gate, while somebody may still notice. */
function connectionFaults(stage: Stage): FaultMove[] {
  const faults: FaultMove[] = [];
  for (const link of stage.links) {
    const { worker } = link.client.flow;
    if (!link.client.taken || !link.isOpen || link.frames.queue.length > 0 || !mayNotice(stage, worker))
      continue;
    if (stage.paused.has(link.client.flow)) continue;
    const at = new Move(worker, 0, { kind: 'connection', link });
    for (const spec of stage.scenario.faults.specs) {
      if (faultApplies(stage, at, spec)) faults.push({ spec, at });
    }
  }
  return faults;
}

/** Is there a running worker to notice what happens to this one, or to anybody where it is 0? @internal */
export function mayNotice(stage: Stage, worker: number): boolean {
  if (!stage.underWay) return false;
  return stage.workers.some(
    ({ flow, status }) => status === 'running' && (worker === 0 || flow.worker === worker),
  );
}
