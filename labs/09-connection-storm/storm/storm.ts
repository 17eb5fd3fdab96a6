/** One storm on a real server: clients, a server that stands still, and what the system tells meanwhile. */
import { writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, type RedisServer } from '../../../harness/server/index.js';
import type { Attempt } from '../timeline/attempt.js';
import { backlogLimit, readCounters, readQueue, type ListenCounters } from './kernel.js';
import { Log } from './log.js';
import { connectionsOf, type StormOptions } from './options.js';
import { Requests } from './requests.js';
import { SteadyClients } from './steady.js';

/** What a storm came to. */
export interface Storm {
  readonly options: StormOptions;
  readonly attempts: readonly Attempt[];
  /** When the server stood still, as whoever stopped it knows: ms from the beginning of the timeline. */
  readonly stall: { readonly from: number; readonly until: number };
  /** Length of the accept queue: when, and how many. */
  readonly queue: readonly (readonly [ms: number, waiting: number])[];
  /** What the counters of the system grew by. */
  readonly counters?: ListenCounters;
  /** How often a steady client connected again. */
  readonly reconnects: number;
  /** How many of them had a connection at the end. */
  readonly connected: number;
  /** The longest that the clients' own process was held up, in ms. */
  readonly heldUpMs: number;
  readonly server: { readonly product: string; readonly version: string };
  /** What could not be measured here, in words. */
  readonly missing: readonly string[];
}

const SAMPLE_MS = 10;
const ABORT = '/proc/sys/net/ipv4/tcp_abort_on_overflow';

/**
 * Runs a storm in this process.
 *
 * @param isolated - whether it has a network of its own: then counters are its own, and settings may be changed
 * @throws ServerError where there is no server to be had as a process
 */
export async function runStorm(options: StormOptions, isolated: boolean): Promise<Storm> {
  const missing = prepare(options, isolated);
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--tcp-backlog', String(options.backlog)];
  const server = await startServer({
    redis: 'process',
    clock: 'real',
    args: [...args, '--maxclients', String(connectionsOf(options) + 100)],
  });
  try {
    return { ...(await measure(server, port, options)), missing };
  } finally {
    await server.stop();
  }
}

function prepare(options: StormOptions, isolated: boolean): string[] {
  const missing: string[] = [];
  if (options.abortOnOverflow) {
    if (isolated) writeFileSync(ABORT, '1');
    else
      missing.push(
        'aborting on overflow: the setting is the whole machine’s, and there is no network of our own',
      );
  }
  if (!isolated) missing.push('counters are those of the whole machine: others may have counted, too');
  if (readCounters() === undefined) missing.push('the system does not tell its counters');
  const granted = backlogLimit();
  if (granted !== undefined && granted < options.backlog)
    missing.push(`a backlog of ${options.backlog}: the system grants ${granted} (net.core.somaxconn)`);
  return missing;
}

async function measure(
  server: RedisServer,
  port: number,
  options: StormOptions,
): Promise<Omit<Storm, 'missing'>> {
  const steady = new SteadyClients(port, options);
  await steady.open();
  const log = new Log();
  const requests = new Requests(port, options, log);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const queue: [number, number][] = [];
  const sampling = setInterval(() => {
    const waiting = readQueue(port);
    if (waiting !== undefined) queue.push([log.now(), waiting]);
  }, SAMPLE_MS);
  const before = readCounters();
  delay.enable();
  try {
    requests.start();
    steady.start(log, options.calmMs + options.stallMs);
    await sleep(options.calmMs);
    const from = log.now();
    await standStill(server, options);
    const stall = { from, until: log.now() };
    await sleep(options.afterMs);
    requests.stop();
    const counters = grownBy(before, readCounters());
    return {
      options,
      // Who still waits is left as it is.
      attempts: log.attempts.map((one) => ({ ...one })),
      stall,
      queue,
      ...(counters === undefined ? {} : { counters }),
      reconnects: steady.reconnects,
      connected: steady.connected,
      heldUpMs: delay.max / 1e6,
      server: { product: server.product, version: server.version },
    };
  } finally {
    clearInterval(sampling);
    delay.disable();
    requests.close();
    steady.close();
  }
}

/** Has the server stand still. Resolves when it goes on. */
async function standStill(
  { endpoint, power }: RedisServer,
  { stallBy, stallMs }: StormOptions,
): Promise<void> {
  if (stallBy === 'sigstop') {
    await power!.pause();
    await sleep(stallMs);
    await power!.resume();
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ ...endpoint });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the server ended while it was to stand still')));
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
    socket.write(`DEBUG SLEEP ${stallMs / 1000}\r\n`);
  });
}

function grownBy(
  before: ListenCounters | undefined,
  after: ListenCounters | undefined,
): ListenCounters | undefined {
  if (before === undefined || after === undefined) return undefined;
  return { overflows: after.overflows - before.overflows, drops: after.drops - before.drops };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const listening = createServer().listen(0, '127.0.0.1', () => {
      const { port } = listening.address() as AddressInfo;
      listening.close(() => resolve(port));
    });
  });
}
