import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { FAULT_KINDS } from '../../wire/fault.js';
import type { FaultMap } from '../../explore/fault-map.js';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const LIMIT_MS = 300_000;
const out = mkdtempSync(join(tmpdir(), 'race-lab-map-jobs-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** Runs `race-lab map` in a process of its own. */
function raceLabMap(args: string): {
  child: ChildProcess;
  ended: Promise<{ code: number | null; stderr: string }>;
} {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, 'map', ...args.split(' ')], {
    env: { ...process.env, RACE_LAB_REDIS: 'process', NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += String(text)));
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stderr }));
  });
  return { child, ended };
}

test(
  'a map of every fault is the same, byte for byte, whoever makes its parts',
  { timeout: LIMIT_MS },
  async () => {
    const texts: string[] = [];
    for (const jobs of [1, 2]) {
      const file = join(out, `${jobs}.json`);
      const { code, stderr } = await raceLabMap(
        `01-lost-update/get-set 01-lost-update/incr-single-shot --all --jobs ${jobs} --out ${file}`,
      ).ended;
      expect(code, stderr).toBe(0);
      texts.push(readFileSync(file, 'utf8'));
    }
    expect(texts[1]).toBe(texts[0]);
    const { maps } = JSON.parse(texts[0]!) as { maps: FaultMap[] };
    expect(maps.map(({ variant, complete }) => [variant, complete])).toEqual([
      ['get-set', true],
      ['incr-single-shot', true],
    ]);
    const tried = new Set(maps.flatMap(({ cells }) => cells.map(({ fault }) => fault)));
    const applied = FAULT_KINDS.filter((kind) => tried.has(kind));
    expect(applied).toContain('server-restart');
    expect(applied.length).toBeGreaterThan(FAULT_KINDS.length / 2);
  },
);

test('Ctrl-C leaves no file, and says what was done', { timeout: LIMIT_MS }, async () => {
  const folder = mkdtempSync(join(out, 'stopped-'));
  const { child, ended } = raceLabMap(`01-lost-update --all --jobs 2 --out ${join(folder, 'map.json')}`);
  // A line now and then says how far it is.
  await new Promise((resolve) => child.stderr!.once('data', resolve));
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  expect(code, stderr).toBe(2);
  expect(stderr).toMatch(/race-lab: stopped: \d+ of \d+ maps done, nothing written\n$/);
  expect(readdirSync(folder)).toEqual([]);
});
