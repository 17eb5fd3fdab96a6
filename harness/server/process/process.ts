import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { defined } from '../../base/defined.js';
import { once } from '../../base/once.js';
import { environmentOf, startOf, type RedisBinary } from '../binary/binary.js';
import { makeDirectory, temporaryDirectory } from '../machine/directory.js';
import type { Place } from '../place.js';
import { Reaper } from '../reaper/reaper.js';
import { LAB_SETTINGS, asArguments, settingsOf } from '../settings.js';
import { createClockFile } from '../shim/clock-file.js';
import { Restartable } from './restartable.js';
import type { ServerCommand } from './running.js';

/** What a server process is started with. @internal */
export interface ProcessSettings {
  readonly binary: RedisBinary;
  /** Further server arguments. */
  readonly args: readonly string[];
  /** The clock library to preload. */
  readonly shim: string | undefined;
}

/**
 * Starts a server binary as a child of this process; it listens on a unix socket only, so no port can collide.
 *
 * @throws ServerError (`start-failed`, `no-folder`) when it does not start; nothing is left of it
 * @internal
 */
export async function startProcess(settings: ProcessSettings): Promise<Place> {
  const { binary, shim } = settings;
  const lease = Reaper.get().lease();
  const directory = temporaryDirectory();
  lease.add({ dir: directory });
  const clockFile = shim === undefined ? undefined : join(directory, 'clock');
  const path = join(directory, 'redis.sock');
  const server = new Restartable(commandOf(settings, directory, path, clockFile), path, lease);
  const stop = once(async (): Promise<void> => {
    // Nothing is worth saving, and a server that a fault has stopped (SIGSTOP) would not hear anything gentler.
    await server.end();
    rmSync(directory, { recursive: true, force: true });
    lease.release();
  });
  try {
    makeDirectory(directory, () => clockFile !== undefined && createClockFile(clockFile));
    await server.launch();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    endpoint: { path },
    source: binary.source,
    description: `${binary.path} (${binary.source === 'download' ? 'downloaded package' : 'process'})`,
    get pid() {
      return server.pid;
    },
    ...defined({ clockFile }),
    get killed() {
      return server.killed;
    },
    power: server,
    ended: () => server.ended(),
    stop,
  };
}

function commandOf(
  { binary, args, shim }: ProcessSettings,
  directory: string,
  socket: string,
  clockFile: string | undefined,
): ServerCommand {
  const settings = {
    ...LAB_SETTINGS,
    ...settingsOf(binary.version),
    port: 0,
    dir: directory,
    unixsocket: socket,
    unixsocketperm: 700,
  };
  const { file, args: before } = startOf(binary);
  return {
    binary: binary.path,
    file,
    args: [...before, ...asArguments(settings), ...args],
    directory,
    env: { ...environmentOf(binary), ...defined({ LD_PRELOAD: shim, RACE_LAB_CLOCK_FILE: clockFile }) },
  };
}
