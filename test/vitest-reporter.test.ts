import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRecord } from '../harness/record/read.js';
import { junitNumbers } from '../harness/report/results/testing/junit-structure.js';
import { BROWSER, launch } from './support/browser.js';
import { RunnerProject, type Ran } from './support/runner-project.js';

const CONFIG = `
export default {
  test: { reporters: ['default', ['redis-race-lab/vitest/reporter', { folder: 'out/races' }]] },
};
`;
const TESTS = `
import { describe, expect, test } from 'vitest';
import { explore, noLostUpdate, scenario } from 'redis-race-lab';
import 'redis-race-lab/vitest';

const counting = (name, worker) =>
  scenario({
    name,
    workers: ({ redis, operation }) => operation('increment', () => worker(redis)),
    invariants: [noLostUpdate({ key: 'views' })],
  });
const safe = counting('incr', (redis) => redis.incr('views'));
const lossy = counting('get and set', async (redis) => redis.set('views', Number(await redis.get('views')) + 1));

test('nothing is explored here', () => {});
describe('views', () => {
  test('survive two workers', async () => {
    expect(await explore(safe)).toHold();
  });
  test('are lost (known)', async () => {
    expect(await explore(lossy)).toBreak('no lost update');
  });
  test('are said to survive, wrongly', async () => {
    expect(await explore(safe)).toHold();
    expect(await explore(lossy)).toHold();
  });
  test('are looked at without a matcher', async () => {
    expect((await explore(lossy)).kind).toBe('breaks');
  });
});
`;

const project = new RunnerProject();
let ran: Ran;
beforeAll(async () => {
  project.write('vitest.config.js', CONFIG);
  project.write('views.test.js', TESTS);
  ran = await project.runners['Vitest']!('views.test.js', { config: 'vitest.config.js' });
});
afterAll(() => project.remove());

function read(name: string): string {
  return readFileSync(join(project.folder, 'out/races', name), 'utf8');
}

/** What an element of the page holds. */
function piece(page: string, id: string): unknown {
  const [, text = ''] = new RegExp(`id="${id}">([^<]*)<`).exec(page)!;
  return JSON.parse(id === 'overview' ? text : gunzipSync(Buffer.from(text, 'base64')).toString());
}

describe('the reporter of Vitest', () => {
  test('leaves the results of each test, by its file and name', () => {
    expect(ran.code, ran.text).toBe(1);
    const { results } = JSON.parse(read('results.json')) as {
      results: { lab: string; variant: string; expected: string; verdict: string; outcome: string }[];
    };
    expect(results.map((one) => `${one.variant}: ${one.expected}, ${one.verdict}, ${one.outcome}`)).toEqual([
      'views > survive two workers: holds, holds, as expected',
      'views > are lost (known): breaks, breaks, as expected',
      'views > are said to survive, wrongly > incr: holds, holds, as expected',
      'views > are said to survive, wrongly > get and set: holds, breaks, not as expected',
      'views > are looked at without a matcher: breaks, breaks, as expected',
    ]);
    expect(new Set(results.map(({ lab }) => lab))).toEqual(new Set(['views.test.js']));
    expect(ran.text).toContain(
      'race-lab: 5 variants: 4 as expected, 1 not as expected: out/races/index.html',
    );
  });

  test('leaves JUnit, a summary, and records that can be read', async () => {
    expect(junitNumbers(read('junit.xml'))).toEqual({ tests: 5, failures: 1, errors: 0, skipped: 0 });
    expect(read('summary.md')).toContain('get and set');
    const records = readdirSync(join(project.folder, 'out/races/records'));
    expect(records).toHaveLength(3);
    for (const name of records)
      expect((await readRecord(join(project.folder, 'out/races/records', name))).verdict.invariant).toBe(
        'no lost update',
      );
  });

  test('leaves the page, with the steps, the sources and how to run each test again', () => {
    const page = read('index.html');
    const overview = piece(page, 'overview') as { rows: { variant: string; record: number | null }[] };
    expect(overview.rows.map(({ record }) => record)).toEqual([null, 0, null, 1, 2]);
    expect(piece(page, 'record-0')).toMatchObject({
      sentence: expect.stringContaining('Lost update on views') as string,
      files: ['views.test.js'],
      replay: String.raw`npx vitest run views.test.js -t 'are lost \(known\)'`,
    });
    expect(JSON.stringify(piece(page, 'sources'))).toContain('nothing is explored here');
  });

  test.runIf(BROWSER !== undefined)('the page opens in a browser', async () => {
    const browser = await launch();
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
      page.on('pageerror', (error) => void complaints.push(error.message));
      await page.goto(`${pathToFileURL(join(project.folder, 'out/races/index.html')).href}#record=1`);
      await page.getByText('Lost update on views', { exact: false }).first().waitFor();
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  test('a folder with files of somebody else is refused before anything runs', async () => {
    mkdirSync(join(project.folder, 'papers'));
    project.write('papers/thesis.txt', 'mine');
    writeFileSync(join(project.folder, 'other.config.js'), CONFIG.replace('out/races', 'papers'));
    const refused = await project.runners['Vitest']!('views.test.js', { config: 'other.config.js' });
    expect(refused.code).not.toBe(0);
    expect(refused.text).toContain(
      'it holds files that are no reports (thesis.txt), and would be replaced. Give another folder by the option "folder" of the reporter',
    );
    expect(refused.text).not.toContain('are lost (known)');
  });
});
