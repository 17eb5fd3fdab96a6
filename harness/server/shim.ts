import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder, cached } from './cache.js';
import { messageOf } from './errors.js';

const run = promisify(execFile);
const SOURCE = fileURLToPath(new URL('./clock-shim.c', import.meta.url));
const LIBRARY = 'clock-shim.so';
const FLAGS = [
  '-shared',
  '-fPIC',
  '-O2',
  '-nostdlib',
  '-ffreestanding',
  '-fno-stack-protector',
  '-Wl,--hash-style=both',
];

/** The compiled library, or why there is none. */
export type Shim = { readonly library: string } | { readonly reason: string };

let compiled: Promise<Shim> | undefined;

/**
 * The library that freezes a server's wall clock, compiled once into the cache folder by the C compiler of this
 * machine. Never rejects: a machine without a compiler gets the reason in words.
 */
export function compileShim(): Promise<Shim> {
  return (compiled ??= compile());
}

async function compile(): Promise<Shim> {
  if (process.platform !== 'linux')
    return { reason: `the frozen clock needs Linux, this is ${process.platform}` };
  if (process.arch !== 'x64' && process.arch !== 'arm64') {
    return { reason: `the frozen clock knows x64 and arm64, this is ${process.arch}` };
  }
  try {
    const key = createHash('sha256')
      .update(readFileSync(SOURCE))
      .update(FLAGS.join(' '))
      .digest('hex')
      .slice(0, 12);
    const name = `clock-shim-${process.arch}-${key}`;
    const known = join(cacheFolder(), name, LIBRARY);
    if (existsSync(known)) return { library: known };
    const folder = await cached(name, async (scratch) => {
      await runCompiler([...FLAGS, '-o', join(scratch, LIBRARY), SOURCE]);
    });
    return { library: join(folder, LIBRARY) };
  } catch (error) {
    return { reason: messageOf(error) };
  }
}

async function runCompiler(args: readonly string[]): Promise<void> {
  for (const compiler of ['cc', 'gcc', 'clang']) {
    try {
      await run(compiler, [...args], { timeout: 60_000 });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw new Error(`${compiler} could not compile the clock library: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
  throw new Error('no C compiler (cc, gcc or clang) on the PATH to build the clock library with');
}
