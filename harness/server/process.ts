import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf, type RedisBinary } from './binary.js';
import { createClockFile } from './clock-file.js';
import { ServerError, messageOf } from './errors.js';
import {
  LAB_SETTINGS,
  answering,
  asArguments,
  debugSettings,
  temporaryDirectory,
  type Place,
} from './place.js';
import { Reaper, killHard } from './reaper.js';
import { within } from './sleep.js';

/** What a server process is started with. */
export interface ProcessSettings {
  readonly binary: RedisBinary;
  /** Further server arguments. */
  readonly args: readonly string[];
  /** The clock library to preload. */
  readonly shim: string | undefined;
}

/** Starts a server binary as a child of this process; it listens on a unix socket only, so no port can collide. */
export async function startProcess({ binary, args, shim }: ProcessSettings): Promise<Place> {
  const lease = Reaper.get().lease();
  const dir = temporaryDirectory();
  lease.add({ dir });
  mkdirSync(dir, { mode: 0o700 });
  const path = join(dir, 'redis.sock');
  const clockFile = join(dir, 'clock');
  if (shim) createClockFile(clockFile);
  const clock = shim ? { LD_PRELOAD: shim, RACE_LAB_CLOCK_FILE: clockFile } : {};
  const logFile = join(dir, 'redis.log');
  const log = openSync(logFile, 'w');
  const settings = {
    ...LAB_SETTINGS,
    ...debugSettings(binary.version),
    port: 0,
    dir,
    unixsocket: path,
    unixsocketperm: 700,
  };
  const child = spawn(
    binary.path,
    [...asArguments(settings), ...args],
    // Its own session, so that Ctrl-C ends the lab first and the server only then. The log goes to a file: a pipe would
    // keep the parent alive and could fill up.
    { cwd: dir, detached: true, stdio: ['ignore', log, log], env: { ...environmentOf(binary), ...clock } },
  );
  closeSync(log);
  if (child.pid !== undefined) lease.add({ pid: child.pid });
  child.unref();

  let ended: string | undefined;
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      ended ??= messageOf(error);
      resolve();
    });
    child.once('exit', (code, signal) => {
      ended ??= signal ? `was killed by ${signal}` : `ended with code ${code}`;
      resolve();
    });
  });

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    if (child.pid !== undefined && ended === undefined) {
      child.ref();
      // Nothing is worth saving, and a server that a fault has stopped (SIGSTOP) would not hear anything gentler.
      killHard(child.pid);
      await within(5_000, exited);
    }
    rmSync(dir, { recursive: true, force: true });
    lease.release();
  };

  try {
    const failed = (): Error | undefined => {
      if (ended === undefined) return undefined;
      return new ServerError('start-failed', `${binary.path} ${ended} at start: ${lastLines(logFile)}`);
    };
    (await answering({ path }, failed, 10_000)).close();
  } catch (error) {
    const log = lastLines(logFile);
    await stop();
    if (error instanceof ServerError) throw error;
    throw new ServerError(
      'start-failed',
      `${binary.path} did not answer on ${path}: ${messageOf(error)}; its log: ${log}`,
      { cause: error },
    );
  }
  return {
    endpoint: { path },
    source: binary.source,
    description: `${binary.path} (${binary.source === 'download' ? 'downloaded package' : 'process'})`,
    ...(child.pid === undefined ? {} : { pid: child.pid }),
    ...(shim ? { clockFile } : {}),
    stop: () => (stopping ??= stop()),
  };
}

/** The end of a server's log, where it says why it gave up. */
function lastLines(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(-4).join(' | ') || 'its log is empty';
  } catch {
    return 'no log';
  }
}
