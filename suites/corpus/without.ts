/** What finds the bug of a pair without the lab, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../root.js';
import type { Pair } from './pairs.js';
import type { Plain } from './plain/tried.js';

/** Real time after which the process is ended: twice what it gives itself, and its start. */
const ENDED_MS = 300_000;

/** @param note - says what goes on @throws Error where the process could not be run */
export async function triedWithoutTheLab({ id }: Pair, note: (line: string) => void): Promise<Plain> {
  note(`${id}: stress, and the scheduler of fast-check`);
  const program = ['--import', 'tsx', join('suites', 'corpus', 'plain', 'main.ts'), id];
  const child = spawn(process.execPath, program, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: ENDED_MS,
    killSignal: 'SIGKILL',
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (signal !== null) return { stress: null, scheduler: null };
  if (code !== 0) throw new Error(`${id} without the lab ended with ${code}`);
  return JSON.parse(Buffer.concat(parts).toString()) as Plain;
}
