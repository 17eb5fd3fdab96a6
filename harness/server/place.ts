import { randomBytes } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerError, messageOf } from './errors.js';
import { sleep } from './sleep.js';
import type { ServerPower } from './power.js';
import { Probe } from './probe.js';
import type { Endpoint, ServerSource } from './types.js';

/** A server that answers, wherever it came from; `index.ts` makes a `RedisServer` of it. */
export interface Place {
  readonly endpoint: Endpoint;
  readonly source: ServerSource;
  readonly description: string;
  readonly pid?: number | undefined;
  /** The file that a preloaded clock maps, where one could be shared with the server. */
  readonly clockFile?: string;
  /** Absent where the server belongs to somebody else, or cannot come back at the same address. */
  readonly power?: ServerPower;
  /** How the server came to its end; undefined while it runs. */
  readonly ended?: () => Promise<string | undefined>;
  stop(): Promise<void>;
}

/** Server settings as command line arguments: `{ port: 0 }` is `--port 0`. */
export function asArguments(settings: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** The settings that make a Redis a lab's own: nothing is kept on disk, and connection storms fit in. */
export const LAB_SETTINGS = {
  save: '',
  appendonly: 'no',
  daemonize: 'no',
  databases: 16,
  timeout: 0,
  maxclients: 4096,
  'tcp-backlog': 511,
} as const;

/**
 * Settings that a server of this version knows and an older one does not start with. From 6.0 on jemalloc's background
 * thread is off: it sleeps until a time on the wall clock, which never comes while that is frozen, or is long over, and
 * then it spins on a whole core. From 7.0 on DEBUG and CONFIG SET of a directory are closed unless opened here.
 */
export function settingsOf(version: string): Readonly<Record<string, string>> {
  const major = Number.parseInt(version, 10);
  return {
    ...(major >= 6 ? { 'jemalloc-bg-thread': 'no' } : {}),
    ...(major >= 7 ? { 'enable-debug-command': 'yes', 'enable-protected-configs': 'yes' } : {}),
  };
}

/** How long the end of a server may take to be known once its connections have broken. */
export const END_KNOWN_MS = 1000;

/** A name for a private directory. It is not made yet: the reaper is told of it first. @throws ServerError */
export function temporaryDirectory(): string {
  // A unix socket's path holds about 100 bytes; some temporary directories eat most of that.
  const base = tmpdir().length > 60 ? '/tmp' : tmpdir();
  const name = `race-lab-${randomBytes(6).toString('hex')}`;
  try {
    return join(realpathSync(base), name);
  } catch (error) {
    throw noFolder(join(base, name), error);
  }
}

/**
 * Makes the private directory of a server and puts into it what the server finds there.
 *
 * @throws ServerError when the disk is full or cannot be written: then nothing else would help either
 */
export function makeDirectory(dir: string, fill: () => void): void {
  try {
    mkdirSync(dir, { mode: 0o700 });
    fill();
  } catch (error) {
    throw noFolder(dir, error);
  }
}

function noFolder(dir: string, error: unknown): ServerError {
  return new ServerError(
    'no-folder',
    `a folder for the server cannot be made at ${dir}: ${messageOf(error)}. Make room there, or set TMPDIR to another folder`,
    { cause: error },
  );
}

/**
 * Waits until a server answers PING, by connecting again and again. `failed` ends the wait with an error as soon as
 * it is known that nothing will ever answer.
 */
export async function answering(
  endpoint: Endpoint,
  failed: () => Error | undefined,
  timeoutMs: number,
): Promise<Probe> {
  const until = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const probe = await Probe.connect(endpoint);
      const reply = await probe.call('PING');
      if (reply === 'PONG') return probe;
      probe.close();
      last = reply;
    } catch (error) {
      last = error;
    }
    const failure = failed();
    if (failure) throw failure;
    if (performance.now() > until) throw last;
    await sleep(2);
  }
}
