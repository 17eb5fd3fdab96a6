import { randomBytes, randomInt } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import type Dockerode from 'dockerode';
import type { ContainerRuntimeClient } from 'testcontainers';
import type { RedisBinary } from './binary.js';
import { createClockFile } from './clock-file.js';
import { containerPower, endOf } from './container-power.js';
import type { Engine } from './engine.js';
import { ServerError, messageOf } from './errors.js';
import { findImage, substituteReason } from './image.js';
import {
  LAB_SETTINGS,
  answering,
  asArguments,
  makeDirectory,
  settingsOf,
  temporaryDirectory,
  type Place,
} from './place.js';
import { SERVER, SHARED, labContainer, type Testcontainers } from './lab-container.js';
import { Reaper } from './reaper.js';
import { sleep } from './sleep.js';
import type { Endpoint } from './types.js';

/** What a server container is started with. */
export interface ContainerSettings {
  readonly engine: Engine;
  readonly image: string;
  readonly args: readonly string[];
  /** The clock library to preload. */
  readonly shim: string | undefined;
  /** A server binary to build an image from when the wanted one cannot be pulled. */
  readonly binary: () => Promise<RedisBinary>;
  readonly notify: (line: string) => void;
}

/**
 * How the container can be reached. `socket`: a unix socket in a directory that both sides see, no network at all.
 * `port`: a published port, for engines that run on another kernel or machine.
 */
type Reach = 'socket' | 'port';

/** Starts a server in a container through testcontainers. */
export async function startContainer(settings: ContainerSettings): Promise<Place> {
  // Loaded here and nowhere else: it takes half a second that a plain process need not pay.
  const testcontainers = await import('testcontainers');
  let client: ContainerRuntimeClient;
  try {
    client = await testcontainers.getContainerRuntimeClient();
  } catch (error) {
    throw new ServerError(
      'no-docker',
      `${settings.engine.address} answers, but not to testcontainers: ${messageOf(error)}`,
      { cause: error },
    );
  }
  const wanted = testcontainers.ImageName.fromString(settings.image);
  const image = await findImage({
    engine: settings.engine,
    client,
    image: wanted.string,
    pull: () => client.image.pull(wanted),
    binary: settings.binary,
    notify: settings.notify,
  }).catch((error: unknown) => {
    if (error instanceof ServerError) throw error;
    const message = `no image ${settings.image} to start a container from: ${messageOf(error)}`;
    throw new ServerError('start-failed', message, { cause: error });
  });
  const failures: string[] = [];
  reaching: for (const reach of reaches(settings.engine)) {
    for (const version of versionsToTry(image)) {
      try {
        return await attemptPorts(testcontainers, client, settings, image, reach, settingsOf(version));
      } catch (error) {
        if (error instanceof ServerError && error.code === 'no-folder') throw error;
        const message = messageOf(error);
        failures.push(message);
        if (Object.keys(settingsOf(version)).some((name) => message.includes(name))) continue;
        // A setting it does not know it will not know over a port either.
        if (message.includes('CONFIG FILE ERROR')) break reaching;
        break;
      }
    }
  }
  throw new ServerError(
    'start-failed',
    `no server could be started from ${image}: ${[...new Set(failures)].join('; then ')}`,
  );
}

/** An older server does not start with a setting it does not know. Tags say which it is, mostly. */
function versionsToTry(image: string): string[] {
  const major = /:v?(\d+)(?:[.-][^/]*)?$/.exec(image)?.[1];
  return major && Number(major) < 7 ? [major] : ['7', '6', '5'];
}

function reaches(engine: Engine): Reach[] {
  const sameKernel = process.platform === 'linux' && 'socketPath' in engine.options;
  return sameKernel ? ['socket', 'port'] : ['port'];
}

/** What an engine says when somebody else has the port. */
const PORT_TAKEN = /port is already allocated|address already in use/i;
const PORTS_TRIED = 5;

/** Tries again while the port that was picked turns out to be somebody else's. */
async function attemptPorts(...given: Parameters<typeof attempt>): Promise<Place> {
  for (let left = PORTS_TRIED; ; left--) {
    try {
      return await attempt(...given);
    } catch (error) {
      if (left === 1 || !PORT_TAKEN.test(messageOf(error))) throw error;
    }
  }
}

/** Below the ports that kernels give out by themselves. */
const PORTS = [20_000, 32_000] as const;

