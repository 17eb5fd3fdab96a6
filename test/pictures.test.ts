import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { FaultMap } from '../harness/record/fault-map.js';
import { readFindings, readRecord } from '../harness/record/read.js';
import { renderMapsOverview } from '../harness/report/maps/maps-overview.js';
import { renderFailure } from '../harness/report/print/failure.js';
import { terminalSvg } from './support/terminal-svg.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PICTURES = join(ROOT, 'docs/pictures');
const BYTES_MAX = 200_000;
/** As wide as the examples in the README. */
const VIEW = { columns: 100, colour: true };

describe('pictures of the terminal are what the code prints of kept findings', () => {
  test('a finding', async () => {
    const file = 'reports/01-lost-update--get-set.json';
    const text = renderFailure(await readRecord(join(ROOT, file)), {
      ...VIEW,
      replay: `npx race-lab replay ${file}`,
    });
    const svg = terminalSvg(
      `npx race-lab show ${file}`,
      text,
      'A lost update as the terminal shows it, step by step',
    );
    await expect(svg).toMatchFileSnapshot('../docs/pictures/finding.svg');
  });

  test('fault maps', async () => {
    const file = 'reports/maps/03-lock-acquisition.json';
    const maps = (await readFindings(join(ROOT, file))) as readonly FaultMap[];
    const svg = terminalSvg(
      `npx race-lab show ${file}`,
      renderMapsOverview(maps, VIEW),
      'Fault maps of all ways to take a lock: how many faults break each, and how many it handles',
    );
    await expect(svg).toMatchFileSnapshot('../docs/pictures/fault-maps.svg');
  });
});

test('every picture is small, and shown somewhere with words for those who do not see it', () => {
  const names = readdirSync(PICTURES);
  expect(names).toEqual(['fault-maps.svg', 'finding.svg', 'page.png']);
  for (const name of names) expect(statSync(join(PICTURES, name)).size, name).toBeLessThan(BYTES_MAX);
  const documents = [
    'README.md',
    ...readdirSync(join(ROOT, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name)),
  ];
  const shown = new Set<string>();
  for (const document of documents) {
    const text = readFileSync(join(ROOT, document), 'utf8');
    for (const [, alt, path] of text.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)) {
      expect(alt!.length, `${document}: ${path}`).toBeGreaterThan(20);
      const file = join(ROOT, dirname(document), path!);
      expect(relative(PICTURES, dirname(file)), `${document}: ${path}`).toBe('');
      shown.add(basename(file));
    }
  }
  expect([...shown].sort()).toEqual(names);
});
