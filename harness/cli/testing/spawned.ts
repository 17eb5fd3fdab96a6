/** The real command, as a process of its own. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { askEngine, findEngine } from '../../server/engine.js';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What it came to. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What may be done to it meanwhile. */
export interface Meanwhile {
  /** Called once it runs. */
  readonly onStart?: (child: ChildProcess) => void | Promise<void>;
  /** Called once it has printed something on standard output. */
  readonly onOutput?: (child: ChildProcess) => void | Promise<void>;
  /** A shell script that calls it as `"$@"`. */
  readonly within?: string;
}

/** Runs it to its end. */
export function spawned(
  args: readonly string[],
  { onStart, onOutput, within }: Meanwhile = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const { COLUMNS: _, FORCE_COLOR: __, ...env } = process.env;
    const command = [process.execPath, '--import', 'tsx', MAIN, ...args];
    const [file, ...rest] = within === undefined ? command : ['sh', '-c', within, 'sh', ...command];
    const child = spawn(file!, rest, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    const failed = (error: unknown): void => {
      child.kill('SIGKILL');
      reject(error);
    };
    Promise.resolve(onStart?.(child)).catch(failed);
    child.stdout.once('data', () => void Promise.resolve(onOutput?.(child)).catch(failed));
    child.stdout.on('data', (data) => void (out += String(data)));
    child.stderr.on('data', (data) => void (err += String(data)));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

/** Processes that this one has started, by name. */
export async function childrenOf({ pid }: ChildProcess, name: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,comm=']);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  return rows
    .filter(([, parent, command]) => Number(parent) === pid && command?.includes(name) === true)
    .map(([id]) => Number(id));
}

/** Containers that this process has started. */
export async function containersOf({ pid }: ChildProcess): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ name: [`race-lab-${pid}-`] }));
  const { body } = await askEngine(
    await findEngine(),
    'GET',
    `/containers/json?all=1&filters=${filters}`,
    5_000,
  );
  return (JSON.parse(body) as { Id: string }[]).map(({ Id }) => Id);
}
