import { createHash } from 'node:crypto';
import type Dockerode from 'dockerode';
import { pack } from 'tar-stream';
import type { ContainerRuntimeClient } from 'testcontainers';
import type { RedisBinary } from '../binary/binary.js';
import { REPOSITORY } from '../engine/names.js';
import { ServerError } from '../errors.js';
import { statusOf } from './docker-status.js';
import { imageFiles, type ImageFile } from './image-files.js';
import { SERVER } from './shared-folder.js';

/** What building an image needs. @internal */
export interface ImageBuild {
  readonly client: ContainerRuntimeClient;
  /** Why an image is built, in words: what it takes the place of, and what is wrong with that. */
  readonly instead: string;
  readonly binary: () => Promise<RedisBinary>;
  /** Gets a line for people when the image is built. */
  readonly notify: (line: string) => void;
}

/** Goes into the hash: another recipe makes another image of the same files. */
const RECIPE = 'recipe 1\n';

/**
 * Imports an image that holds the server, the libraries it is linked with, and the ELF loader, nothing else. Its tag is
 * the hash of the content, so it is built once per binary and found again later.
 *
 * @returns its name
 * @throws ServerError (`no-docker`) where the engine does not run what runs here, or refuses the image
 * @internal
 */
export async function buildImage({ client, instead, binary: find, notify }: ImageBuild): Promise<string> {
  refuseForeignEngine(client, instead);
  const docker = client.container.dockerode;
  const binary = await find();
  const files = await imageFiles(binary);
  const tag = hashOf(files);
  const name = `${REPOSITORY}:${tag}`;
  // Said when it is made; from then on the description of the server says it, which the doctor shows.
  if (await hasImage(docker, name)) return name;
  notify(`${instead}; using ${name}, made from ${binary.path}`);
  const output = await importImage(docker, tag, files);
  if (await hasImage(docker, name)) return name;
  throw new ServerError('no-docker', `the engine did not import ${name}: ${engineMessage(output)}`);
}

/** What engines call the processors that Node calls so. */
const ARCHITECTURES: Readonly<Record<string, readonly string[]>> = {
  x64: ['x86_64', 'amd64'],
  arm64: ['aarch64', 'arm64'],
};

/** A binary of this machine runs only where the engine's containers run on a machine like it. */
function refuseForeignEngine({ info }: ContainerRuntimeClient, instead: string): void {
  const { operatingSystemType, architecture } = info.containerRuntime;
  const alike = ARCHITECTURES[process.arch]?.includes(architecture) === true;
  if (process.platform === 'linux' && operatingSystemType === 'linux' && alike) return;
  throw new ServerError(
    'no-docker',
    `${instead}, and no image for ${operatingSystemType}/${architecture} can be built here. ` +
      'Pull it where there is a network, name another with RACE_LAB_IMAGE, or use --redis process',
  );
}

function hashOf(files: readonly ImageFile[]): string {
  const hash = createHash('sha256').update(RECIPE);
  for (const { to, content } of files) hash.update(`${to} ${content.length}\n`).update(content);
  return hash.digest('hex').slice(0, 12);
}

/** @returns what the engine said meanwhile */
async function importImage(docker: Dockerode, tag: string, files: readonly ImageFile[]): Promise<string> {
  const tar = pack();
  for (const directory of ['data', 'tmp']) tar.entry({ name: directory, type: 'directory', mode: 0o1777 });
  for (const { to, content } of files)
    tar.entry({ name: to.slice(1), mode: 0o755, mtime: new Date(0) }, content);
  tar.finalize();
  const changes = [
    'ENV PATH=/usr/local/bin LD_LIBRARY_PATH=/opt/lib',
    `ENTRYPOINT ["/usr/local/bin/${SERVER}"]`,
    'LABEL redis-race-lab=image',
  ];
  // tar-stream's own stream type lacks the newest methods of Node's; at run time it is all that is needed.
  const stream = tar as unknown as NodeJS.ReadableStream;
  const progress = await docker.importImage(stream, { repo: REPOSITORY, tag, changes });
  let output = '';
  for await (const chunk of progress) output += String(chunk);
  return output;
}

/** Whether the engine has an image. @internal */
export async function hasImage(docker: Dockerode, image: string): Promise<boolean> {
  try {
    await docker.getImage(image).inspect();
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

/** The message inside an engine's answer, be it one JSON object or a line for each step. @internal */
export function engineMessage(body: string): string {
  const text = /"(?:message|error)":\s*"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? body.slice(0, 200);
  return text.replaceAll('\\"', '"').replaceAll(/\\n/g, ' ').trim();
}
