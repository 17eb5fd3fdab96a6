import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FAULT_KINDS } from '../../faults/catalogue.js';
import type { FaultMap } from '../../record/fault-map.js';
import { ON_A_PROCESS, start, type Running } from '../testing/spawned.js';

const out = mkdtempSync(join(tmpdir(), 'race-lab-map-jobs-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** Starts `race-lab map`. */
function raceLabMap(args: string): Running {
  return start(['map', ...args.split(' ')], { env: ON_A_PROCESS });
}

test('a map of every fault is the same, byte for byte, whoever makes its parts', async () => {
  const texts: string[] = [];
  for (const jobs of [1, 2]) {
    const file = join(out, `${jobs}.json`);
    const { code, err } = await raceLabMap(
      `01-lost-update/get-set 01-lost-update/incr-single-shot --all --jobs ${jobs} --out ${file}`,
    ).ended;
    expect(code, err).toBe(0);
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
});

test('Ctrl-C leaves no file, and says what was done', async () => {
  const folder = mkdtempSync(join(out, 'stopped-'));
  const { child, ended } = raceLabMap(`01-lost-update --all --jobs 2 --out ${join(folder, 'map.json')}`);
  // The first map, or a line that says how far it is.
  await new Promise((resolve) => [child.stdout, child.stderr].forEach((one) => one!.once('data', resolve)));
  child.kill('SIGINT');
  const { code, err } = await ended;
  expect(code, err).toBe(2);
  expect(err).toMatch(/race-lab: stopped: \d+ of \d+ maps done, nothing written\n$/);
  expect(readdirSync(folder)).toEqual([]);
});
