/** `race-lab play` as a process, without a browser: for files of somebody's own. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RaceRecord } from '../../record/format.js';
import { childrenOf, isAlive } from '../../server/testing/processes.js';
import { useCommandLine } from '../testing/command-line.js';
import { ON_A_PROCESS, spawned, start, type Running } from '../testing/spawned.js';

const { refused } = useCommandLine();

const STOCK = `import { invariant, scenario } from 'redis-race-lab';
export const stock = scenario({
  name: 'last item',
  setup: ({ redis }) => redis.set('stock', '10'),
  workers: async ({ redis }) => {
    const left = Number(await redis.get('stock'));
    await redis.set('stock', String(left - 1));
  },
  invariants: [
    invariant('every sale counts', async ({ redis }) => {
      const left = Number(await redis.get('stock'));
      return left === 8 ? undefined : { expected: 'stock = 8', observed: \`stock = \${left}\` };
    }),
  ],
});
`;

let folder: string;
let running: Running | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'race-lab-play-'));
  await mkdir(join(folder, 'race'));
  await writeFile(join(folder, 'package.json'), '{ "name": "shop", "type": "module" }');
  await writeFile(join(folder, 'race/stock.race.mjs'), STOCK);
});
afterEach(async () => {
  running?.child.kill('SIGKILL');
  await running?.ended;
  running = undefined;
  await rm(folder, { recursive: true });
});

/** Starts it. @returns the address that it prints */
async function play(...words: string[]): Promise<URL> {
  running = start(['play', ...words], { env: ON_A_PROCESS, cwd: folder });
  const { child, ended } = running;
  let text = '';
  return await new Promise((resolve, reject) => {
    child.stdout!.on('data', (data) => {
      text += String(data);
      const found = /http:\S+/.exec(text);
      if (found !== null) resolve(new URL(found[0]));
    });
    ended.then(({ err }) => reject(new Error(err)), reject);
  });
}

async function ask(url: URL, what: string, question: object): Promise<Record<string, unknown>> {
  const response = await fetch(new URL(what, url), {
    method: 'POST',
    headers: { origin: url.origin, 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  return (await response.json()) as Record<string, unknown>;
}

describe('play', () => {
  test('takes a file of somebody’s own, to its end, and leaves nothing but what was saved', async () => {
    const url = await play('race/stock.race.mjs');
    expect(url.hash).toBe('#level=race/stock.race.mjs%3Alast%20item');
    const level = 'race/stock.race.mjs:last item';
    expect(await ask(url, 'level', { level })).toMatchObject({
      goal: 'Break "every sale counts", in at most 4 steps.',
    });
    const won = await ask(url, 'play', { level, tape: '0.1', steps: 2, onward: { kind: 'calm' } });
    const share = 'play:race/stock.race.mjs:last+item:0.1:every+sale+counts';
    expect(won).toMatchObject({ share, withinGoal: true });
    expect(await ask(url, 'record', { level, tape: '0.1' })).toMatchObject({
      path: expect.stringMatching(
        /^reports\/played\/race_stock\.race\.mjs--last_item-\w{8}\.json$/,
      ) as string,
    });
    const [server] = childrenOf(running!.child.pid!, 'redis-server');
    running!.child.kill('SIGINT');
    const { code, out } = await running!.ended;
    expect(code).toBe(0);
    expect(out).toContain(`solved 1 of 1 level\n  race/stock.race.mjs:last item, in 4 steps\n`);
    expect(isAlive(server!)).toBe(false);
    expect(await readdir(join(folder, 'reports/played'))).toHaveLength(1);
    const replayed = await spawned(['replay', share], { env: ON_A_PROCESS, cwd: folder });
    expect(replayed).toMatchObject({ code: 0, err: '' });
    expect(replayed.out).toContain('expected stock = 8, observed stock = 9');
  });

  test('says where a shared schedule is of a file that is not here, and loads none elsewhere', async () => {
    for (const file of ['race/other.race.mjs', join(folder, 'race/stock.race.mjs'), '../stock.race.mjs']) {
      const word = `play:${file}:last+item:0.1:every+sale+counts`;
      const { code, err } = await spawned(['replay', word], { env: ON_A_PROCESS, cwd: folder });
      expect(code).toBe(2);
      expect(err).toContain('is no race file below this folder');
    }
  });

  test('opens a record at its schedule, with its seed, workers and faults', async () => {
    const made = await spawned(
      ['run', 'race/stock.race.mjs', '--workers', '3', '--seed', '7', '--out', 'out'],
      {
        ...{ env: ON_A_PROCESS, cwd: folder },
      },
    );
    expect(made.code).toBe(1);
    const [name] = await readdir(join(folder, 'out/records'));
    const url = await play(`out/records/${name}`);
    expect(url.hash).toBe('#level=race/stock.race.mjs%3Alast%20item&tape=calm&steps=6');
    const level = 'race/stock.race.mjs:last item';
    const record = JSON.parse(await readFile(join(folder, 'out/records', name!), 'utf8')) as RaceRecord;
    expect(await ask(url, 'level', { level })).toMatchObject({
      goal: 'Break "every sale counts", in at most 6 steps.',
      best: record.minimal,
    });
    const told = await ask(url, 'play', { level, tape: 'calm', steps: 6, onward: { kind: 'stay' } });
    expect(told).toMatchObject({ steps: 6, outcome: { won: true, kind: 'breaks' }, share: null });
    const saved = await ask(url, 'record', { level, tape: 'calm' });
    const again = JSON.parse(await readFile(join(folder, String(saved['path'])), 'utf8')) as RaceRecord;
    expect([again.seed, again.workers, again.tape]).toEqual([7, 3, record.tape]);

    const sent = await spawned(['export', `out/records/${name}`, '--out', 'for-ada'], {
      env: ON_A_PROCESS,
      cwd: folder,
    });
    expect(sent.code, sent.err).toBe(0);
    const elsewhere = await play('for-ada');
    expect(elsewhere.hash).toBe(url.hash);
  });

  test('plays with as many workers as somebody wants', async () => {
    const url = await play('race/stock.race.mjs', '--workers', '4', '--seed', '7');
    const level = 'race/stock.race.mjs:last item';
    const told = await ask(url, 'play', { level, tape: 'calm', steps: 0, onward: { kind: 'calm' } });
    expect(told).toMatchObject({ outcome: { kind: 'breaks' }, share: null });
    // With four, three are enough.
    expect(told['lanes']).toHaveLength(3);
  });

  test('refuses what is no scenario, with exit code 2', async () => {
    expect(await refused('play 01-nothing')).toContain('unknown lab "01-nothing"');
    expect(await refused('play 01-counting --port 0')).toContain('from 1 to 65535');
    expect(await refused('play nothing.json')).toContain('nothing.json');
    expect(await refused('play nothing.json --workers 2')).toContain(
      'leave out --seed, --workers and --faults',
    );
    expect(await refused('play 01-counting --cell a/b')).toContain('are for records');
  });
});
