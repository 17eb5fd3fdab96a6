import type { ContainerRuntimeClient } from 'testcontainers';
import type { RedisBinary } from '../binary/binary.js';
import type { Engine } from '../engine/engine.js';
import { ServerError, messageOf } from '../errors.js';
import type { Place } from '../place.js';
import { settingsOf } from '../settings.js';
import { findImage, substituteReason } from './image.js';
import type { Testcontainers } from './lab-container.js';
import { launch, type Launch, type Reach } from './launch.js';

/** What a server container is started with. @internal */
export interface ContainerSettings {
  readonly engine: Engine;
  readonly image: string;
  /** Further server arguments. */
  readonly args: readonly string[];
  /** The clock library to preload. */
  readonly shim: string | undefined;
  /** A server binary to build an image from when the wanted one cannot be pulled. */
  readonly binary: () => Promise<RedisBinary>;
  /** Gets a line for people about what takes long, or is not as wanted. */
  readonly notify: (line: string) => void;
}

/**
 * Starts a server in a container through testcontainers.
 *
 * @throws ServerError (`no-docker`, `start-failed`, `no-folder`) that says what was tried; nothing is left of it
 * @internal
 */
export async function startContainer(settings: ContainerSettings): Promise<Place> {
  // Loaded here and nowhere else: it takes half a second that a plain process need not pay.
  const testcontainers = await import('testcontainers');
  const client = await clientOf(testcontainers, settings.engine);
  const image = await imageFor(testcontainers, client, settings);
  return await launchSomehow({
    testcontainers,
    docker: client.container.dockerode,
    engine: settings.engine,
    image,
    description: described(image, settings.image),
    args: settings.args,
    shim: settings.shim,
  });
}

async function clientOf(
  testcontainers: Testcontainers,
  { address }: Engine,
): Promise<ContainerRuntimeClient> {
  try {
    return await testcontainers.getContainerRuntimeClient();
  } catch (error) {
    throw new ServerError('no-docker', `${address} answers, but not to testcontainers: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function imageFor(
  { ImageName }: Testcontainers,
  client: ContainerRuntimeClient,
  { engine, image, binary, notify }: ContainerSettings,
): Promise<string> {
  const wanted = ImageName.fromString(image);
  try {
    return await findImage({
      engine,
      client,
      image: wanted.string,
      pull: () => client.image.pull(wanted),
      binary,
      notify,
    });
  } catch (error) {
    if (error instanceof ServerError) throw error;
    const message = `no image ${image} to start a container from: ${messageOf(error)}`;
    throw new ServerError('start-failed', message, { cause: error });
  }
}

function described(image: string, wanted: string): string {
  const reason = image === wanted ? undefined : substituteReason(wanted);
  return `container of ${image}${reason === undefined ? '' : ` (${reason})`}`;
}

/** Tries the ways in which the container may be reached, and the settings that its server may know. */
async function launchSomehow(common: Omit<Launch, 'reach' | 'settings'>): Promise<Place> {
  const failures = new Set<string>();
  for (const reach of reaches(common.engine)) {
    for (const version of versionsToTry(common.image)) {
      const settings = settingsOf(version);
      try {
        return await launchAtFreePort({ ...common, reach, settings });
      } catch (error) {
        if (error instanceof ServerError && error.code === 'no-folder') throw error;
        const message = messageOf(error);
        failures.add(message);
        if (Object.keys(settings).some((name) => message.includes(name))) continue;
        // A setting it does not know it will not know over a port either.
        if (message.includes('CONFIG FILE ERROR')) throw noServer(common.image, failures);
        break;
      }
    }
  }
  throw noServer(common.image, failures);
}

function noServer(image: string, failures: ReadonlySet<string>): ServerError {
  return new ServerError(
    'start-failed',
    `no server could be started from ${image}: ${[...failures].join('; then ')}`,
  );
}

/** An older server does not start with a setting it does not know. Tags say which it is, mostly. */
function versionsToTry(image: string): string[] {
  const major = /:v?(\d+)(?:[.-][^/]*)?$/.exec(image)?.[1];
  return major !== undefined && Number(major) < 7 ? [major] : ['7', '6', '5'];
}

function reaches(engine: Engine): Reach[] {
  const sameKernel = process.platform === 'linux' && 'socketPath' in engine.options;
  return sameKernel ? ['socket', 'port'] : ['port'];
}

/** What an engine says when somebody else has the port. */
const PORT_TAKEN = /port is already allocated|address already in use/i;
const PORTS_TRIED = 5;

/** Tries again while the port that was picked turns out to be somebody else's. */
async function launchAtFreePort(wanted: Launch): Promise<Place> {
  for (let left = PORTS_TRIED; ; left--) {
    try {
      return await launch(wanted);
    } catch (error) {
      if (left === 1 || !PORT_TAKEN.test(messageOf(error))) throw error;
    }
  }
}
