import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { environmentOf, startOf, type RedisBinary } from '../binary/binary.js';
import { interpreterOf } from '../binary/interpreter.js';
import { ServerError } from '../errors.js';
import { SERVER } from './shared-folder.js';

const run = promisify(execFile);

/** A file of the image. @internal */
export interface ImageFile {
  /** Its path in the image. */
  readonly to: string;
  readonly content: Buffer;
}

/**
 * What an image takes to run a server binary of this machine: the binary, its libraries as its loader finds them, and the
 * loader at the very path that is written in the binary.
 *
 * @throws ServerError (`no-docker`) when a library is missing
 * @internal
 */
export async function imageFiles(binary: RedisBinary): Promise<ImageFile[]> {
  const files = [fileAt(binary.path, `/usr/local/bin/${SERVER}`)];
  const listed = await listing(binary);
  for (const line of listed.split('\n')) {
    const library = /=>\s+(\/\S+)/.exec(line)?.[1];
    const loader = /^\s*(\/\S+)\s+\(0x/.exec(line)?.[1];
    if (library !== undefined) {
      const name = /^\s*(\S+)/.exec(line)?.[1] ?? basename(library);
      // A loader that came along stands for the one whose path is written in the binary.
      files.push(fileAt(library, name.startsWith('/') ? name : `/opt/lib/${name}`));
    }
    // musl's loader is the C library as well and is listed under both roles.
    if (loader !== undefined) files.push(fileAt(loader, loader));
    if (line.includes('not found'))
      throw new ServerError('no-docker', `${binary.path} lacks a library: ${line.trim()}`);
  }
  return files;
}

/**
 * The libraries as the loader of the binary finds them: the one that came along, else the one whose path is written in
 * it. That may be another than the one of this machine's `ldd`, which knows only its own C library.
 */
async function listing(binary: RedisBinary): Promise<string> {
  const env = environmentOf(binary);
  const loader = interpreterOf(binary.path);
  // A static binary needs nothing else.
  if (loader === undefined) return '';
  const { file, args } =
    binary.loader === undefined ? { file: loader, args: [binary.path] } : startOf(binary);
  return (await run(file, ['--list', ...args], { env })).stdout;
}

function fileAt(path: string, to: string): ImageFile {
  return { to, content: readFileSync(path) };
}
