import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { useCommandLine } from '../testing/command-line.js';

const fake = useCommandLine();
const { cli, refused } = fake;

describe('replay', () => {
  let file: string;
  beforeEach(async () => {
    file = join(fake.folder, 'finding.json');
    await writeFile(file, JSON.stringify(fake.lost));
  });

  test('replay that comes out the same', async () => {
    const { code, out, asked } = await cli(`replay ${file} --times 20`);
    expect(code).toBe(0);
    expect(asked.replayed[0]!.times).toBe(20);
    expect([asked.stopped, asked.closed]).toEqual([1, 1]);
    expect(out).toMatchInlineSnapshot(`
      "01-counting/get-set: recorded as breaks "no lost update", replayed 20 times

        #  w1                  w2                  counter  line
        1  GET counter → "5"                       5        :13
        2  ‖ preempted         GET counter → "5"   5        :13
        3                      SET counter 6 → OK  5 → 6    :13
        4  SET counter 6 → OK  ■ done              6        :13

        labs/99-example/example.ts

      ✗ Lost update on counter: w1 read 5 at step 1, w2 wrote 6 at step 3, and at step
      4 w1 wrote 6 over it without having seen it.
        expected counter = 7, observed counter = 6

      ✓ as recorded 20/20: every step, every reply and the verdict
      "
    `);
  });

  test('replay that does not', async () => {
    const firstDifference = { step: 2, first: 'w2.1 GET counter -> "5"', second: 'w2.1 GET counter -> null' };
    const { code, out } = await cli(`replay ${file} --times 4`, {
      replay: { same: 3, firstDifference, verdict: undefined },
    });
    expect(code).toBe(1);
    expect(out.split('\n').slice(-8).join('\n')).toMatchInlineSnapshot(`
      "
      Nothing was wrong at the end.

      ✗ as recorded only 3/4: the code, the client or the server is not what it was
        first difference: step 2
        recorded  w2.1 GET counter -> "5"
        replayed  w2.1 GET counter -> null
      "
    `);
  });

  test('--step waits for Enter before every step', async () => {
    let pressed = 0;
    const shown: number[] = [];
    const waitForEnter = async (): Promise<void> => void (pressed += 1);
    const { code, out, err } = await cli(`replay ${file} --step`, {
      waitForEnter,
      onOut: () => shown.push(pressed),
    });
    expect([code, pressed, err.trim()]).toEqual([0, 4, 'Enter performs the next step']);
    expect(out).toMatchInlineSnapshot(`
      "01-counting/get-set: recorded as breaks "no lost update", replayed step by step

        #  w1                  w2                  counter  line
        1  GET counter → "5"                       5        :13
        2  ‖ preempted         GET counter → "5"   5        :13
        3                      SET counter 6 → OK  5 → 6    :13
        4  SET counter 6 → OK  ■ done              6        :13

        labs/99-example/example.ts

      ✗ Lost update on counter: w1 read 5 at step 1, w2 wrote 6 at step 3, and at step
      4 w1 wrote 6 over it without having seen it.
        expected counter = 7, observed counter = 6

      ✓ as recorded 1/1: every step, every reply and the verdict
      "
    `);
    // Without a terminal nothing waits, and the output is the same.
    const piped = await cli(`replay ${file} --step`);
    expect([piped.code, piped.out, piped.err]).toEqual([0, out, '']);
    // Each step was shown before the next was asked for.
    expect(new Set(shown)).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  test('Ctrl-C between two steps', async () => {
    const abort = new AbortController();
    const { code, err } = await cli(`replay ${file} --step`, {
      abort,
      waitForEnter: async () => abort.abort(),
    });
    expect([code, err.split('\n').at(-2)]).toEqual([2, 'race-lab: stopped after step 1']);
  });

  test('what cannot be read or replayed: one line, exit code 2', async () => {
    expect(await refused(`replay ${fake.folder}/none.json`)).toBe(
      `cannot read ${fake.folder}/none.json: no such file`,
    );
    await writeFile(file, '{"format": 7}');
    expect(await refused(`show ${file}`)).toContain('was written by a newer version: format 7');
    await writeFile(file, JSON.stringify({ ...fake.lost, variant: 'gone' }));
    expect(await refused(`replay ${file}`)).toBe(
      `${file} is of 01-counting/gone, which does not exist (any more): list shows what does`,
    );
    const { lab: _, ...homeless } = fake.lost;
    await writeFile(file, JSON.stringify(homeless));
    expect(await refused(`replay ${file}`)).toContain('which is in no lab: replay it where it was written');
    await writeFile(file, JSON.stringify(fake.lost));
    expect(await refused(`replay ${file} --times 0`)).toContain("argument '0' is invalid");
  });

  test('Ctrl-C between two runs says how far it came', async () => {
    const abort = new AbortController();
    abort.abort();
    const stopped = await cli(`replay ${file} --times 9`, { abort });
    expect([stopped.code, stopped.err]).toEqual([2, 'race-lab: stopped while Redis was starting\n']);
  });
});

describe('replay of a schedule that was shared', () => {
  const SHARED = 'play:01-counting:get-set:0.1:no+lost+update';

  test('runs what it leads to, as often as was asked for', async () => {
    const { code, out, asked } = await cli(`replay ${SHARED} --times 3`);
    expect([code, asked.replayed[0]!.times]).toEqual([0, 3]);
    expect(out).toContain('✗ Lost update on counter');
    expect(out).toContain('✓ as recorded 3/3');
  });

  test('ends with 1 where nothing is wrong, or something else', async () => {
    const nothing = await cli(`replay ${SHARED}`, { played: null });
    expect(nothing).toMatchObject({
      code: 1,
      out: '✗ 01-counting/get-set: nothing is wrong at the end of this schedule, shared as "no lost update"\n',
    });
    const other = await cli(`replay ${SHARED.replace('no+lost+update', 'at+most+once')}`);
    expect(other.code).toBe(1);
    expect(other.out).toContain('✗ shared as "at most once": something else is wrong now');
  });

  test('says that it was stopped while the schedule was run', async () => {
    const { code, err, asked } = await cli(`replay ${SHARED}`, { interruptAt: 'get-set' });
    expect([code, err]).toEqual([2, 'race-lab: stopped before it was replayed\n']);
    expect(asked).toMatchObject({ replayed: [], stopped: 1, closed: 1 });
  });

  test.each([
    ['play:01-counting:get-set', 'a shared schedule is play:LAB:VARIANT:TAPE:INVARIANT, all of it'],
    ['play:01-counting:get-set:rm+-rf:x', '"rm -rf" is not a tape'],
    ['play:01-counting:get-sett:0.1:x', '01-counting/get-sett, which does not exist (any more)'],
    ['play:race/a.race.ts:a:0.1:x', 'race/a.race.ts is no race file below this folder'],
    ['play:a%E0:b:0:c', 'it has a % that stands for nothing'],
  ])('refuses %s', async (word, why) => {
    expect(await refused(`replay ${word}`)).toContain(why);
  });
});
