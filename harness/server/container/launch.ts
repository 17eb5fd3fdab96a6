import { randomBytes, randomInt } from 'node:crypto';
import type Dockerode from 'dockerode';
import type { StartedTestContainer } from 'testcontainers';
import { defined } from '../../base/defined.js';
import { once } from '../../base/once.js';
import type { Engine } from '../engine/engine.js';
import type { Place } from '../place.js';
import { Reaper } from '../reaper/reaper.js';
import { LAB_SETTINGS, asArguments } from '../settings.js';
import type { Endpoint } from '../types.js';
import { ContainerPower } from './container-power.js';
import { endOf, remove } from './ending.js';
import { firstToAnswer } from './first-to-answer.js';
import { INNER_PORT, labContainer, type Testcontainers } from './lab-container.js';
import { SHARED, SharedFolder } from './shared-folder.js';

/**
 * How the container can be reached. `socket`: a unix socket in a directory that both sides see, no network at all.
 * `port`: a published port, for engines that run on another kernel or machine.
 *
 * @internal
 */
export type Reach = 'socket' | 'port';

/** One way of starting the server of an image. @internal */
export interface Launch {
  readonly testcontainers: Testcontainers;
  readonly docker: Dockerode;
  readonly engine: Engine;
  readonly image: string;
  /** The server in words. */
  readonly description: string;
  readonly reach: Reach;
  /** Settings that this version of the server knows. */
  readonly settings: Readonly<Record<string, string>>;
  /** Further server arguments. */
  readonly args: readonly string[];
  /** The clock library to preload; left out where its file cannot be shared with the container. */
  readonly shim: string | undefined;
}

/** Where ports are picked from: below those that kernels give out by themselves. */
const PORTS = [20_000, 32_000] as const;

/**
 * Starts one container and waits until its server answers.
 *
 * @throws Error that says why the server does not answer, or why the engine did not start it; nothing is left of it
 * @internal
 */
export async function launch(wanted: Launch): Promise<Place> {
  const { docker, engine, reach, shim } = wanted;
  const name = `race-lab-${process.pid}-${randomBytes(6).toString('hex')}`;
  const container = docker.getContainer(name);
  const lease = Reaper.get().lease();
  lease.add({ container: name, engine });
  const folder = reach === 'socket' ? new SharedFolder(shim !== undefined) : undefined;
  if (folder !== undefined) lease.add({ dir: folder.directory });
  // One that the engine picked would be another one after a restart.
  const port = randomInt(...PORTS);
  const stop = once(async (): Promise<void> => {
    await remove(container);
    folder?.remove();
    lease.release();
  });
  try {
    folder?.make();
    const started = await labContainer(wanted.testcontainers, {
      image: wanted.image,
      engine,
      lease,
      shared: folder?.path,
      port,
      shim: folder === undefined ? undefined : shim,
    })
      .withName(name)
      .withCommand(argumentsOf(wanted, folder))
      .start();
    const endpoint = await firstToAnswer(container, endpointsOf(started, folder));
    // At an address of the container's own it may come back with another one.
    const returns = 'path' in endpoint || endpoint.port === port;
    const power = returns ? new ContainerPower(container, endpoint, folder?.name) : undefined;
    return {
      endpoint,
      source: 'container',
      description: wanted.description,
      ...defined({ clockFile: folder?.clockFile, power }),
      // A container outlives a server in it that has crashed and waits to be started again.
      ended: async () => power?.ended ?? (await endOf(container)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function argumentsOf({ settings, args }: Launch, folder: SharedFolder | undefined): string[] {
  const listen =
    folder === undefined
      ? { dir: '/tmp', port: INNER_PORT, bind: '0.0.0.0', 'protected-mode': 'no' }
      : { dir: SHARED, port: 0, unixsocket: `${SHARED}/redis.sock`, unixsocketperm: 777 };
  return [...asArguments({ ...LAB_SETTINGS, ...settings, ...listen }), ...args];
}

/** Where the server may be reached, in order of preference. */
function endpointsOf(started: StartedTestContainer, folder: SharedFolder | undefined): Endpoint[] {
  if (folder !== undefined) return [{ path: folder.socket }];
  return [
    { host: started.getHost(), port: started.getMappedPort(INNER_PORT) },
    // From inside another container the published port is somebody else's loopback.
    { host: started.getIpAddress(started.getNetworkNames()[0] ?? 'bridge'), port: INNER_PORT },
  ];
}
