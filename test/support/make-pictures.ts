/** `npm run pictures`: runs a lab, and takes a picture of the page that it leaves. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BROWSER, launch } from './browser.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LAB = '01-lost-update/watch-shared';
const SIZE = { width: 1180, height: 760 };

if (BROWSER === undefined) throw new Error('no browser: install Chromium, or name one by RACE_LAB_BROWSER');
const folder = mkdtempSync(join(tmpdir(), 'race-lab-pictures-'));
const browser = await launch();
try {
  const out = join(folder, 'reports');
  execFileSync(process.execPath, ['--import', 'tsx', 'harness/cli/main.ts', 'run', LAB, '--out', out], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light' });
  await page.goto(`${pathToFileURL(join(out, 'index.html')).href}#record=0&step=4`);
  await page.locator('#lanes').waitFor();
  await page.screenshot({ path: join(ROOT, 'docs/pictures/page.png') });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