async function attempt(
  testcontainers: Testcontainers,
  client: ContainerRuntimeClient,
  settings: ContainerSettings,
  image: string,
  reach: Reach,
  known: Readonly<Record<string, string>>,
): Promise<Place> {
  const { engine, shim } = settings;
  const docker = client.container.dockerode;
  const name = `race-lab-${process.pid}-${randomBytes(6).toString('hex')}`;
  const lease = Reaper.get().lease();
  lease.add({ container: name, engine });
  const dir = reach === 'socket' ? temporaryDirectory() : undefined;
  // World-writable because a remapped user may have to make the socket there; the directory around it is private.
  const shared = dir ? join(dir, 'shared') : undefined;
  const clockFile = shared && shim ? join(shared, 'clock') : undefined;
  if (dir) lease.add({ dir });
  // One that the engine picked would be another one after a restart.
  const port = randomInt(...PORTS);
  const stop = async (): Promise<void> => {
    await remove(docker, name);
    if (dir) rmSync(dir, { recursive: true, force: true });
    lease.release();
  };
  try {
    if (dir && shared)
      makeDirectory(dir, () => {
        mkdirSync(shared);
        chmodSync(shared, 0o777);
        // Where the server looks for itself when it is to start afresh: in the directory that it was started in.
        symlinkSync('/proc/self/exe', join(shared, SERVER));
        if (clockFile) createClockFile(clockFile);
      });
    const listen = shared
      ? { dir: SHARED, port: 0, unixsocket: `${SHARED}/redis.sock`, unixsocketperm: 777 }
      : { dir: '/tmp', port: 6379, bind: '0.0.0.0', 'protected-mode': 'no' };
    const container = labContainer(testcontainers, {
      image,
      engine,
      lease,
      shared,
      port,
      shim: clockFile ? shim : undefined,
    })
      .withName(name)
      .withCommand([...asArguments({ ...LAB_SETTINGS, ...known, ...listen }), ...settings.args]);
    const started = await container.start();
    const candidates: Endpoint[] = shared
      ? [{ path: join(shared, 'redis.sock') }]
      : [
          { host: started.getHost(), port: started.getMappedPort(6379) },
          // From inside another container the published port is somebody else's loopback.
          { host: started.getIpAddress(started.getNetworkNames()[0] ?? 'bridge'), port: 6379 },
        ];
    const endpoint = await firstToAnswer(docker, name, candidates);
    // At an address of the container's own it may come back with another one.
    const returns = 'path' in endpoint || endpoint.port === port;
    const answers = async (): Promise<void> => void (await firstToAnswer(docker, name, [endpoint]));
    return {
      endpoint,
      source: 'container',
      description: described(image, settings.image),
      ...(clockFile ? { clockFile } : {}),
      ...(returns
        ? { power: containerPower({ docker, name, endpoint, mounted: dir && basename(dir), answers }) }
        : {}),
      ended: () => endOf(docker, name),
      stop: once(stop),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function firstToAnswer(
  docker: Dockerode,
  name: string,
  candidates: readonly Endpoint[],
): Promise<Endpoint> {
  let failure: Error | undefined;
  let done = false;
  const watch = async (): Promise<void> => {
    while (!done && !failure) {
      await sleep(100);
      const { State } = await docker.getContainer(name).inspect();
      if (!State.Running)
        failure = new Error(
          `the container ended with code ${State.ExitCode}: ${await lastLines(docker, name)}`,
        );
    }
  };
  void watch().catch((error: unknown) => {
    failure = new Error(`the container is gone: ${messageOf(error)}`);
  });
  try {
    return await Promise.any(
      candidates.map(async (endpoint, index) => {
        // In order of preference: the next one gets its chance when the one before stays silent.
        await sleep(index * 300);
        const obsolete = (): Error | undefined => (done ? new Error('another one answered') : failure);
        const known = obsolete();
        if (known) throw known;
        const probe = await answering(endpoint, obsolete, 10_000);
        const address = probe.remoteAddress;
        probe.close();
        // `localhost` may be two addresses, of which only one was published.
        return 'port' in endpoint && address ? { host: address, port: endpoint.port } : endpoint;
      }),
    );
  } catch (error) {
    throw (
      failure ??
      new Error(`the server in the container does not answer: ${messageOf(error)}`, { cause: error })
    );
  } finally {
    done = true;
  }
}

async function lastLines(docker: Dockerode, name: string): Promise<string> {
  const log = await docker.getContainer(name).logs({ stdout: true, stderr: true, tail: 4, follow: false });
  // Without a terminal each piece of output follows an 8-byte header, whose bytes are not text.
  const text = log.toString('utf8').replaceAll(/[^\P{C}\n]/gu, '');
  return text.trim().split('\n').join(' | ') || 'its log is empty';
}

/** Removes the container and waits until it is gone; one that is not there is fine. */
async function remove(docker: Dockerode, name: string): Promise<void> {
  const container = docker.getContainer(name);
  for (let left = 100; left > 0; left--) {
    try {
      await container.remove({ force: true, v: true });
      return;
    } catch (error) {
      const status = (error as { statusCode?: number }).statusCode;
      if (status === 404) return;
      // Somebody else is removing it.
      if (status !== 409) throw error;
      await sleep(50);
    }
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= action());
}

function described(image: string, wanted: string): string {
  const reason = image === wanted ? undefined : substituteReason(wanted);
  return `container of ${image}${reason === undefined ? '' : ` (${reason})`}`;
}
