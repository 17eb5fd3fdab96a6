import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RaceRecord } from '../../record/format.js';
import { ServerGoneError } from '../../wire/upstream/waiting.js';
import type { Runner } from '../context/context.js';
import { useCommandLine } from '../testing/command-line.js';

const fake = useCommandLine();
const { cli, refused } = fake;

describe('map', () => {
  const mapOf: Runner['faultMap'] = async ({ name }) => ({
    format: 1,
    lab: '01-counting',
    variant: name,
    scenario: name,
    workers: 2,
    bounds: [{ faults: ['reset-after-apply'], preemptions: 1, earlyTimers: 'free' }],
    complete: true,
    executions: 7,
    withoutFault: [],
    positions: [{ position: '1', command: 'INCR count' }],
    cells: [
      {
        position: '1',
        fault: 'reset-after-apply',
        outcome: 'breaks',
        broken: ['at most once'],
        alsoWithout: false,
        executions: 4,
        record: fake.lost,
      },
    ],
  });

  test('shows a table a variant, and writes all of them', async () => {
    const path = join(fake.folder, 'maps', 'all.json');
    const { code, out, err } = await cli(`map 01 --out ${path}`, { map: mapOf });
    expect([code, err]).toEqual([0, '']);
    expect(out.match(/^01-counting\/.*$/gm)).toEqual([
      '01-counting/get-set: 2 workers, one fault, at most 1 preemption, all 7',
      '01-counting/incr: 2 workers, one fault, at most 1 preemption, all 7 executions',
    ]);
    expect(out).toContain('\nfault             1\nreset-after-apply B\n');
    expect(out).toContain('\nbreaks "at most once": 1 cell\n  1: reset-after-apply\n(--details:');
    expect(out).toMatch(/\nmap +B +H .*\n01-counting\n {2}get-set +1\n {2}incr +1\n/);
    const details = await cli('map 01/incr --details', { map: mapOf });
    expect(details.out).toMatch(/\n1 reset-after-apply breaks "at most once": counter = 6\n/);
    const json = await cli(`map 01 --json --out ${path}`, { map: mapOf });
    expect(json.out).toBe(await readFile(path, 'utf8'));
    const { maps } = JSON.parse(json.out) as { maps: { variant: string; cells: { record: RaceRecord }[] }[] };
    expect(maps.map(({ variant }) => variant)).toEqual(['get-set', 'incr']);
    expect(maps[0]!.cells[0]!.record).toEqual(fake.lost);
  });

  test('a budget that was too small is exit code 2', async () => {
    const { code, out } = await cli('map 01/incr', {
      map: async (...args) => ({ ...(await mapOf(...args)), complete: false }),
    });
    expect(code).toBe(2);
    expect(out).toContain('at most 1 preemption, 7 executions\n');
  });

  test('a file that cannot be written is known before anything is started', async () => {
    expect(await refused(`map 01 --out ${fake.folder}`)).toBe(
      `cannot write ${fake.folder}: this is a folder`,
    );
    expect((await cli(`map 01 --out ${fake.folder}`, { map: mapOf })).asked.server).toBeUndefined();
  });

  test.runIf(existsSync('/dev/full'))('a full disk does not take the map away', async () => {
    const { code, out, err } = await cli('map 01/incr --json --out /dev/full', { map: mapOf });
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ format: 1, maps: [{ variant: 'incr' }] });
    expect(err).toBe('race-lab: cannot write /dev/full: no space left on the disk\n');
  });

  test('Ctrl-C leaves the file as it was', async () => {
    const abort = new AbortController();
    const path = join(fake.folder, 'map.json');
    const { code, err } = await cli(`map 01 --out ${path}`, {
      abort,
      map: (...args) => {
        abort.abort();
        return mapOf(...args);
      },
    });
    expect([code, err]).toEqual([2, 'race-lab: stopped: 0 of 2 maps done, nothing written\n']);
    expect(await readdir(fake.folder)).toEqual([]);
  });

  test('a Redis that is lost is one line', async () => {
    const { code, err, asked } = await cli('map 01', {
      map: () => Promise.reject(new ServerGoneError('lost Redis: read ECONNRESET')),
    });
    expect([code, err]).toEqual([2, 'race-lab: lost Redis: read ECONNRESET\n']);
    expect([asked.stopped, asked.closed]).toEqual([1, 1]);
  });
});
