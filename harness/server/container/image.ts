import type { ContainerRuntimeClient } from 'testcontainers';
import type { RedisBinary } from '../binary/binary.js';
import { askEngine } from '../engine/ask-engine.js';
import type { Engine } from '../engine/engine.js';
import { messageOf } from '../errors.js';
import { buildImage, engineMessage, hasImage } from './build-image.js';

/** What finding an image needs. @internal */
export interface ImageRequest {
  readonly engine: Engine;
  readonly client: ContainerRuntimeClient;
  /** The image as the engine names it. */
  readonly image: string;
  readonly pull: () => Promise<void>;
  /** A server binary for when the image cannot be pulled. */
  readonly binary: () => Promise<RedisBinary>;
  /** Gets a line for people when an image is pulled or built. */
  readonly notify: (line: string) => void;
}

/** Images that could not be pulled, and why: asked once per process, since the network may be back in the next one. */
const unavailable = new Map<string, string>();

/** Why this process uses an image of its own instead of that one; undefined when it does not. @internal */
export function substituteReason(image: string): string | undefined {
  const reason = unavailable.get(image);
  return reason === undefined ? undefined : `${image} cannot be pulled: ${reason}`;
}

/**
 * The wanted image if it is here or can be pulled; else one that is built from a server binary of this machine.
 *
 * @returns its name
 * @throws ServerError (`no-docker`, `no-redis`) when there is neither
 * @internal
 */
export async function findImage(request: ImageRequest): Promise<string> {
  const { client, image, binary, notify } = request;
  const docker = client.container.dockerode;
  if (await hasImage(docker, image)) return image;
  let reason = unavailable.get(image);
  if (reason === undefined) {
    try {
      await pull(request);
      return image;
    } catch (error) {
      reason = messageOf(error);
      unavailable.set(image, reason);
    }
  }
  return await buildImage({ client, instead: `${image} cannot be pulled (${reason})`, binary, notify });
}

async function pull({ engine, client, image, pull: start, notify }: ImageRequest): Promise<void> {
  // The engine may try for minutes to reach a registry; asking it for the manifest tells at once whether it can.
  // Other answers than "cannot reach" (no such endpoint, a login is needed) are left to the pull.
  const manifest = await askEngine(engine, 'GET', `/distribution/${image}/json`, 10_000).catch(
    (error: unknown) => ({
      status: 500,
      body: JSON.stringify({ message: messageOf(error) }),
    }),
  );
  if (manifest.status >= 500) throw new Error(engineMessage(manifest.body));
  notify(`pulling ${image} …`);
  await start();
  // The end of the stream does not tell success from failure.
  if (!(await hasImage(client.container.dockerode, image)))
    throw new Error('the pull ended without an image');
}
