import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { widthOf } from '../../base/text.js';
import { openSession, type Session } from '../../explore/session.js';
import type { SuiteResult } from '../run/result.js';
import { runSuite } from '../run/run-suite.js';
import * as broken from '../testing/broken.js';
import { renderBadge } from './badge.js';
import { scoreboardData } from './data.js';
import { renderMarkdown, renderScoreboard } from './text.js';

let session: Session;
let suites: SuiteResult[];
// Explored on the real server: something of each outcome.
beforeAll(async () => {
  session = await openSession();
  const only = ['contention', 'give-up', 'release-after-expiry', 'lost-acquire-reply'];
  suites = [
    await runSuite('plain DEL', broken.plainDel, { session, only }),
    await runSuite('cut short', broken.setNxPx, { session, only: ['holder-crash'], runs: 1 }),
    await runSuite('INCR, then PEXPIRE', broken.incrThenExpire, { session, only: ['crash-in-between'] }),
  ];
});
afterAll(() => session.close());

// A change of what is printed shows here, in a diff.
describe.each([60, 80, 120])('%d columns', (columns) => {
  test('the scoreboard', async () => {
    const text = suites.map((suite) => renderScoreboard(suite, { columns })).join('\n\n');
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/scoreboard.${columns}.txt`);
    expect(text.split('\n').filter((line) => widthOf(line) > columns)).toEqual([]);
  });
});

test('the scoreboard in colours, which say nothing that the marks do not', async () => {
  const text = suites.map((suite) => renderScoreboard(suite, { colour: true })).join('\n\n');
  await expect(`${text}\n`).toMatchFileSnapshot('golden/scoreboard.colour.txt');
  const plain = stripVTControlCharacters(text);
  expect(plain).toBe(suites.map((suite) => renderScoreboard(suite)).join('\n\n'));
});

test('the scoreboard as Markdown, with what is known', async () => {
  const known = new Set(['plain DEL/release-after-expiry']);
  await expect(renderMarkdown(suites, known)).toMatchFileSnapshot('golden/scoreboard.md');
});

test('badges of what passes, what fails, and of what nobody can tell', async () => {
  const [failing, unknown] = suites as [SuiteResult, SuiteResult];
  const passing = { results: failing.results.slice(0, 1) };
  const badges = [renderBadge([passing], false), renderBadge([failing], true), renderBadge([unknown], false)];
  await expect(badges.join('')).toMatchFileSnapshot('golden/badges.svg');
});

test('the scoreboard as data', async () => {
  const tool = { name: 'redis-race-lab', version: '1.0.0' };
  const data = scoreboardData(suites, { tool, recordOf: (name, { hazard }) => `${name}/${hazard.id}.json` });
  // How long it took, and on which server, is none of a golden file's business.
  const settled: unknown = JSON.parse(
    JSON.stringify({ ...data, redis: null }, (key, value: unknown) => (key === 'ms' ? 12 : value)),
  );
  await expect(`${JSON.stringify(settled, undefined, 2)}\n`).toMatchFileSnapshot('golden/scoreboard.json');
});
