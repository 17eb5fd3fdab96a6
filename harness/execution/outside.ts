import { real } from '../clock/globals.js';
import { realWorkOf } from '../clock/real-work.js';
import type { TcpEntry } from '../wire/tcp-entry.js';
import type { Flow } from '../flow.js';
import type { Stage } from './stage.js';
import { turn } from './turn.js';

/** Somebody whose client, behind a port, is to send or to receive something next. */
export interface Owing {
  readonly flow: Flow;
  /** For how long it has been waited for, in real ms. */
  readonly waitedMs: number;
  readonly limitMs: number;
  /** At the limit it counts as waiting for ever; otherwise the execution is given up. */
  readonly mayHang: boolean;
}

/**
 * The client that owes something: what it wrote, or is to read, is still between two sockets of this process; or a
 * worker's client in another process owes a command: it has connected or is about to, is not at the gate, and is not known to
 * wait for the lab. Nothing may be chosen before that command is there, or the worker has ended.
 */
export function owing(stage: Stage): Owing | undefined {
  for (const [flow, entry] of stage.ports) {
    if (entry.quiet) continue;
    return { flow, waitedMs: real.now() - entry.lastMs, limitMs: entry.limits.waitMs, mayHang: false };
  }
  for (const worker of stage.workers) {
    const entry = stage.ports.get(worker.flow);
    if (entry === undefined || worker.status !== 'running' || worker.steps.length > 0) continue;
    const found = debtOf(stage, worker.flow, entry);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The lab has waited for this client long enough. */
export function giveUp(stage: Stage, { flow }: Owing): void {
  stage.ports.get(flow)!.givenUp = true;
}

function debtOf(stage: Stage, flow: Flow, entry: TcpEntry): Owing | undefined {
  if (entry.givenUp) return undefined;
  const links = stage.links.filter((link) => link.client.flow === flow);
  const waitedMs = real.now() - entry.lastMs;
  const { waitMs, silenceMs } = entry.limits;
  const atTheGate = links.some(
    (link) => link.queue.length > 0 || (link.phase === 'connecting' && link.connectIsStep),
  );
  if (atTheGate) return entry.restless ? { flow, waitedMs, limitMs: waitMs, mayHang: true } : undefined;
  if (flow.outstanding.size > 0) {
    // Its reply got lost, or is late. Only its own timeout, in real time, can bring it back.
    const silent =
      entry.open > 0 &&
      links.some((link) => (link.silent || link.late !== undefined) && link.phase === 'open');
    return silent ? { flow, waitedMs, limitMs: silenceMs, mayHang: true } : undefined;
  }
  // The sockets of its clients in this process are quiet: that was asked first.
  const works = realWorkOf(flow, true).some((type) => type !== 'TCPWRAP' || !entry.local);
  const outside = entry.open > 0 || !entry.seen || works;
  return outside
    ? { flow, waitedMs, limitMs: waitMs, mayHang: stage.environment.time.waits(flow) }
    : undefined;
}

/** Waits until nothing is on its way between the sockets of a flow's clients in this process. */
export async function quiet(stage: Stage, flow: Flow): Promise<void> {
  const entry = stage.ports.get(flow);
  if (entry === undefined) return;
  const since = real.now();
  // Beyond the limit, settling says what is wrong.
  while (!entry.quiet && real.now() - since <= entry.limits.waitMs) await turn();
}
