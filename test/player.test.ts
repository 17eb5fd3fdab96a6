import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ON_A_PROCESS, spawned, start, type Running } from '../harness/cli/testing/spawned.js';
import { readRecord } from '../harness/record/read.js';
import { childrenOf } from '../harness/server/testing/processes.js';
import { barriers, BROWSER, launch, overflow, picture } from './support/browser.js';

let folder: string;
let browser: Browser;
let page: Page;
let running: Running;
let url: string;
let complaints: string[] = [];

/** Starts the player. @returns the address that it prints */
async function play(...args: string[]): Promise<string> {
  running = start(['play', ...args, '--out', join(folder, 'played')], { env: ON_A_PROCESS, source: true });
  let text = '';
  return await new Promise((resolve, reject) => {
    running.child.stdout!.on('data', (data) => {
      text += String(data);
      const found = /http:\S+/.exec(text);
      if (found !== null) resolve(found[0]);
    });
    running.ended.then(({ err }) => reject(new Error(err)), reject);
  });
}

const status = (): Promise<string | null> => page.locator('#where').textContent();
const goal = (): Promise<string | null> => page.locator('#goal').textContent();

/** Opens a level, and waits for its board. */
async function open(level: string): Promise<void> {
  await page.goto(`${url.replace(/#.*/, '')}#level=${level}`);
  await expect.poll(() => page.locator('h1').textContent()).toBe(level);
}

/** Presses what has this text, and waits for the step after it. */
async function press(worker: string, action: string, steps: number): Promise<void> {
  await page
    .locator('section', { hasText: new RegExp(`^${worker}`) })
    .locator('.move', { hasText: action })
    .click();
  await expect.poll(status).toMatch(new RegExp(`^step ${steps},`));
}

