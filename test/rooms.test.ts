import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { importsIn, importsOf, sourcesIn, type Import } from './support/imports.js';
import { ROOMS, roomOf } from './support/rooms.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER_MAX = 15;

const sources = sourcesIn(ROOT, ['harness', 'labs']);
const imports = sources.flatMap((file) => importsOf(ROOT, file));

/** What is wrong with an import; undefined where it goes down or stays in its room. */
function upward({ from, to, line }: Import): string | undefined {
  const [room, target] = [roomOf(from), roomOf(to)];
  if (room === undefined || target === undefined)
    return `${from}:${line} imports ${to}: ${room === undefined ? from : to} lies in no room`;
  if (ROOMS.indexOf(target) <= ROOMS.indexOf(room)) return undefined;
  return (
    `${from}:${line} imports ${to}: ${room} lies below ${target}, and lower rooms never import upper ones, types ` +
    `included. Move what both need into ${room} or below, or let ${room} state in an interface of its own what it wants.`
  );
}

function groupedBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

/** Groups of names that import one another in a circle. */
function circles(edges: readonly (readonly [string, string])[]): string[][] {
  const targets = groupedBy(edges, ([from]) => from);
  const reach = (start: string): Set<string> => {
    const seen = new Set<string>();
    const left = [start];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      for (const [, to] of targets.get(next) ?? []) {
        if (seen.has(to)) continue;
        seen.add(to);
        left.push(to);
      }
    }
    return seen;
  };
  const reached = new Map([...targets.keys()].map((name) => [name, reach(name)]));
  const found = new Map<string, string[]>();
  for (const [name, all] of reached) {
    if (!all.has(name)) continue;
    const circle = [...all].filter((other) => reached.get(other)?.has(name) === true).sort();
    found.set(circle[0]!, circle);
  }
  return [...found.values()];
}

describe('rooms', () => {
  test('lower ones should never import upper ones', () => {
    expect(imports.length).toBeGreaterThan(sources.length);
    expect(imports.flatMap((one) => upward(one) ?? [])).toEqual([]);
  });

  test('every source should lie in one', () => {
    expect(sources.filter((file) => roomOf(file) === undefined)).toEqual([]);
  });

  test('no sources should import one another in a circle, types included', () => {
    expect(circles(imports.map(({ from, to }) => [from, to]))).toEqual([]);
  });

  test('the folders in a room should form no circle', () => {
    // The files of a room itself are both its base and its roof: only its folders have an order.
    const inside = imports
      .map(({ from, to }) => [dirname(from), dirname(to)] as const)
      .filter(
        ([from, to]) =>
          from !== to &&
          from.startsWith('harness/') &&
          ![from, to].some((folder) => ROOMS.includes(folder as never)),
      );
    expect(circles(inside)).toEqual([]);
  });

  test(`no folder should have more than ${FOLDER_MAX} sources side by side`, () => {
    const crowded = [...groupedBy(sources, (file) => dirname(file))]
      .filter(([folder, files]) => !folder.startsWith('labs') && files.length > FOLDER_MAX)
      .map(([folder, { length }]) => `${folder}: ${length}`);
    expect(crowded).toEqual([]);
  });

  test('ARCHITECTURE.md should show the same order', () => {
    const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
    const picture = /```rooms\n(.*?)```/s.exec(text)?.[1] ?? '';
    const shown = picture.split('\n').flatMap((line) => /^(\S+)/.exec(line)?.[1]?.replace(/\/$/, '') ?? []);
    expect(shown).toEqual(ROOMS);
  });
});

describe('the check itself', () => {
  const wrong = (line: string): string[] =>
    importsIn('harness/wire/example.ts', line).flatMap((one) => upward(one) ?? []);

  test.each([
    "import { explore } from '../explore/explore.js';",
    "import type { Verdict } from '../record/verdict.js';",
    "export { explore } from '../explore/explore.js';",
    "import '../explore/explore.js';",
    "const later = await import('../explore/explore.js');",
    "let type: import('../record/verdict.js').Verdict;",
  ])('should see %s', (line) => {
    expect(wrong(line)).toEqual([
      expect.stringMatching(/^harness\/wire\/example\.ts:1 imports .*lies below/),
    ]);
  });

  test('should name the import, the rule and the way out', () => {
    expect(wrong("\nimport type { Verdict } from '../record/verdict.js';")).toEqual([
      'harness/wire/example.ts:2 imports harness/record/verdict.ts: harness/wire lies below harness/record, and lower ' +
        'rooms never import upper ones, types included. Move what both need into harness/wire or below, or let ' +
        'harness/wire state in an interface of its own what it wants.',
    ]);
  });

  test('should let an import down pass', () => {
    expect(wrong("import { Prng } from '../base/prng.js';")).toEqual([]);
  });

  test('should find a circle', () => {
    expect(
      circles([
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
        ['c', 'd'],
      ]),
    ).toEqual([['a', 'b', 'c']]);
  });
});
