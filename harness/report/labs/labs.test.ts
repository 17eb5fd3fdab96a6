import { describe, expect, test } from 'vitest';
import { widthOf } from '../../base/text.js';
import { lab, type Lab } from '../../scenario/lab.js';
import { scenario } from '../../scenario/scenario.js';
import { renderLabs } from './lab-details.js';
import { renderLabOverview } from './lab-overview.js';

const nothing = scenario({ name: 'nothing', workers: async () => {}, invariants: [] });

const LABS: readonly Lab[] = [
  lab({
    id: '01-lost-update',
    title: 'Lost update',
    variants: [
      {
        name: 'get-set',
        title: 'GET, add one, SET',
        scenario: nothing,
        expect: { kind: 'breaks', invariant: 'no lost update' },
      },
      {
        name: 'incr-single-shot-handled',
        title: 'the same client, which never sends again; the unknown outcome is handled',
        scenario: nothing,
        expect: { kind: 'holds' },
      },
    ],
  }),
  lab({
    id: '07-connection-error-cascade',
    title: 'Connection-error cascade',
    variants: [
      {
        name: 'silence',
        title: 'a connection that falls silent',
        scenario: nothing,
        expect: { kind: 'hangs' },
      },
    ],
  }),
  {
    id: 'race/在庫/とても長い名前のファイル.race.ts',
    title: '在庫の競合 \u001B[2J🛒 '.repeat(6),
    variants: [
      {
        name: '最後の一個 '.repeat(12),
        title: 'りんご🍎 '.repeat(20),
        scenario: nothing,
        expect: { kind: 'breaks', invariant: '在庫はゼロ未満にならない '.repeat(8) },
      },
    ],
  },
];

describe.each([40, 60, 80, 120])('in %i columns', (columns) => {
  const view = { columns, colour: false };

  test.each([
    ['overview', renderLabOverview],
    ['details', renderLabs],
  ])('%s', async (name, render) => {
    const text = render(LABS, view);
    expect(text.split('\n').filter((line) => widthOf(line) > columns)).toEqual([]);
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/);
    await expect(text).toMatchFileSnapshot(`golden/${name}.${columns}.txt`);
    // Names are there to be copied.
    expect(text).toContain('07-connection-error-cascade');
  });

  test('colours change no width', () => {
    for (const render of [renderLabOverview, renderLabs]) {
      const lines = render(LABS, { columns, colour: true }).split('\n');
      expect(lines.filter((line) => widthOf(line) > columns)).toEqual([]);
    }
  });
});
