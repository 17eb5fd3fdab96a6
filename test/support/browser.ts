/** A real browser, where this machine has one. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'].map((name) => `/usr/bin/${name}`);
/** Its path; undefined where there is none. */
export const BROWSER = process.env['RACE_LAB_BROWSER'] ?? BROWSERS.find((path) => existsSync(path));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const QUIET =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

/** Starts it. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: BROWSER!, args: QUIET.split(' ') });
}

/** Leaves a picture to be looked at, where somebody wants one. */
export async function picture(page: Page, name: string): Promise<void> {
  const target = process.env['RACE_LAB_SCREENSHOTS'];
  if (target === undefined) return;
  await mkdir(target, { recursive: true });
  await page.screenshot({ path: join(target, `${name}.png`), fullPage: true });
}

/** What keeps people out, according to axe: serious and critical findings. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]!.html}`);
  });
  return found.filter((one) => /^(?:serious|critical)/.test(one));
}

/** How many pixels the page is wider than the window. */
export async function overflow(page: Page): Promise<number> {
  return await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}
