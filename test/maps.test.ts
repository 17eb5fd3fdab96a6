import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { KEPT_MAPS, mapDifference, remakes } from './support/kept-maps.js';

test('every kept map is one that npm run keep:maps makes', async () => {
  expect((await remakes()).map(({ file }) => file).sort()).toEqual((await readdir(KEPT_MAPS)).sort());
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
