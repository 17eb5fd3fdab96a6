import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runOutsideFlows } from '../../base/flow.js';

/** What a client library says of itself, or its package. @internal */
export interface Library {
  /** For example `ioredis`. */
  readonly name: string;
  readonly version: string | undefined;
}

/** A file of an installed package, in a frame of a stack: the folder of the package, and its name there. */
const INSTALLED =
  /((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^()\n]*[\\/]node_modules[\\/]((?:@[^\\/()\n]+[\\/])?[^\\/()\n@]+))[\\/]/;
const CLIENT = /redis|valkey/i;
const OWN_NAME = 'redis-race-lab';
const STACK_DEPTH = 30;
/** By folder: packages do not change while they are loaded. */
const known = new Map<string, Library | undefined>();

/**
 * Which package opens a connection right now, by the stack of the call: many clients do not tell the server who they are.
 *
 * @returns undefined where the stack shows no client of Redis
 * @internal
 */
export function libraryConnecting(): Library | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_DEPTH;
  const { stack = '' } = new Error('connects');
  Error.stackTraceLimit = limit;
  for (const frame of stack.split('\n')) {
    const [, folder, name] = INSTALLED.exec(frame) ?? [];
    if (folder === undefined || name === undefined || name === OWN_NAME || !CLIENT.test(name)) continue;
    return packageIn(folder);
  }
  return undefined;
}

/** An alias in `node_modules` is not what the package is called. */
function packageIn(folder: string): Library | undefined {
  if (!known.has(folder)) known.set(folder, readPackage(folder));
  return known.get(folder);
}

function readPackage(folder: string): Library | undefined {
  try {
    const path = folder.startsWith('file:') ? fileURLToPath(folder) : folder;
    // It is no worker that reads it.
    const text = runOutsideFlows(() => readFileSync(`${path}/package.json`, 'utf8'));
    const { name, version } = JSON.parse(text) as Partial<Library>;
    return typeof name === 'string' ? { name, version } : undefined;
  } catch {
    // Not a package as others are: then nobody knows.
    return undefined;
  }
}
