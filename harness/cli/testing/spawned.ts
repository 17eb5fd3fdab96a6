/** The real command, as a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compiled } from '../../server/testing/compiled.js';
import { ROOT } from '../../server/testing/script.js';

/** TypeScript, as in a checkout; it needs a loader. */
const SOURCE = fileURLToPath(new URL('../main.ts', import.meta.url));

const PROGRESS = /^\[\d+\/\d+\] \S+: [^\n]*\bexecutions?\b[^\n]*\n/gm;

/** What it came to. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  /** Without the lines that say now and then how far it is: how many there are depends on the machine. */
  readonly err: string;
}

/** The command while it runs. */
export interface Running {
  readonly child: ChildProcess;
  /** Rejects only when it cannot be started. */
  readonly ended: Promise<Ran>;
}

/** How it is started. */
export interface Start {
  /** Variables that it gets beside those of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Run the TypeScript, as `npm run race-lab` does, so that places are lines of sources. Default: what it is compiled to. */
  readonly source?: boolean;
  /** Where it is called. Default: this checkout. */
  readonly cwd?: string;
  /** A shell script that calls it as `"$@"`. */
  readonly within?: string;
}

/** Starts it. */
export function start(args: readonly string[], { env, source, cwd = ROOT, within }: Start = {}): Running {
  const { COLUMNS: _, FORCE_COLOR: __, ...inherited } = process.env;
  const main = source === true ? ['--import', 'tsx', SOURCE] : [compiled('harness/cli/main.ts')];
  const command = [process.execPath, ...main, ...args];
  const [file, ...rest] = within === undefined ? command : ['sh', '-c', within, 'sh', ...command];
  const child = spawn(file!, rest, {
    cwd,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<Ran>((resolve, reject) => {
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => void (out += String(data)));
    child.stderr.on('data', (data) => void (err += String(data)));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err: err.replaceAll(PROGRESS, '') }));
  });
  return { child, ended };
}

/** What may be done to it meanwhile. */
export interface Meanwhile extends Start {
  /** Called once it runs. */
  readonly onStart?: (child: ChildProcess) => void | Promise<void>;
  /** Called once it has printed something on standard output. */
  readonly onOutput?: (child: ChildProcess) => void | Promise<void>;
}

/** Runs it to its end. What a callback throws ends it at once, and is thrown. */
export async function spawned(
  args: readonly string[],
  { onStart, onOutput, ...how }: Meanwhile = {},
): Promise<Ran> {
  const { child, ended } = start(args, how);
  const outputs = new Promise((resolve) => child.stdout!.once('data', resolve));
  try {
    const meanwhile = Promise.all([onStart?.(child), outputs.then(() => onOutput?.(child))]);
    // One that prints nothing never calls back.
    await Promise.race([meanwhile, ended]);
    return await ended;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** Variables with which it uses a server process, whatever this process uses. */
export const ON_A_PROCESS: NodeJS.ProcessEnv = { RACE_LAB_REDIS: 'process', NODE_OPTIONS: '' };

/** What it said on standard error, without how far it is: that it says every ten seconds, and so only on a busy machine. */
export function withoutProgress({ err }: Ran): string {
  return err.replaceAll(/^\[\d+\/\d+\] \S+: .* executions?\b.*\n/gm, '');
}