describe.skipIf(BROWSER === undefined)('the player, in a real browser', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'race-lab-player-'));
    url = await play('01-lost-update');
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(new URL(url).origin)) complaints.push(`asked for ${request.url()}`);
    });
  });
  afterAll(async () => {
    await browser.close();
    running.child.kill('SIGINT');
    await running.ended;
    await rm(folder, { recursive: true });
  });
  afterEach(() => {
    const heard = complaints.splice(0);
    if (heard.length > 0) throw new Error(`the browser complains: ${heard.join('\n')}`);
  });

  test('should list the lessons in their order', async () => {
    await page.goto(url);
    const names = await page.locator('.levels a').allTextContents();
    expect(names.slice(0, 2)).toEqual(['get-set', 'incr']);
    expect(await page.locator('#solved').textContent()).toMatch(/^0 of \d+ solved$/);
    await picture(page, 'player-levels');
  });

  test('should let a person break the first level, with undo, redo and hints', async () => {
    await page.getByRole('link', { name: 'get-set', exact: true }).first().click();
    await expect.poll(goal).toContain('Break "no lost update", in at most 4 steps');
    await press('w1', 'GET', 1);
    await press('w2', 'GET', 2);
    expect(await status()).toBe('step 2, 1 preemption, 0 faults');
    await picture(page, 'player-board');
    await page.getByLabel('undo (u)').click();
    await expect.poll(status).toMatch(/^step 1,/);
    await page.getByLabel('redo (r)').click();
    await expect.poll(status).toMatch(/^step 2,/);
    await page.getByLabel('hint').click();
    expect(await page.locator('#hints li').allTextContents()).toEqual(['One preemption is enough.']);
    await press('w2', 'SET', 3);
    expect(await page.locator('.card', { hasText: 'Redis at' }).textContent()).toContain('● 1');
    await page.reload();
    await expect.poll(status).toMatch(/^step 3,/);
    await page.keyboard.press('c');
    await expect
      .poll(() => page.locator('#outcome .sentence').textContent())
      .toContain('You broke it. Lost update');
    expect(await page.locator('#outcome').textContent()).toContain('★ As small as the lab’s own.');
    await picture(page, 'player-won');
  });

  test('should give what a terminal replays, and keep a record', async () => {
    const [shared] = /play:\S+/.exec((await page.locator('#share').textContent())!)!;
    const replayed = await spawned(['replay', shared, '--times', '3'], { env: ON_A_PROCESS });
    expect(replayed).toMatchObject({ code: 0 });
    expect(replayed.out).toContain('✓ as recorded 3/3');
    await page.locator('#save').click();
    await expect.poll(() => page.locator('#notice').textContent()).toContain('saved as ');
    const record = await readRecord(join(folder, 'played', '01-lost-update--get-set.json'));
    expect(record).toMatchObject({
      verdict: { invariant: 'no lost update' },
      reproduced: { times: 20, of: 20 },
      found: { strategy: 'played' },
    });
  });

  test('should count what is solved, and go on to the next level', async () => {
    await page.locator('#next').click();
    await expect.poll(status).toMatch(/^step 0,/);
    await page.getByRole('link', { name: '← all levels' }).click();
    await expect.poll(() => page.locator('#solved').textContent()).toMatch(/^1 of/);
    expect(await page.locator('.levels li').first().textContent()).toContain('★ solved in 4 steps');
  });

  test('should break a level by a fault', async () => {
    await open('01-lost-update/incr-resend');
    await expect.poll(goal).toContain('"at most once"');
    await page.locator('.fault').first().click();
    await expect.poll(status).toMatch(/1 fault$/);
    await page.getByLabel('calmly to the end (c)').click();
    await expect.poll(() => page.locator('#outcome .sentence').textContent()).toContain('You broke it');
    await picture(page, 'player-fault');
  });

  test('should say where nothing is wrong, and lead back by the browser', async () => {
    await open('01-lost-update/incr');
    await expect.poll(goal).toContain('convince yourself');
    await page.keyboard.press('1');
    await expect.poll(status).toMatch(/^step 1,/);
    await page.keyboard.press('c');
    await expect.poll(() => page.locator('#outcome').textContent()).toContain('Nothing is wrong');
    await page.goBack();
    await expect.poll(status).toMatch(/^step 1,/);
    await page.keyboard.press('u');
    await expect.poll(status).toMatch(/^step 0,/);
  });

  test('should show every execution of a level, and why others need not be run', async () => {
    await open('01-lost-update/get-set');
    await page.locator('#to-tree').click();
    await expect
      .poll(() => page.locator('#summary').textContent())
      .toContain('all 2 executions with no fault: 1 wrong.');
    const notTaken = page.locator('.pruned');
    expect(await notTaken.first().textContent()).toContain(
      'not taken: w2: GET page:home:views, same as execution 2: w2’s GET page:home:views and w1’s GET page:home:views both only read page:home:views',
    );
    await picture(page, 'player-tree');
    // By the keyboard alone: to the first branch, close it, open it, and to the execution that is named.
    await page.locator('.branch').first().focus();
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('#execution-1').isVisible()).toBe(false);
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('#execution-1').isVisible()).toBe(true);
    await page.locator('#close-all').click();
    await page.locator('.jump').first().click();
    expect(await page.evaluate('document.activeElement.id')).toBe('execution-2');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#outcome .sentence').textContent()).toContain('Lost update');
    expect(await status()).toBe('step 4, 2 preemptions, 0 faults');
    await page.goBack();
    await expect.poll(() => page.locator('#tree').count()).toBe(1);
  });

  test('should take an address of any kind, and run nothing of it', async () => {
    await open('01-lost-update/get-set');
    await expect.poll(status).toMatch(/^step 0,/);
    const base = url.replace(/#.*/, '');
    await page.goto(`${base}#level=%3Cimg src=x onerror=alert(1)%3E&tape=1`);
    await expect.poll(() => page.locator('h1').textContent()).toBe('You are the scheduler');
    await page.goto(`${base}#level=01-lost-update/get-set&tape=%3Cscript%3Ealert(1)%3C/script%3E&steps=2`);
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('is not a tape');
    expect(await page.locator('img, #app script').count()).toBe(0);
    // That the server said no is no fault of the page.
    complaints = complaints.filter((one) => !one.includes('400'));
  });

  test('should go on with another Redis where one was killed, and say so', async () => {
    await open('01-lost-update/get-set');
    await press('w1', 'GET', 1);
    const [pid] = childrenOf(running.child.pid!, 'redis-server');
    process.kill(pid!, 'SIGKILL');
    await press('w2', 'GET', 2);
    expect(await page.locator('#notice').textContent()).toContain('Another one was started');
    expect(await page.locator('#lanes tbody tr').count()).toBe(2);
  });

  test.each([
    ['narrow', 390, 'light'],
    ['wide', 1280, 'light'],
    ['dark', 1280, 'dark'],
  ] as const)('should keep the rules of accessibility: %s', async (name, width, colorScheme) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    const base = url.replace(/#.*/, '');
    for (const [what, hash, shown] of [
      ['levels', '', '#solved'],
      ['board', '#level=03-lock-acquisition/setnx-crash&tape=0.1&steps=2', '.board'],
      ['tree', '#level=03-lock-acquisition/setnx-crash&view=tree', '#tree'],
      ['won', '#level=01-lost-update/get-set&tape=0.1&steps=4', '#outcome'],
    ] as const) {
      await page.goto('about:blank');
      await page.goto(`${base}${hash}`);
      await page.locator(shown).first().waitFor();
      await picture(page, `player-${name}-${what}`);
      expect(await barriers(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    }
  });

  test('should end by Ctrl-C with what was solved, and say in the browser that it has', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await open('01-lost-update/get-set');
    await expect.poll(status).toMatch(/^step 0,/);
    running.child.kill('SIGINT');
    const { code, out } = await running.ended;
    expect(code).toBe(0);
    expect(out).toMatch(/solved 2 of \d+ levels\n {2}01-lost-update\/get-set, in 4 steps\n/);
    expect(out).toContain('replay play:01-lost-update:incr-resend:');
    await page.locator('.move').first().click();
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('it has ended');
    complaints = [];
  });
});
