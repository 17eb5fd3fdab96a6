import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RaceRecord } from '../../record/format.js';
import { readRecord } from '../../record/read.js';
import type { Verdict } from '../../record/verdict.js';
import type { VariantResult } from '../results/results.js';
import { earlierSteps } from './happens-before.js';
import { escapeHtml, jsonScript } from './html.js';
import { renderPage } from './page.js';
import { viewOf } from './record-view.js';
import { sourcesOf } from './sources.js';

const tool = { name: 'redis-race-lab', version: '1.2.3' } as const;
const redis = { version: '7.0.15', product: 'redis', source: 'process', clock: 'shim' } as const;
const run = { tool, redis, ranAt: '2026-01-02T03:04:05.678Z' };
const HOSTILE = `</script><img src=x onerror=alert(1)>\u2028\u202E"'&<!--__proto__`;

let lost: RaceRecord;
beforeAll(async () => {
  lost = await readRecord(new URL('../../record/golden/lost-update.json', import.meta.url).pathname);
});

function resultOf(record: RaceRecord, name = 'get-set'): VariantResult {
  const { verdict: found } = record;
  const verdict = {
    kind: found.kind,
    scenario: record.scenario,
    workers: 2,
    invariant: found.invariant,
    message: found.observed,
    strategy: 'systematic',
    executions: 3,
    complete: false,
    bounds: { faults: 0 },
    capped: 0,
    minimal: record.minimal,
    record,
    redis,
    tookMs: 5,
  } as unknown as Verdict;
  return {
    lab: '01-lost-update',
    variant: name,
    expect: { kind: 'breaks', invariant: found.invariant },
    verdict,
    record: `records/a.json`,
  };
}

const page = (results: readonly VariantResult[], sources: Record<string, string> = {}): string =>
  renderPage(results, {
    run,
    measurements: [],
    readSource: (path) => sources[path],
    replayLine: (path) => `race-lab replay ${path}`,
  });

/** The data of a piece, as a browser reads it. */
function dataIn(html: string, id: string): unknown {
  const [, packed] = new RegExp(`<script type="application/gzip" id="${id}">([A-Za-z0-9+/=]*)</script>`).exec(
    html,
  )!;
  return JSON.parse(gunzipSync(Buffer.from(packed!, 'base64')).toString());
}

describe('a record on the page', () => {
  test('has the sentence, the steps and the values of the terminal', () => {
    const { sentence, lanes, steps, pair, terminal } = viewOf(lost, 'race-lab replay a.json');
    expect(terminal).toContain('race-lab replay a.json');
    expect(terminal.replaceAll(/\s+/g, ' ')).toContain(sentence);
    expect(lanes).toEqual(['w1', 'w2']);
    expect(steps).toHaveLength(lost.steps.length);
    expect(pair).toEqual(lost.explanation?.pair ?? null);
    const last = steps.findLast(({ changed }) => changed)!;
    expect(last.keys).toEqual([expect.objectContaining({ changed: true })]);
  });

  test('has every fact that the terminal has', () => {
    const elsewhere = { same: false, difference: { step: 3, first: 'SET c 1', second: 'the end' } };
    const record = { ...lost, reproduced: { times: 20, of: 20, elsewhere } };
    const { facts, terminal } = viewOf(record, 'race-lab replay a.json');
    const plain = (text: string): string => text.replaceAll(/\s+/g, ' ');
    for (const { name, text } of facts) expect(plain(terminal)).toContain(plain(`${name} ${text}`));
    expect(facts.map(({ text }) => text).join('\n')).toContain('and not in another one: there step 3 was');
  });

  test('shows the end of what is too long', () => {
    const [first] = lost.steps;
    const many = Array.from({ length: 5200 }, (_, at) => ({ ...first!, n: at + 1, id: `w1.${at}` }));
    const { steps, cut } = viewOf({ ...lost, explanation: undefined, steps: many }, '');
    expect([cut, steps.length, steps.at(-1)!.n]).toEqual([200, 5000, 5200]);
  });
});

test('a step comes after those of others that touch the same key, where one of them changes it', () => {
  const step = (n: number, worker: number, before: string | null, after: string | null) => ({
    ...lost.steps[0]!,
    n,
    worker,
    values: [{ key: 'k', before, after }],
  });
  const steps = [
    step(1, 1, null, null),
    step(2, 2, null, null),
    step(3, 2, null, '1'),
    step(4, 1, '1', '2'),
    step(5, 3, '2', '2'),
  ];
  // Two looks commute; what its own worker did needs no arrow; what follows from others is left out.
  expect(earlierSteps(steps)).toEqual([[], [], [1], [3], [4]]);
});

describe('what somebody else wrote', () => {
  test('never becomes markup', () => {
    expect(escapeHtml(HOSTILE)).not.toMatch(/[<>"']/);
    const script = jsonScript('a', { [HOSTILE]: HOSTILE });
    expect(script.match(/<\/?script/g)).toHaveLength(2);
    expect(script).not.toMatch(/[\u2028\u2029]/);
    expect(JSON.parse(script.replaceAll(/^<script[^>]*>|<\/script>$/g, ''))).toEqual({ [HOSTILE]: HOSTILE });
  });

  test('is data in the whole page, whichever field it is in', () => {
    const hostile = JSON.parse(
      JSON.stringify(lost, (key, value: unknown) =>
        typeof value === 'string' && !['kind', 'change', 'source', 'name', 'id', 'clock'].includes(key)
          ? HOSTILE
          : value,
      ),
    ) as RaceRecord;
    const html = page([resultOf(hostile, HOSTILE)]);
    expect(html.match(/<script/g)).toHaveLength(4);
    expect(html).not.toContain('<img');
    expect(html).not.toMatch(/[\u2028\u202E]/);
    expect(JSON.stringify(dataIn(html, 'record-0'))).toContain('onerror=alert(1)');
  });

  test('names no source outside of the project', () => {
    const asked: string[] = [];
    const read = (path: string): string => {
      asked.push(path);
      return path;
    };
    const wanted = ['/etc/passwd.js', '../a.ts', 'a/../../b.ts', 'notes.txt', '.env', 'src/a.ts'];
    expect(sourcesOf(wanted, read)).toEqual({ 'src/a.ts': 'src/a.ts' });
    expect(asked).toEqual(['src/a.ts']);
  });
});

describe('the page', () => {
  test('loads nothing, and names by hash what may run', () => {
    const html = page([resultOf(lost)], { [lost.steps[0]!.source!.replace(/:.*/, '')]: 'text' });
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(html)!;
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; /);
    expect(html).not.toMatch(/\b(?:src|href)="?https?:/);
    expect(html).not.toMatch(/ on\w+=/);
  });

  test('grows with its records', () => {
    const empty = page([]).length;
    const one = page([resultOf(lost)]).length - empty;
    const ten = page(Array.from({ length: 10 }, (_, at) => resultOf(lost, `v${at}`))).length - empty;
    expect(ten).toBeLessThan(11 * one);
  });
});
