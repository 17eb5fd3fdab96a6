import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spawned } from '../harness/cli/testing/spawned.js';

/** The maps take minutes: only `npm run test:long` makes them anew. */
const LONG = process.env['RACE_LAB_LONG'] === '1';
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const KEPT = join(ROOT, 'reports/maps');
const SHOWN_MAX = 300;

interface Remake {
  /** Arguments of `race-lab` up to the file. */
  readonly args: readonly string[];
  readonly file: string;
}

/** What `npm run keep:maps` does, taken from there. */
async function remakes(): Promise<Remake[]> {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  return scripts['keep:maps']!.split(' && ').map((line) => {
    const words = line.replace('npm run race-lab -- ', '').split(' ');
    return { args: words.slice(0, -1), file: basename(words.at(-1)!) };
  });
}

/** A line of a file of maps without which server it was: every one that can be had gives the same map. */
function withoutServer(line: string): string {
  return line.replaceAll(/"redis":\{[^}]*\}/g, '"redis":{}');
}

/** Where two files of maps first differ, a line a cell; undefined when they do not. */
function mapDifference(kept: string, today: string): string | undefined {
  const [old, fresh] = [kept, today].map((text) => text.split('\n').map(withoutServer)) as [
    string[],
    string[],
  ];
  const at = Array.from({ length: Math.max(old.length, fresh.length) }, (_, line) => line).find(
    (line) => old[line] !== fresh[line],
  );
  if (at === undefined) return undefined;
  const [before, after] = [old[at] ?? '', fresh[at] ?? ''];
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  // What the cell is stands at the beginning of its line, what changed in it may be far behind.
  const shown = (line: string): string =>
    same < SHOWN_MAX / 2
      ? line.trim().slice(0, SHOWN_MAX)
      : `${line.trim().slice(0, SHOWN_MAX / 3)} … ${line.slice(same - SHOWN_MAX / 3, same + SHOWN_MAX / 3)}`;
  const variant = fresh.slice(0, at + 1).findLast((line) => line.startsWith('      "variant": ')) ?? '';
  return `line ${at + 1},${variant.replaceAll(/\s+/g, ' ')}\n  kept   ${shown(before)}\n  today  ${shown(after)}`;
}

test('every kept map is one that npm run keep:maps makes', async () => {
  expect((await remakes()).map(({ file }) => file).sort()).toEqual((await readdir(KEPT)).sort());
});

test('a difference names the line, the variant, and what changed', () => {
  const map = (variant: string, text: string): string =>
    `    {\n      "variant": "${variant}",\n      "cells": [\n        {"position":"1","tape":"${text}","redis":{"version":"7"}}\n`;
  const kept = map('a', 'x') + map('b', `${'0'.repeat(1000)}1`);
  expect(mapDifference(kept, kept.replaceAll('"7"', '"8"'))).toBeUndefined();
  const difference = mapDifference(kept, map('a', 'x') + map('b', `${'0'.repeat(1000)}2`))!;
  expect(difference).toMatch(
    /^line 8, "variant": "b",\n {2}kept {3}\{"position":"1",.* … 0+1","redis":\{\}\}\n/,
  );
  expect(difference).toMatch(/\n {2}today {2}\{"position":"1",.* … 0+2","redis":\{\}\}$/);
  expect(mapDifference(kept, map('a', 'x'))).toContain('line 5, "variant": "a",\n  kept   {\n  today  ');
});

describe.runIf(LONG)('kept maps', { timeout: 1_800_000 }, async () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'race-lab-maps-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.for(await remakes())('$file should be what the code gives today', async ({ args, file }) => {
    const path = join(folder, file);
    const { code, err } = await spawned([...args, path]);
    expect(code, err).toBe(0);
    const [kept, today] = await Promise.all([join(KEPT, file), path].map((name) => readFile(name, 'utf8')));
    const difference = mapDifference(kept!, today!);
    const message =
      difference === undefined
        ? ''
        : `reports/maps/${file} is not what the code gives today. First difference: ${difference}\n` +
          'If it is meant, run npm run keep:maps, and read what it changes in reports/maps.';
    expect(difference, message).toBeUndefined();
  });
});
