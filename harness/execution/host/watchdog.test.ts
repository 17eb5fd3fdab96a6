import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { STARVED } from '../judge/built-in.js';

const PROGRAM = fileURLToPath(new URL('../../../test/programs/spin.ts', import.meta.url));
/** A spin that nobody stops would outlive its test. */
const CHILD_LIMIT_MS = 500_000;

interface Line {
  readonly name: string;
  readonly finding?: {
    readonly kind: string;
    readonly id: string;
    readonly observed: string;
    readonly where: string[];
  };
  readonly steps: number;
  readonly next: unknown;
}

/** Runs spins in a process of their own, which is killed if they are not stopped. */
async function spin(
  names: readonly string[],
  node: readonly string[] = [],
): Promise<{ lines: Line[]; errors: string }> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', ...node, PROGRAM, ...names],
    { env, timeout: CHILD_LIMIT_MS, killSignal: 'SIGKILL' },
  );
  const lines = stdout
    .trim()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  return { lines: lines.map((line) => JSON.parse(line) as Line), errors: stderr };
}

describe('a worker that never gives the event loop back', () => {
  const cases = [
    ['in one piece', ['loop', 'loop in finally', 'calls', 'a regular expression', 'a wait']],
    ['by promises', ['await', 'then', 'microtasks', 'ticks and promises']],
    ['by ticks', ['ticks', 'ticks that work', 'imported ticks', 'captured ticks']],
  ] as const;
  test.each(cases)('should be stopped and named, and the lab goes on: %s', async (_, names) => {
    const { lines } = await spin([...names, names[0]]);
    expect(lines.map(({ name }) => name)).toEqual([...names, names[0]]);
    for (const { name, finding, steps, next } of lines) {
      expect(finding, name).toMatchObject({
        kind: 'hangs',
        id: STARVED,
        observed: 'w1 spins after GET k: nobody else gets a turn, and no timer fires',
      });
      expect(finding!.where[0], name).toMatch(/^test\/programs\/spin\.ts:\d+:\d+$/);
      expect([steps, next], name).toEqual([1, 2]);
    }
  });

  test('should be named when it is no worker but the setup, or an invariant', async () => {
    const { lines } = await spin(['setup', 'invariant', 'nothing']);
    expect(lines).toEqual([
      {
        name: 'setup',
        error: expect.stringMatching(/^StarvedError: the setup keeps .* \(test\/programs\/spin/),
      },
      { name: 'invariant', error: expect.stringMatching(/^StarvedError: the invariant "spins" keeps/) },
      { name: 'nothing', steps: 2, next: 2 },
    ]);
  });

  test('should be let be while a debugger is attached, with a word about it', async () => {
    const { lines, errors } = await spin(['nothing'], ['--inspect=127.0.0.1:0']);
    expect(lines).toEqual([{ name: 'nothing', steps: 2, next: 2 }]);
    expect(errors).toContain('will not be stopped: a debugger is attached');
  });
});
