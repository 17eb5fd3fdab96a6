import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { Environment } from '../harness/execution/host/environment.js';
import { exploreWith } from '../harness/explore/explore.js';
import type { Verdict } from '../harness/record/verdict.js';
import { renderPage } from '../harness/report/page/page.js';
import type { VariantResult } from '../harness/report/results/results.js';
import { getSet, round, type Part, type Row } from './part.js';
import { median } from './rounds.js';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'].map((name) => `/usr/bin/${name}`);
const BROWSER = process.env['RACE_LAB_BROWSER'] ?? BROWSERS.find((path) => existsSync(path));
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const RECORDS = 300;
const STEPS = 5000;
/** How often each page is opened. */
const TIMES = 5;
const MB = 1e6;

/** Is the page of a large run, and of a long execution, opened and walked through without delay? */
export const page: Part = {
  name: 'page',
  about: `the page of a run in a real browser: ${RECORDS} records, and one of ${STEPS} steps`,
  run: async ({ server }) => {
    const title = 'The page of a run';
    if (BROWSER === undefined)
      return { title, rows: [], notes: ['There is no browser here: RACE_LAB_BROWSER may name one.'] };
    const environment = await Environment.open(server);
    const verdict = await exploreWith(getSet(3), {
      session: environment,
      identity: { lab: 'bench', variant: 'get-set' },
    }).finally(() => environment.close());
    const folder = await mkdtemp(join(tmpdir(), 'race-lab-bench-page-'));
    const browser = await chromium.launch({ executablePath: BROWSER, args: QUIET });
    try {
      const opened = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      const large = Array.from({ length: RECORDS }, (_, at) => resultOf(verdict, `variant-${at}`));
      const rows = [
        await measured(opened, folder, { what: `${RECORDS} records`, results: large, hash: '' }),
        await measured(opened, folder, {
          what: `a record of ${STEPS} steps`,
          results: [resultOf(longer(verdict), 'long')],
          hash: '#record=0',
        }),
      ];
      return {
        title,
        rows,
        notes: [
          `From a file, in ${browser.version()}; the slowest of ${TIMES} that were opened. Of a step: the key, drawing and layout.`,
          'The records are one real finding, repeated; so are the steps of the long one.',
        ],
      };
    } finally {
      await browser.close();
      await rm(folder, { recursive: true });
    }
  },
};

interface Large {
  readonly what: string;
  readonly results: readonly VariantResult[];
  /** Where it is opened. */
  readonly hash: string;
}

async function measured(opened: Page, folder: string, { what, results, hash }: Large): Promise<Row> {
  const began = performance.now();
  const html = renderPage(results, {
    measurements: [],
    readSource: () => undefined,
    replayLine: (path) => path,
  });
  const built = performance.now() - began;
  const file = join(folder, `${results.length}.html`);
  await writeFile(file, html);
  const shown = hash === '' ? '.overview' : '#lanes';
  const opens: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    await opened.goto('about:blank');
    const start = performance.now();
    await opened.goto(`${pathToFileURL(file).href}${hash}`);
    await opened.locator(shown).waitFor();
    opens.push(performance.now() - start);
  }
  if (hash === '') {
    await opened.locator('tbody th a').last().click();
    await opened.locator('#lanes').waitFor();
  }
  const steps = await opened.evaluate<number[]>(STEPPING);
  return {
    page: what,
    MB: round(html.length / MB, 2),
    'built, ms': round(built, 0),
    'opens, ms': round(Math.max(...opens), 0),
    'a step, median, ms': round(median(steps), 1),
    'slowest, ms': round(Math.max(...steps), 1),
    aim: 'opens < 2,000 ms',
  };
}

/** Goes a step back and on again by the keyboard, and so on. @returns ms of each; a function of the browser, as text, since it is no code of Node */
const STEPPING = `(() => Array.from({ length: 50 }, (_, at) => {
  const start = performance.now();
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: at % 2 === 0 ? 'k' : 'j', bubbles: true }));
  document.body.getBoundingClientRect();
  return performance.now() - start;
}))()`;

function resultOf(verdict: Verdict, variant: string): VariantResult {
  const record = verdict.record!;
  const own = { ...verdict, record: { ...record, variant } };
  const expect = { kind: 'breaks', invariant: record.verdict.invariant } as const;
  return { lab: 'bench', variant, expect, verdict: own, record: `records/${variant}.json` };
}

/** The same steps again and again. */
function longer(verdict: Verdict): Verdict {
  const { explanation: _, history: __, ...record } = verdict.record!;
  const steps = Array.from({ length: STEPS }, (_unused, at) => ({
    ...record.steps[at % record.steps.length]!,
    n: at + 1,
  }));
  return { ...verdict, record: { ...record, steps } };
}
