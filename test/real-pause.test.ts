/** What a process sees of a real pause, such as a debugger's: nothing. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('./programs/pause.ts', import.meta.url));
const PAUSE_MS = 3000;

test('stopping the process for 3 seconds in the middle of an execution changes no step, reply or time', async () => {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stopped = false;
  const runs: unknown[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'stop me') {
      stopped = child.kill('SIGSTOP');
      await wait(PAUSE_MS);
      child.kill('SIGCONT');
    } else runs.push(JSON.parse(line));
  }
  expect(stopped).toBe(true);
  expect(runs).toHaveLength(2);
  expect(runs[1]).toEqual(runs[0]);
  const [{ clock, finding, steps }] = runs as [
    {
      clock: string;
      finding?: unknown;
      steps: { command?: string[]; text?: string; reply?: unknown; atMs: number }[];
    },
  ];
  expect(finding).toBeUndefined();
  const seen = steps.map(({ command, text, reply, atMs }) => [command?.[0] ?? text, reply, atMs]);
  if (clock !== 'shim') return;
  expect(seen).toEqual([
    ['BLPOP', undefined, 0],
    ['SET', 'OK', 0],
    ['PTTL', 1000, 0],
    ['EVAL', ['1767225600', '0'], 0],
    ['timer 400 ms', undefined, 400],
    ['PTTL', 600, 400],
    ['timer 600 ms', undefined, 1000],
    // Alive at its deadline; nor is the time of BLPOP over.
    ['GET', 'v', 1000],
    ['RPUSH', 1, 1000],
    ['reply to BLPOP q 1 arrives', ['q', 'x'], 1000],
  ]);
});
