import type { Flow } from '../../base/flow.js';
import { real } from '../../clock/globals.js';
import { realWorkOf } from '../../clock/real-work.js';
import type { TcpEntry } from '../../wire/entries/tcp-entry.js';
import { turnOrSleep } from '../host/turn.js';
import type { Stage } from '../stage/stage.js';
import { lastSeen } from '../steps/step.js';
import { calm } from './calm.js';
import { UncontrolledWaitError } from './uncontrolled-wait.js';

/** Somebody whose client, behind a port, is to send or to receive something next. */
interface Owing {
  readonly flow: Flow;
  /** For how long it has been waited for, in real ms. */
  readonly waitedMs: number;
  readonly limitMs: number;
  /** At the limit it counts as waiting for ever; otherwise the execution is given up. */
  readonly mayHang: boolean;
}

/**
 * Waits while clients in other processes owe their next command.
 *
 * @throws UncontrolledWaitError when it takes too long
 * @internal
 */
export async function awaitOutside(stage: Stage): Promise<void> {
  const since = real.now();
  for (let debt = owing(stage); debt !== undefined; debt = owing(stage)) {
    if (debt.waitedMs > debt.limitMs) {
      if (!debt.mayHang) throw silentClient(stage, debt);
      giveUp(stage, debt);
    }
    await turnOrSleep(since);
    await calm(stage);
  }
}

/**
 * The client that owes something: what it wrote, or is to read, is still between two sockets of this process; or a
 * worker's client in another process owes a command: it has connected or is about to, is not at the gate, and is not known to
 * wait for the lab. Nothing may be chosen before that command is there, or the worker has ended.
 *
 * @internal
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
function giveUp(stage: Stage, { flow }: Owing): void {
  stage.ports.get(flow)!.givenUp = true;
}

function debtOf(stage: Stage, flow: Flow, entry: TcpEntry): Owing | undefined {
  if (entry.givenUp) return undefined;
  const links = stage.links.filter((link) => link.client.flow === flow);
  const waitedMs = real.now() - entry.lastMs;
  const { waitMs, silenceMs } = entry.limits;
  const atTheGate = links.some(
    (link) => link.frames.queue.length > 0 || (link.isConnecting && link.connectIsStep),
  );
  if (atTheGate) return entry.restless ? { flow, waitedMs, limitMs: waitMs, mayHang: true } : undefined;
  if (flow.outstanding.size > 0) {
    // Its reply got lost, or is late. Only its own timeout, in real time, can bring it back.
    const silent =
      entry.open > 0 &&
      links.some((link) => link.phase === 'silent' || (link.phase === 'open' && link.arrivals.late));
    return silent ? { flow, waitedMs, limitMs: silenceMs, mayHang: true } : undefined;
  }
  // The sockets of its clients in this process are quiet: that was asked first.
  const works = realWorkOf(flow, true).some((type) => type !== 'TCPWRAP' || !entry.local);
  const outside = entry.open > 0 || !entry.seen || works;
  return outside
    ? { flow, waitedMs, limitMs: waitMs, mayHang: stage.environment.time.waits(flow) }
    : undefined;
}

function silentClient(stage: Stage, { flow, limitMs }: Owing): UncontrolledWaitError {
  const entry = stage.ports.get(flow)!;
  const what = entry.seen ? 'sent no further command' : 'did not connect';
  return new UncontrolledWaitError(
    `the client of ${flow.name} on port ${entry.port} ${what}, ${lastSeen(stage.steps, flow.worker)}, for ${limitMs} ms. ` +
      'If it needs longer, say so: tcpPort({ waitMs })',
  );
}
