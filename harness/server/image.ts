import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { basename } from 'node:path';
import type Dockerode from 'dockerode';
import { pack } from 'tar-stream';
import type { ContainerRuntimeClient } from 'testcontainers';
import { environmentOf, type RedisBinary } from './binary.js';
import { askEngine, type Engine } from './engine.js';
import { ServerError, messageOf } from './errors.js';
import { REPOSITORY } from './names.js';

const run = promisify(execFile);

/** What finding an image needs. */
export interface ImageRequest {
  readonly engine: Engine;
  readonly client: ContainerRuntimeClient;
  /** The image as the engine names it. */
  readonly image: string;
  readonly pull: () => Promise<void>;
  /** A server binary for when the image cannot be pulled. */
  readonly binary: () => Promise<RedisBinary>;
  readonly notify: (line: string) => void;
}

/** Images that could not be pulled, and why: asked once per process, since the network may be back in the next one. */
const unavailable = new Map<string, string>();

/** Why this process uses an image of its own instead of that one; undefined when it does not. */
export function substituteReason(image: string): string | undefined {
  const reason = unavailable.get(image);
  return reason === undefined ? undefined : `${image} cannot be pulled: ${reason}`;
}

/** The wanted image if it is here or can be pulled; else one that is built from a server binary of this machine. */
export async function findImage(request: ImageRequest): Promise<string> {
  const { client, image } = request;
  const docker = client.container.dockerode;
  if (await has(docker, image)) return image;
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
  return await buildFromBinary(request, reason);
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
  if (!(await has(client.container.dockerode, image))) throw new Error('the pull ended without an image');
}

async function has(docker: Dockerode, image: string): Promise<boolean> {
  try {
    await docker.getImage(image).inspect();
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
}

/** A file of the image: where it is here, and where it goes there. */
interface ImageFile {
  readonly from: string;
  readonly to: string;
}

/**
 * Imports an image that holds the server, the libraries it is linked with, and the ELF loader, nothing else. Its tag is
 * the hash of the content, so it is built once per binary and found again later.
 */
async function buildFromBinary(
  { client, image, binary: find, notify }: ImageRequest,
  reason: string,
): Promise<string> {
  const { operatingSystemType, architecture } = client.info.containerRuntime;
  const here =
    process.arch === 'x64' ? ['x86_64', 'amd64'] : process.arch === 'arm64' ? ['aarch64', 'arm64'] : [];
  if (process.platform !== 'linux' || operatingSystemType !== 'linux' || !here.includes(architecture)) {
    throw new ServerError(
      'no-docker',
      `${image} cannot be pulled (${reason}), and no image for ${operatingSystemType}/${architecture} can be built here. ` +
        'Pull it where there is a network, name another with RACE_LAB_IMAGE, or use --redis process',
    );
  }
  const files = await filesOf(await find());
  const hash = createHash('sha256').update('recipe 1\n');
  const contents = files.map((file) => ({ ...file, content: readFileSync(file.from) }));
  for (const { to, content } of contents) hash.update(`${to} ${content.length}\n`).update(content);
  const tag = hash.digest('hex').slice(0, 12);
  const name = `${REPOSITORY}:${tag}`;
  const docker = client.container.dockerode;
  // Said when it is made; from then on the description of the server says it, which the doctor shows.
  if (await has(docker, name)) return name;
  notify(
    `${image} cannot be pulled (${reason}); using ${name}, made from ${files[0]?.from ?? 'a local binary'}`,
  );

  const tar = pack();
  for (const directory of ['data', 'tmp']) tar.entry({ name: directory, type: 'directory', mode: 0o1777 });
  for (const { to, content } of contents)
    tar.entry({ name: to.slice(1), mode: 0o755, mtime: new Date(0) }, content);
  tar.finalize();
  const changes = [
    'ENV PATH=/usr/local/bin LD_LIBRARY_PATH=/opt/lib',
    'ENTRYPOINT ["/usr/local/bin/redis-server"]',
    'LABEL redis-race-lab=image',
  ];
  // tar-stream's own stream type lacks the newest methods of Node's; at run time it is all that is needed.
  const stream = tar as unknown as NodeJS.ReadableStream;
  const progress = await docker.importImage(stream, { repo: REPOSITORY, tag, changes });
  let output = '';
  for await (const chunk of progress) output += String(chunk);
  if (!(await has(docker, name)))
    throw new ServerError('no-docker', `the engine did not import ${name}: ${engineMessage(output)}`);
  return name;
}

/** The binary, its libraries as `ldd` finds them, and the loader at the very path that is written in the binary. */
async function filesOf(binary: RedisBinary): Promise<ImageFile[]> {
  const files: ImageFile[] = [{ from: binary.path, to: '/usr/local/bin/redis-server' }];
  // ldd fails on a static binary, which needs nothing else.
  const { stdout } = await run('ldd', [binary.path], { env: environmentOf(binary) }).catch(() => ({
    stdout: '',
  }));
  for (const line of stdout.split('\n')) {
    const library = /=>\s+(\/\S+)/.exec(line)?.[1];
    const loader = /^\s*(\/\S+)\s+\(0x/.exec(line)?.[1];
    if (library)
      files.push({ from: library, to: `/opt/lib/${/^\s*(\S+)/.exec(line)?.[1] ?? basename(library)}` });
    // musl's loader is the C library as well and is listed under both roles.
    if (loader) files.push({ from: loader, to: loader });
    if (/not found/.test(line))
      throw new ServerError('no-docker', `${binary.path} lacks a library: ${line.trim()}`);
  }
  return files;
}

/** The message inside an engine's answer, be it one JSON object or a line for each step. */
function engineMessage(body: string): string {
  const text = /"(?:message|error)":\s*"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? body.slice(0, 200);
  return text.replaceAll('\\"', '"').replaceAll(/\\n/g, ' ').trim();
}
