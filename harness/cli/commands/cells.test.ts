import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { widthOf } from '../../base/text.js';
import type { FaultMap } from '../../record/fault-map.js';
import { mapsText } from '../../record/text.js';
import { useCommandLine } from '../testing/command-line.js';

const fake = useCommandLine();
const { cli, refused } = fake;

describe('a cell of a file of fault maps', () => {
  let file: string;
  let incr: FaultMap;
  beforeEach(async () => {
    file = join(fake.folder, 'maps.json');
    const { tape, steps } = fake.lost;
    const cell = { broken: [], alsoWithout: false, executions: 4 };
    incr = {
      format: 1,
      lab: '01-counting',
      variant: 'incr',
      scenario: 'incr',
      workers: 2,
      bounds: [{ faults: ['reset-after-apply', 'late-reply'], preemptions: 1, earlyTimers: 'free' }],
      complete: true,
      executions: 7,
      withoutFault: [],
      positions: [
        { position: '1', command: 'INCR counter' },
        { position: '2', command: 'GET counter' },
      ],
      cells: [
        { ...cell, position: '1', fault: 'reset-after-apply', outcome: 'breaks', record: fake.lost },
        { ...cell, position: '1', fault: 'late-reply', outcome: 'handled', example: { tape, steps } },
      ],
    };
    await writeFile(file, mapsText([incr, { ...incr, variant: 'get-set' }]));
  });

  test('show prints the record of one that failed, with the line to replay it', async () => {
    const { code, out } = await cli(`show ${file} --cell incr/1/reset-after-apply`);
    expect(code).toBe(0);
    expect(out).toContain('✗ Lost update on counter');
    expect(out).toContain(
      `replay     npx race-lab replay ${file} --cell 01-counting/incr/1/reset-after-apply\n`,
    );
  });

  test('show prints the example of one that did not', async () => {
    const { code, out } = await cli(`show ${file} --cell 01-counting/incr/1/late-reply`);
    expect(code).toBe(0);
    expect(out.replaceAll(file, 'FILE')).toMatchInlineSnapshot(`
      "01-counting/incr/1/late-reply: nothing broke, and the worker saw the error

        place      1, INCR counter
        fault      The server runs the command; the reply arrives as a step of its
                   own, so that a timeout may fire before it.

        #  w1                  w2                  counter  line
        1  GET counter → "5"                       5        :13
        2  ‖ preempted         GET counter → "5"   5        :13
        3                      SET counter 6 → OK  5 → 6    :13
        4  SET counter 6 → OK  ■ done              6        :13

        code       labs/99-example/example.ts
        shown      the first of 4 executions with this fault here
        with       2 workers and 1 fault offered, seed 1
        replay     npx race-lab replay FILE --cell 01-counting/incr/1/late-reply
      "
    `);
    for (const columns of [80, 120]) {
      const shown = await cli(`show ${file} --cell incr/1/late-reply`, { columns });
      for (const line of shown.out.split('\n').slice(0, -2))
        expect(widthOf(line)).toBeLessThanOrEqual(columns);
    }
  });

  test('replay runs either of them again', async () => {
    const failed = await cli(`replay ${file} --cell incr/1/reset-after-apply --times 3`);
    expect(failed.code).toBe(0);
    expect(failed.out).toContain('recorded as breaks "no lost update", replayed 3 times\n');
    const example = await cli(`replay ${file} --cell incr/1/late-reply`, { replay: { verdict: undefined } });
    expect(example.code).toBe(0);
    expect(example.out).toMatch(/^01-counting\/incr: recorded with nothing wrong, replayed 1 time\n/);
    expect(example.out).toContain('\nNothing was wrong at the end.\n\n✓ as recorded 1/1');
    expect(example.asked.ran[0]).toMatchObject({ seed: 1, faultBudget: 1, faults: incr.bounds[0]!.faults });
  });

  test('an example at whose end something is wrong today is exit code 1', async () => {
    const firstDifference = { step: 5, first: 'nothing wrong', second: 'breaks "no lost update"' };
    const { code, out } = await cli(`replay ${file} --cell incr/1/late-reply`, {
      replay: { same: 0, firstDifference, verdict: fake.lost.verdict },
    });
    expect(code).toBe(1);
    expect(out).toContain('✗ Lost update on counter: ');
    expect(out).toContain('✗ as recorded only 0/1');
  });

  test('show prints all tables where no cell, and every detail, is asked for', async () => {
    const { code, out } = await cli(`show ${file} --details`);
    expect(code).toBe(0);
    expect(out.match(/^01-counting\/\S+: 2 workers/gm)).toHaveLength(2);
    expect(out).toContain('\nfault             1\nreset-after-apply B\nlate-reply        h\n');
    expect(out).toMatch(/\none execution of these: show FILE --cell \[\[LAB\/\]VARIANT\/\]PLACE\/FAULT\n$/);
  });

  test.each([
    ['incr/1/late-repyl', 'in 01-counting/incr no fault "late-repyl" struck at 1: did you mean late-reply?'],
    [
      'incr/1/oom',
      'in 01-counting/incr no fault "oom" struck at 1: there were reset-after-apply and late-reply',
    ],
    ['incr/2/late-reply', 'in 01-counting/incr no fault struck at a place "2": there are 1 (INCR counter)'],
    ['inrc/1/late-reply', 'FILE holds no map of "inrc": did you mean incr?'],
    ['02/incr/1/late-reply', 'FILE holds no map of "02/incr": did you mean incr?'],
    ['other/1/late-reply', 'FILE holds no map of "other": it holds incr and get-set'],
    ['1/late-reply', 'FILE holds several maps, say which one: incr and get-set'],
    ['late-reply', '"late-reply" is no cell: write [[LAB/]VARIANT/]PLACE/FAULT'],
  ])('%s: one line, exit code 2', async (cell, message) => {
    expect((await refused(`show ${file} --cell ${cell}`)).replace(file, 'FILE')).toBe(message);
    expect((await refused(`replay ${file} --cell ${cell}`)).replace(file, 'FILE')).toBe(message);
  });

  test('what is no file of maps, or no record: one line, exit code 2', async () => {
    const record = join(fake.folder, 'finding.json');
    await writeFile(record, JSON.stringify(fake.lost));
    expect(await refused(`show ${record} --cell incr/1/late-reply`)).toBe(
      `${record} is one record, not a file of fault maps: leave out --cell`,
    );
    expect(await refused(`replay ${file}`)).toContain('holds fault maps: say which cell, --cell ');
    expect(await refused(`diff ${file} ${record}`)).toBe(`${file} holds fault maps, not a record`);
    const [failing, fine] = incr.cells;
    const { record: _, ...bare } = failing!;
    await writeFile(file, mapsText([{ ...incr, cells: [bare] }]));
    expect(await refused(`show ${file}`)).toBe(
      `${file} is damaged: maps[0].cells[0].record: a failing cell without its record`,
    );
    const { example: __, ...old } = fine!;
    await writeFile(file, mapsText([{ ...incr, cells: [old] }]));
    expect(await refused(`show ${file} --cell 1/late-reply`)).toBe(
      `01-counting/incr/1/late-reply has no example in ${file}: make the map anew with this version`,
    );
  });
});
