import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder, cached } from '../cache.js';
import { messageOf } from '../errors.js';

const run = promisify(execFile);
const HERE = new URL('./clock-library/', import.meta.url);
const SOURCE = fileURLToPath(new URL('clock-shim.c', HERE));
const LIBRARY = 'clock-shim.so';

/**
 * The library: compiled here, or the one that comes with the lab, with the reason why it was not compiled here; or why
 * there is none.
 *
 * @internal
 */
export type Shim =
  | { readonly library: string; readonly prebuilt?: string }
  | { readonly library?: undefined; readonly reason: string };

let found: Promise<Shim> | undefined;

/**
 * The library that freezes a server's wall clock: compiled once into the cache folder by the C compiler of this
 * machine, else a prebuilt one of the same source. Never rejects: a machine that can have none gets the reason in words.
 *
 * @internal
 */
export function findShim(): Promise<Shim> {
  return (found ??= find());
}

async function find(): Promise<Shim> {
  if (process.platform !== 'linux')
    return { reason: `the frozen clock needs Linux, this is ${process.platform}` };
  if (process.arch !== 'x64' && process.arch !== 'arm64') {
    return { reason: `the frozen clock knows x64 and arm64, this is ${process.arch}` };
  }
  const source = readFileSync(SOURCE);
  const flags = JSON.parse(readFileSync(new URL('flags.json', HERE), 'utf8')) as string[];
  const hash = createHash('sha256').update(source).update(flags.join(' ')).digest('hex');
  try {
    return { library: await compile(hash, flags) };
  } catch (error) {
    return prebuilt(hash, messageOf(error));
  }
}

async function compile(hash: string, flags: readonly string[]): Promise<string> {
  const name = `clock-shim-${process.arch}-${hash.slice(0, 12)}`;
  const known = join(cacheFolder(), name, LIBRARY);
  if (existsSync(known)) return known;
  const folder = await cached(name, async (scratch) => {
    await runCompiler([...flags, '-o', join(scratch, LIBRARY), SOURCE]);
  });
  return join(folder, LIBRARY);
}

/** What `clock-library/build.mjs` wrote down. */
interface Built {
  /** SHA-256 of the source and the flags that the libraries were made from. */
  readonly source: string;
  readonly libraries: Readonly<Record<string, { readonly sha256: string }>>;
}

/** The library that comes with the lab, if it is what the source says. The clock is verified at start all the same. */
function prebuilt(hash: string, reason: string): Shim {
  const built = JSON.parse(readFileSync(new URL('built.json', HERE), 'utf8')) as Built;
  const library = fileURLToPath(new URL(`clock-shim-${process.arch}.so`, HERE));
  const whole =
    existsSync(library) &&
    createHash('sha256').update(readFileSync(library)).digest('hex') ===
      built.libraries[process.arch]?.sha256;
  if (built.source !== hash || !whole)
    return { reason: `${reason}; the prebuilt library is of another source` };
  return { library, prebuilt: reason };
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
