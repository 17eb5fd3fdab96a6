import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RaceRecord } from '../harness/record/format.js';
import type { FaultMap } from '../harness/record/fault-map.js';
import { readFindings, readRecord } from '../harness/record/read.js';
import { renderPage } from '../harness/report/page/page.js';
import { barriers, BROWSER, launch, overflow, picture } from './support/browser.js';
import { resultOfRecord, RUN_FACTS } from './support/page-parts.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HOSTILE = '</script><img src=x onerror="document.title=\'taken over\'">\u202E__proto__';

/** What of the page is looked at for accessibility, by its address. */
const VIEWS = {
  overview: '',
  record: '#record=1&step=2',
  compared: '#record=0&with=swapped',
  found: '#record=0&find=set',
  history: '#record=0&history=1&step=2',
  maps: '',
  map: '#map=0',
};

let folder: string;
let browser: Browser;
let page: Page;
let complaints: string[];
let opened = 0;

async function keptRecords(): Promise<RaceRecord[]> {
  const names = (await readdir(join(ROOT, 'reports'))).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(names.slice(0, 12).map((name) => readRecord(join(ROOT, 'reports', name))));
}

/** Records with something hostile in every text that is not fixed by the format. */
function hostile<T extends object>(record: T): T {
  const fixed = new Set(['kind', 'change', 'name', 'clock', 'fault', 'outcome', 'position', 'earlyTimers']);
  return JSON.parse(
    JSON.stringify(record, (key, value: unknown) =>
      typeof value === 'string' && !fixed.has(key) ? `${HOSTILE} ${value}` : value,
    ),
  ) as T;
}

function readSource(path: string): string | undefined {
  return existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : undefined;
}

async function open(
  records: readonly RaceRecord[],
  hash = '',
  maps: readonly FaultMap[] = [],
): Promise<void> {
  const html = renderPage(records.map(resultOfRecord), {
    run: RUN_FACTS,
    measurements: [
      {
        ...{ lab: '09-storm', measurement: 'accept-queue', outcome: 'measured', tookMs: 1 },
        measured: {
          summary: 'measured',
          figures: { refused: 3 },
          pictures: { timeline: '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>' },
        },
      },
    ],
    maps: maps.map((map) => ({ map, replayLine: (cell) => cell })),
    readSource,
    replayLine: (path) => `npx race-lab replay ${path}`,
  });
  // Another fragment of the same file would load nothing.
  const file = join(folder, `${(opened += 1)}.html`);
  await writeFile(file, html);
  await goTo(`${pathToFileURL(file).href}${hash}`);
}

/** Maps of one lab, those that are quickly drawn. */
async function keptMaps(): Promise<FaultMap[]> {
  const maps = (await readFindings(join(ROOT, 'reports/maps/01-lost-update.json'))) as FaultMap[];
  return maps.filter(({ variant }) => variant?.startsWith('incr-single') === true);
}

async function openMaps(maps: readonly FaultMap[], hash = ''): Promise<void> {
  const html = renderPage([], {
    measurements: [],
    maps: maps.map((map) => ({ map, replayLine: (cell) => `race-lab replay maps.json --cell ${cell}` })),
    readSource,
    replayLine: (path) => path,
  });
  const file = join(folder, `${(opened += 1)}.html`);
  await writeFile(file, html);
  await goTo(`${pathToFileURL(file).href}${hash}`);
}

/** Opens an address, and waits for what the page opens then. */
async function goTo(address: string): Promise<void> {
  await page.goto(address);
  await page.locator('[aria-busy]').waitFor({ state: 'detached' });
}

/** The number of the step on which the page stands. */
const current = async (): Promise<number> =>
  Number(await page.locator('[aria-current=step] th button').textContent());

