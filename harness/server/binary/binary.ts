import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ServerError, messageOf } from '../errors.js';
import { variable } from '../machine/variable.js';
import type { ServerProduct } from '../types.js';

const run = promisify(execFile);

/** A server binary on this machine. @internal */
export interface BinaryFile {
  readonly path: string;
  /** Folders with the shared libraries that came along; empty for an installed binary. */
  readonly libraryFolders: readonly string[];
  /**
   * The ELF loader that came along with a C library that is not this machine's: the binary is started through it. Else
   * undefined.
   */
  readonly loader?: string | undefined;
}

/** A server binary on this machine that was seen to run. @internal */
export interface RedisBinary extends BinaryFile {
  readonly source: 'process' | 'download';
  readonly product: ServerProduct;
  /** As `--version` says, for example `7.0.15`. */
  readonly version: string;
}

/** The file is there, but it or its libraries do not load. @internal */
export class DoesNotRun extends ServerError {}

/**
 * The environment to run the binary in: ours, with the libraries that came along, and without anybody else's preload.
 *
 * @internal
 */
export function environmentOf({ libraryFolders, loader }: BinaryFile): NodeJS.ProcessEnv {
  const { LD_PRELOAD: _, ...inherited } = process.env;
  if (libraryFolders.length === 0 || loader !== undefined) return inherited;
  const before = variable('LD_LIBRARY_PATH', inherited);
  const folders = before === undefined ? libraryFolders : [...libraryFolders, before];
  return { ...inherited, LD_LIBRARY_PATH: folders.join(':') };
}

/**
 * How a binary is started: itself, or by the loader that came along. That one knows its own libraries only, since the
 * machine's are of an older C library.
 *
 * @returns the program to run, and what stands before the arguments of the server
 * @internal
 */
export function startOf({ path, libraryFolders, loader }: BinaryFile): {
  readonly file: string;
  readonly args: readonly string[];
} {
  if (loader === undefined) return { file: path, args: [] };
  return { file: loader, args: ['--inhibit-cache', '--library-path', libraryFolders.join(':'), path] };
}

/**
 * Product and version that a server binary prints, for example Redis and `7.0.15`.
 *
 * @throws DoesNotRun (`no-redis`) when it cannot be run
 * @throws ServerError (`no-redis`) when it is something else
 * @internal
 */
export async function identityOf(binary: BinaryFile): Promise<Pick<RedisBinary, 'product' | 'version'>> {
  const { file, args } = startOf(binary);
  let output: string;
  try {
    const options = { env: environmentOf(binary), timeout: 10_000 };
    output = (await run(file, [...args, '--version'], options)).stdout;
  } catch (error) {
    throw new DoesNotRun('no-redis', `${binary.path} does not run: ${messageOf(error)}`, { cause: error });
  }
  const version = /\bv=(\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (version === undefined)
    throw new ServerError(
      'no-redis',
      `${binary.path} is not a Redis server: --version says ${JSON.stringify(output.slice(0, 80))}`,
    );
  return { product: /^valkey/i.test(output) ? 'valkey' : 'redis', version };
}
