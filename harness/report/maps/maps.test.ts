import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { widthOf } from '../../base/text.js';
import type { FaultMap } from '../../record/fault-map.js';
import { readFindings } from '../../record/read.js';
import { renderFaultMap } from './fault-map-table.js';
import { renderMapsOverview } from './maps-overview.js';

const FILE = fileURLToPath(new URL('../../../reports/maps/03-lock-acquisition.json', import.meta.url));
const ODD_FAULTS = new Set(['reset-after-apply', 'half-open', 'late-reply']);
const WIDTHS = [60, 80, 120] as const;

let maps: readonly FaultMap[];
let ghost: FaultMap;
beforeAll(async () => {
  maps = (await readFindings(FILE)) as readonly FaultMap[];
  ghost = maps.find(({ variant }) => variant === 'ghost-lock')!;
});

/** The golden file of a text, none of whose lines is wider than asked for. */
async function expectGolden(text: string, name: string, columns: number): Promise<void> {
  expectWithin(text, columns);
  await expect(`${text}\n`).toMatchFileSnapshot(`golden/${name}.${columns}.txt`);
}

function expectWithin(text: string, columns: number): void {
  expect(text.split('\n').filter((line) => widthOf(line) > columns)).toEqual([]);
}

describe.each(WIDTHS)('in %i columns', (columns) => {
  const view = { columns, colour: false };

  test('many maps are an overview', async () => {
    await expectGolden(renderMapsOverview(maps, view), 'overview', columns);
  });

  test('one map is a table, and what broke because of faults', async () => {
    await expectGolden(renderFaultMap(ghost, view), 'map', columns);
  });

  test('details say what was seen in each failing cell', async () => {
    await expectGolden(renderFaultMap(ghost, { ...view, details: true }), 'details', columns);
  });

  test('every kept map fits', () => {
    for (const map of maps)
      for (const details of [false, true])
        expectWithin(renderFaultMap(map, { columns, colour: true, details }), columns);
  });

  test('wide characters take the room that they need, and nothing moves the cursor', () => {
    const name = '在庫\u001B[2J🛒'.repeat(12);
    const odd: FaultMap = {
      ...ghost,
      lab: name,
      variant: name,
      positions: ghost.positions
        .slice(0, 2)
        .map((one) => ({ position: `${name}${one.position}`, command: name })),
      cells: ghost.cells
        .filter(({ fault }) => ODD_FAULTS.has(fault))
        .map((cell) => ({ ...cell, position: `${name}${cell.position}`, broken: [name] })),
    };
    for (const text of [
      renderMapsOverview([odd, ghost], view),
      renderFaultMap(odd, view),
      renderFaultMap(odd, { ...view, details: true }),
    ]) {
      expectWithin(text, columns);
      // oxlint-disable-next-line no-control-regex
      expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/);
    }
  });
});

test('places that do not fit follow as a table of their own, with the faults that struck there', () => {
  const places = Array.from({ length: 40 }, (_, at) => ({ position: String(at + 1), command: 'GET a' }));
  const cellAt = (position: string, fault: 'late-reply' | 'outage'): FaultMap['cells'][number] => ({
    position,
    fault,
    outcome: 'holds',
    broken: [],
    alsoWithout: false,
    executions: 1,
  });
  const long: FaultMap = {
    ...ghost,
    positions: places,
    cells: [...places.map(({ position }) => cellAt(position, 'late-reply')), cellAt('1', 'outage')],
  };
  const tables = renderFaultMap(long, { columns: 60, colour: false })
    .split('\n\n')
    .filter((part) => part.startsWith('fault'));
  expect(tables.map((table) => table.split('\n').map((line) => line.split(/ +/)[0]))).toEqual([
    ['fault', 'late-reply', 'outage'],
    ['fault', 'late-reply'],
    ['fault', 'late-reply'],
  ]);
  expect(tables.flatMap((table) => table.split('\n')[0]!.split(/ +/).slice(1))).toEqual(
    places.map(({ position }) => position),
  );
});

test('a map that was cut says so in the overview', () => {
  const cut = renderMapsOverview([ghost, { ...ghost, complete: false }], { columns: 80, colour: false });
  expect(cut).toContain('2 fault maps, 1,308 executions; 1 ended before their bounds');
});