describe.skipIf(BROWSER === undefined)('the page of a run, in a real browser', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'race-lab-page-'));
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!/^(?:file|data):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
    });
    complaints = [];
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });
  afterEach(() => {
    const heard = complaints.splice(0);
    if (heard.length > 0) throw new Error(`the browser complains: ${heard.join('\n')}`);
  });

  test('should lead from all results to a record and back, and find by words', async () => {
    const records = await keptRecords();
    await open(records);
    await expect.poll(() => page.locator('tbody th a').count()).toBe(records.length);
    await picture(page, 'overview');
    await page.locator('#filter').pressSequentially(records[3]!.variant!);
    expect(await page.locator('tbody th a').first().textContent()).toBe(records[3]!.variant);
    expect(await page.locator('tbody th a').count()).toBeLessThan(records.length);
    expect(await page.locator('img').getAttribute('alt')).toBe('09-storm/accept-queue: timeline');
    await page.locator('tbody th a').first().click();
    await expect
      .poll(() => page.locator('h1').textContent())
      .toBe(`${records[3]!.lab}/${records[3]!.variant}`);
    await page.goBack();
    await expect.poll(() => page.locator('h1').textContent()).toBe('Race Lab');
  });

  test('should draw how many classes were seen as sampling went on', async () => {
    const [record] = await keptRecords();
    const result = resultOfRecord(record!);
    const growth = [
      [10, 4],
      [20, 7],
      [30, 7],
      [40, 8],
    ] as const;
    const sampling = { growth } as unknown as NonNullable<(typeof result)['verdict']['sampling']>;
    const html = renderPage([{ ...result, verdict: { ...result.verdict, sampling } }], {
      ...{ run: RUN_FACTS, measurements: [], readSource, replayLine: (path: string) => path },
    });
    const file = join(folder, `${(opened += 1)}.html`);
    await writeFile(file, html);
    await goTo(pathToFileURL(file).href);
    await page.getByText('classes as sampling went on').click();
    const words = '8 classes of executions were seen in 40; 7 of them in the first 20';
    expect(await page.getByRole('img', { name: words }).isVisible()).toBe(true);
    expect(await page.locator('.growth p').textContent()).toBe(words);
    expect((await page.locator('.curve').getAttribute('points'))!.split(' ')).toHaveLength(5);
    expect(await barriers(page)).toEqual([]);
  });

  test('should walk through a record by buttons, keys and slider, with the store beside it', async () => {
    const [record] = await keptRecords();
    const last = record!.steps.length;
    await open([record!], '#record=0');
    expect(await current()).toBe(last);
    await page.getByLabel('first step').click();
    expect(await current()).toBe(1);
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowRight');
    expect(await current()).toBe(3);
    await page.keyboard.press('k');
    expect(await current()).toBe(2);
    expect(page.url()).toContain('#record=0&step=2');
    await page.locator('#slider').focus();
    await page.keyboard.press('End');
    expect(await current()).toBe(last);
    const { key, after } = record!.steps.findLast(({ values = [] }) => values.length > 0)!.values![0]!;
    const row = page.locator('.store tr', { hasText: key });
    expect(await row.textContent()).toContain(after!);
    expect(await page.locator('.code .current').textContent()).toContain('▸');
    await page.reload();
    expect(await current()).toBe(last);
    await page.locator('#lanes button', { hasText: /^1$/ }).click();
    expect(await current()).toBe(1);
    await picture(page, 'record');
  });

  test('should find steps by command, key and worker, and go from one to the next', async () => {
    const [record] = await keptRecords();
    await open([record!], '#record=0&step=1');
    await page.keyboard.press('/');
    await page.keyboard.type('get w2');
    expect(page.url()).toContain('find=get+w2');
    expect(await page.locator('#found').textContent()).toBe('1');
    expect(await page.locator('#lanes .found').count()).toBe(1);
    await page.keyboard.press('Enter');
    const second = record!.steps.find(({ worker, command }) => worker === 2 && command?.[0] === 'GET')!;
    expect(await current()).toBe(second.n);
    // What was typed stays in the field, and a letter there is no command.
    await page.keyboard.press('End');
    await page.keyboard.press('n');
    expect(await page.locator('#find').inputValue()).toBe('get w2n');
    expect(await page.locator('#found').textContent()).toBe('none');
    await page.locator('#find').fill(record!.steps[0]!.command![1]!);
    await page.keyboard.press('Escape');
    const named = record!.steps.filter(({ command }) => command?.[1] === record!.steps[0]!.command![1]);
    expect(await page.locator('#found').textContent()).toBe(`2 of ${named.length}`);
    await page.keyboard.press('n');
    expect(await current()).toBe(named[2]!.n);
    await page.keyboard.press('Shift+N');
    expect(await current()).toBe(named[1]!.n);
    await page.locator('#predict').check();
    expect(await page.locator('#find').count()).toBe(0);
  });

  test('should show what the clients saw beside what the wire knows', async () => {
    const records = await keptRecords();
    const at = records.findIndex(({ history }) =>
      history?.commands.some(({ applied, answered }) => applied && !answered),
    );
    const { history, steps } = records[at]!;
    await open(records, `#record=${at}`);
    await page.getByRole('button', { name: 'what the clients saw, what the wire knows' }).click();
    expect(page.url()).toContain('history=1');
    const rows = page.locator('#history tbody tr');
    const { operations, commands, faults } = history!;
    expect(await rows.count()).toBeGreaterThanOrEqual(
      2 * operations.length + commands.length + faults.length,
    );
    expect(await page.locator('#history').textContent()).toContain('its client got no reply');
    await picture(page, 'history');
    await page.getByLabel('first step').click();
    expect(await rows.locator('[aria-label="go to step 1"]').count()).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'back to the steps' }).click();
    expect(await current()).toBe(steps[0]!.n);
    // Older records have none.
    await open(
      records.map((record) => ({ ...record, history: undefined })),
      `#record=${at}&history=1`,
    );
    expect(await page.locator('#lanes').count()).toBe(1);
    expect(await page.getByRole('button', { name: 'what the clients saw' }).count()).toBe(0);
  });

  test('should lead from a result to the fault map of its scenario', async () => {
    const records = (await keptRecords()).filter(({ variant }) => variant === 'incr-single-shot');
    await open(records, '', await keptMaps());
    await page.getByRole('link', { name: 'fault map', exact: true }).click();
    await expect.poll(() => page.locator('h1').textContent()).toContain('incr-single-shot: fault map');
  });

  test('should hide what comes later from who wants to predict it', async () => {
    const [record] = await keptRecords();
    await open([record!], '#record=0');
    expect(await page.locator('.sentence').textContent()).toContain('✗');
    await page.locator('#predict').check();
    expect(await page.locator('.sentence').textContent()).toContain('What will be wrong at the end');
    expect(await page.locator('#lanes tbody tr').count()).toBe(1);
    expect(await page.locator('body').innerText()).not.toContain(record!.verdict.observed);
    await page.getByLabel('to the violation').click();
    expect(await page.locator('.sentence').textContent()).toContain('✗');
  });

  test('should show the swap, the execution as it was found, and another record beside one', async () => {
    const records = await keptRecords();
    const { pair } = records[0]!.explanation!;
    await open(records, '#record=0');
    await page.getByRole('button', { name: 'swap the critical pair' }).click();
    expect(page.url()).toContain('with=swapped');
    expect(await page.locator('#other').textContent()).toContain('✓ With the pair swapped, nothing is wrong');
    expect(await page.locator('#compare tbody tr').count()).toBeGreaterThanOrEqual(records[0]!.steps.length);
    expect(await page.locator('#compare .different').count()).toBeGreaterThan(0);
    const numbers = await page.locator('#compare tbody td:nth-child(2)').allTextContents();
    expect(numbers).toContain(String(pair![0]));
    await picture(page, 'swapped');
    await page.getByRole('button', { name: 'swap back' }).click();
    expect(await page.locator('#lanes').count()).toBe(1);
    await page.locator('#with').selectOption('original');
    expect(await page.locator('#other').textContent()).toContain('✗ As it was found: ');
    await page.locator('#with').selectOption('1');
    expect(await page.locator('#other').textContent()).toContain('✗');
    await picture(page, 'two-records');
    await page.getByRole('link', { name: 'open it' }).click();
    await expect.poll(() => page.locator('h1').textContent()).toContain(records[1]!.variant!);
    // What an older record does not have is said, and cannot be chosen.
    const older = records.map((record) => ({ ...record, found: { ...record.found, original: undefined } }));
    await open(older, '#record=0');
    expect(await page.locator('#with option[value=original]').textContent()).toContain('not in this record');
    expect(await page.locator('#with option[value=original]').isDisabled()).toBe(true);
  });

  test('should show a fault map as a grid, laid over the code, with an execution for each cell', async () => {
    await openMaps(await keptMaps());
    await page.getByRole('link', { name: /incr-single-shot$/ }).click();
    await expect.poll(() => page.locator('h1').textContent()).toContain('incr-single-shot: fault map');
    await picture(page, 'map');
    expect(await page.locator('#map tbody tr').count()).toBeGreaterThan(10);
    const failing = page.locator('#map td.breaks a').first();
    expect(await failing.textContent()).toBe('B');
    expect(await failing.getAttribute('aria-label')).toMatch(/^B, 1 .* breaks "/);
    const code = page.locator('.code');
    await expect.poll(() => code.count()).toBe(1);
    expect(await code.locator('.current').textContent()).toMatch(/incr.*1 INCR .*: .*B×/s);
    await failing.click();
    await expect.poll(() => page.locator('.sentence').textContent()).toContain('✗');
    await picture(page, 'map-cell');
    await page.getByLabel('first step').click();
    expect(await current()).toBe(1);
    expect(await page.locator('#replay').textContent()).toContain(
      '--cell 01-lost-update/incr-single-shot/1/',
    );
    await page.getByRole('link', { name: '← the map' }).click();
    expect(await page.locator('#map').count()).toBe(1);
    // What did not fail has an execution as well.
    await page.locator('#map td.handled a, #map td.holds a').first().click();
    expect(await page.locator('.sentence').textContent()).toContain('✓ nothing broke');
  });

  test('should show a fault map of somebody else as text', async () => {
    await openMaps((await keptMaps()).slice(0, 2).map(hostile), '#map=0');
    await expect.poll(() => page.locator('#map').count()).toBe(1);
    expect(await page.locator('body').innerText()).toContain('onerror=');
    expect(await page.locator('body').innerHTML()).not.toMatch(/<img|\u202E/);
    expect(await page.title()).not.toBe('taken over');
    await page.locator('#map td a').first().click();
    await expect.poll(() => page.locator('#lanes').count()).toBe(1);
    expect(await page.locator('body').innerHTML()).not.toMatch(/<img|\u202E/);
  });

  test('should fold steps that have nothing to do with it, and open them', async () => {
    const [record] = await keptRecords();
    const extra = [1, 2, 3].map((n) => ({ ...record!.steps[0]!, n, id: `w1.${n}` }));
    const steps = [...extra, ...record!.steps].map((step, at) => ({ ...step, n: at + 1 }));
    const explanation = { reverted: [], swaps: { tried: 0, of: 0 }, unrelated: [1, 2, 3] };
    await open([{ ...record!, steps, explanation }], '#record=0');
    const rows = page.locator('#lanes tbody tr');
    expect(await rows.count()).toBe(steps.length - 2);
    await page.getByLabel(/steps 1 to 3 have nothing to do with it/).click();
    expect(await rows.count()).toBe(steps.length);
    expect(await current()).toBe(1);
    await page.getByLabel('to the violation').click();
    expect(await rows.count()).toBe(steps.length - 2);
    await page.locator('#all').check();
    expect(await rows.count()).toBe(steps.length);
    expect(page.url()).toContain('all=1');
  });

  test('should show what somebody else wrote as text, and run none of it', async () => {
    const records = (await keptRecords()).slice(0, 3).map(hostile);
    await open(records);
    expect(await page.locator('body img').count()).toBe(1);
    const views = records.flatMap((_, at) => [
      `record=${at}&step=1`,
      `record=${at}&with=swapped`,
      `record=${at}&history=1`,
    ]);
    for (const view of views) {
      await goTo(page.url().replace(/#.*|$/, `#${view}`));
      expect(await page.locator('body').innerText()).toContain('onerror=');
      expect(await page.locator('body').innerHTML()).not.toMatch(/<img|\u202E/);
      expect(await page.title()).not.toBe('taken over');
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    }
  });

  test('should open 5,000 steps and walk through them', async () => {
    const [record] = await keptRecords();
    const steps = Array.from({ length: 5000 }, (_, at) => ({
      ...record!.steps[at % record!.steps.length]!,
      n: at + 1,
    }));
    const { explanation: _, ...long } = { ...record!, steps };
    await open([long], '#record=0');
    expect(await current()).toBe(5000);
    expect(await page.locator('#lanes tbody tr').count()).toBeLessThan(400);
    await page.keyboard.press('Home');
    for (let count = 0; count < 20; count++) await page.keyboard.press('j');
    expect(await current()).toBe(21);
    await page.getByLabel(/more steps/).click();
    expect(await current()).toBeGreaterThan(150);
  });

  test.each([
    ['narrow', 390, 'light'],
    ['wide', 1280, 'light'],
    ['dark', 1280, 'dark'],
  ] as const)('should keep the rules of accessibility: %s', async (name, width, colorScheme) => {
    const records = await keptRecords();
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    const maps = await keptMaps();
    for (const [view, hash] of Object.entries(VIEWS)) {
      if (view.startsWith('map')) await openMaps(maps, hash);
      else await open(records, hash);
      await picture(page, `${name}-${view}`);
      expect(await barriers(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    }
    await page.emulateMedia({ media: 'print' });
    await picture(page, `${name}-print`);
    await page.emulateMedia({ media: 'screen' });
  });
});
