/** Runs a storm in a process of its own, with a network of its own where the system allows that. */
import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { NotMeasurable } from '../../../harness/lab.js';
import { openFilesLimit } from './kernel.js';
import {
  CONNECTIONS_BESIDES,
  connectionsOf,
  NO_SERVER,
  stormOf,
  type StormChanges,
  type StormOptions,
} from './options.js';
import type { Storm } from './storm.js';

const run = promisify(execFile);

/** From a checkout it is TypeScript, as this file is. */
const SCRIPT = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './storm-process.ts' : './storm-process.js', import.meta.url),
);
/** Runs what follows as root of a network in which there is nothing but itself. */
const ISOLATED = [
  'unshare',
  '--map-root-user',
  '--net',
  'sh',
  '-c',
  'ip link set lo up && exec "$0" "$@"',
] as const;
/** What Node and the lab have open besides. */
const FILES_BESIDES = 200;

/** Whether this system gives us a network of our own. */
async function canIsolate(): Promise<boolean> {
  const [program, ...args] = ISOLATED;
  return await run(program, [...args, 'true']).then(
    () => true,
    () => false,
  );
}

/**
 * The storm of the story as large as was asked for, or as this process may have files open.
 *
 * @returns the storm, and in words what had to be made smaller
 */
export function fittingStorm(
  scale: number,
  changes: StormChanges,
  limit = openFilesLimit(),
): { readonly options: StormOptions; readonly smaller?: string } {
  const options = stormOf(scale, changes);
  const may = limit === undefined ? Infinity : limit - FILES_BESIDES;
  const wanted = connectionsOf(options);
  if (wanted <= may) return { options };
  const room = (may - CONNECTIONS_BESIDES) / (wanted - CONNECTIONS_BESIDES);
  // One per mill less, for what is rounded up.
  const fits = Math.floor(scale * room * 1000 - 1) / 1000;
  if (fits <= 0) throw new NotMeasurable(`only ${limit} files may be open (ulimit -n)`);
  return {
    options: stormOf(fits, changes),
    smaller: `scale ${scale}: ${wanted} connections at the worst, and ${limit} files may be open (ulimit -n): ${fits} instead`,
  };
}

/**
 * Runs a storm.
 *
 * @param signal - ends it early
 * @param how - what the process runs, and whether it may have a network of its own
 * @throws NotMeasurable where this system does not offer what it takes
 */
export async function startStorm(
  options: StormOptions,
  signal: AbortSignal,
  { script = SCRIPT, isolate = true }: { readonly script?: string; readonly isolate?: boolean } = {},
): Promise<Storm> {
  if (process.platform !== 'linux')
    throw new NotMeasurable(`accept queues are measured on Linux only, and this is ${process.platform}`);
  const isolated = isolate && (await canIsolate());
  let ended = await runIn(isolated, options, signal, script);
  // A server may have to be fetched first, and a network of its own leads nowhere.
  if (ended.code === NO_SERVER && isolated) ended = await runIn(false, options, signal, script);
  const { code, out, err } = ended;
  if (code === NO_SERVER) throw new NotMeasurable(err);
  if (code !== 0) throw new Error(err === '' ? `the process of the storm ended with code ${code}` : err);
  return JSON.parse(out) as Storm;
}

/** How the process of a storm ended, and what it said. */
interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function runIn(
  isolated: boolean,
  options: StormOptions,
  signal: AbortSignal,
  script: string,
): Promise<Ended> {
  const node = [process.execPath, ...process.execArgv, script, JSON.stringify(options)];
  const [program, ...args] = isolated ? [...ISOLATED, ...node, 'isolated'] : node;
  const child = spawn(program!, args, { stdio: ['pipe', 'pipe', 'pipe'], signal });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err: err.trim() }));
  });
}
