import { real } from '../clock/globals.js';
import { realWorkOf } from '../clock/real-work.js';
import type { TcpEntry } from '../wire/tcp-entry.js';
import type { Stage } from './stage.js';
import type { Worker } from './worker.js';

/** A worker whose client, in another process, is to send something next. */
export interface Owing {
  readonly worker: Worker;
  /** For how long it has been waited for, in real ms. */
  readonly waitedMs: number;
  readonly limitMs: number;
  /** At the limit it counts as waiting for ever; otherwise the execution is given up. */
  readonly mayHang: boolean;
}

/**
 * The worker whose client owes a command: it has connected or is about to, is not at the gate, and is not known to
 * wait for the lab. Nothing may be chosen before that command is there, or the worker has ended.
 */
export function owing(stage: Stage): Owing | undefined {
  for (const worker of stage.workers) {
    const entry = stage.ports.get(worker.flow);
    if (entry === undefined || worker.status !== 'running') continue;
    const found = debtOf(stage, worker, entry);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The lab has waited for this client long enough. */
export function giveUp(stage: Stage, { worker }: Owing): void {
  stage.ports.get(worker.flow)!.givenUp = true;
}

function debtOf(stage: Stage, worker: Worker, entry: TcpEntry): Owing | undefined {
  const { flow } = worker;
  if (entry.givenUp || worker.steps.length > 0) return undefined;
  const links = stage.links.filter((link) => link.client.flow === flow);
  const waitedMs = real.now() - entry.lastMs;
  const { waitMs, silenceMs } = entry.limits;
  const atTheGate = links.some(
    (link) => link.queue.length > 0 || (link.phase === 'connecting' && link.isReconnect),
  );
  if (atTheGate) return entry.restless ? { worker, waitedMs, limitMs: waitMs, mayHang: true } : undefined;
  if (flow.outstanding.size > 0) {
    // Its reply got lost. Only its own timeout, in real time, can bring it back.
    const silent = links.some((link) => link.silent && link.phase === 'open');
    return silent ? { worker, waitedMs, limitMs: silenceMs, mayHang: true } : undefined;
  }
  const outside = entry.open > 0 || !entry.seen || realWorkOf(flow, true).length > 0;
  return outside
    ? { worker, waitedMs, limitMs: waitMs, mayHang: stage.environment.time.waits(flow) }
    : undefined;
}
