/** What a lesson shows is what the lab says today: tables of results, and findings, as the kept records print them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readRecord, renderFailure, type RaceRecord } from '../harness/index.js';
import { INTERLEAVINGS } from '../test/support/lab-variants.js';
import { labs } from './index.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** As wide as what is pasted into the lessons. */
const COLUMNS = 120;
/** The first line of the steps of a finding. */
const STEPS = /^ +# /m;
/** What only the run knows that found it, and on which Redis. */
const OF_A_RUN = /^ {2}(?:explored|with|replay) /;
/** A row of results: variant, expected and found verdict, executions, and how small the finding is. */
const ROW = /^[✓✗] {2}(\S+) +(holds|breaks|hangs) +(\w+) +(all )?([\d,]+)(?: +(\S.*))?$/gm;

/** What stands between fences, without a language: what a terminal shows. */
function shownIn(lab: string): string[] {
  const text = readFileSync(join(ROOT, 'labs', lab, 'README.md'), 'utf8');
  return Array.from(text.matchAll(/^```(\w*)\n(.*?)\n```/gms)).flatMap(([, language, code]) =>
    language === '' ? [code!] : [],
  );
}

async function recordsOf(lab: string): Promise<Map<string, RaceRecord>> {
  const files = readdirSync(join(ROOT, 'reports')).filter((name) => name.startsWith(`${lab}--`));
  const records = files.map((name) => readRecord(join(ROOT, 'reports', name)));
  return new Map((await Promise.all(records)).map((record) => [record.variant!, record]));
}

/** Are these lines in that text, in this order? @returns the first that is not */
function firstMissing(lines: readonly string[], text: string): string | undefined {
  const left = text.split('\n').map((line) => line.trimEnd());
  return lines.find((line) => {
    const at = left.indexOf(line.trimEnd());
    left.splice(0, at + 1);
    return at < 0;
  });
}

/** Those that explore; what is measured has a test of its own. */
const LESSONS = labs.filter(({ variants }) => variants.length > 0);
/** Of lab 07 a test of its own looks at the findings, which it shows in parts. */
const SHOWING_FINDINGS = LESSONS.filter(({ id }) => !id.startsWith('07-'));

/** What the lesson of a lab says in a section. */
function sectionOf(lab: string, title: string, level = '##'): string {
  const text = readFileSync(join(ROOT, 'labs', lab, 'README.md'), 'utf8');
  return text.split(`\n${level} ${title}\n`)[1]?.split('\n## ')[0] ?? '';
}

/** Questions or answers, each with its number. */
function numbered(text: string): string[] {
  return Array.from(text.matchAll(/^(\d+)\. /gm), ([, number]) => number!);
}

describe.each(labs)('what the lesson of $id tells', ({ id, variants, measurements = [] }) => {
  const text = readFileSync(join(ROOT, 'labs', id, 'README.md'), 'utf8');

  test('its story is shown, sentence by sentence, by what there is', () => {
    const table =
      /(?:What the story says, and where it is shown:|### Each sentence of the story, and where it is)\n\n(\|.*?)\n\n/s.exec(
        text,
      );
    const rows = table![1]!.split('\n').slice(2);
    expect(rows.length).toBeGreaterThan(5);
    const named = rows.map((row) =>
      Array.from(row.split('|')[2]!.matchAll(/`([^`]+)`/g), ([, name]) => name!),
    );
    const known = [...variants, ...measurements].map(({ name }) => name);
    const names = named.flat().filter((name) => known.includes(name) || /^[a-z]+(?:-[a-z0-9]+)+$/.test(name));
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    for (const { name } of variants) expect(names, 'in no row').toContain(name);
  });

  test('each question has an answer for whoever teaches', () => {
    const answers = readFileSync(join(ROOT, 'labs', 'README.md'), 'utf8').split('## Expected answers')[1]!;
    const own = answers.split(/^\*\*(?=\d\d )/m).find((part) => part.startsWith(id.slice(0, 2)))!;
    const questions = numbered(sectionOf(id, 'Predict'));
    expect(questions.length).toBeGreaterThan(3);
    // One more, about the exercise.
    expect(numbered(own.split('\n## ')[0]!)).toEqual([...questions, String(questions.length + 1)]);
  });
});

describe.each(LESSONS)('the lesson of $id', ({ id, variants }) => {
  const shown = shownIn(id);

  test('shows the results as they are', async () => {
    const records = await recordsOf(id);
    const [table] = shown.filter((block) => block.includes(`\n${id}\n`));
    const rows = Array.from(table!.matchAll(ROW));
    expect(rows.map(([, name]) => name)).toEqual(variants.map(({ name }) => name));
    for (const [, name, expected, found, all, executions, size] of rows) {
      const variant = variants.find((one) => one.name === name)!;
      expect([expected, found], name).toEqual([variant.expect.kind, variant.expect.kind]);
      const record = records.get(name!);
      const count = Number(executions!.replace(',', ''));
      if (record === undefined) {
        expect(all, name).toBe('all ');
        // Of the others the tests of the labs say how many there are.
        expect(count, name).toBe(INTERLEAVINGS[`${id}/${name}`] ?? count);
        continue;
      }
      const { workers, steps, preemptions, faults } = record.minimal;
      expect(size, name).toBe(`${workers}w ${steps}s ${preemptions}p ${faults}f`);
      expect(count, name).toBe(record.found.execution);
    }
  });

  test.skipIf(!SHOWING_FINDINGS.some((one) => one.id === id))(
    'shows findings as their records print them',
    async () => {
      const records = [...(await recordsOf(id)).values()];
      const prints = records.flatMap((one) =>
        [false, true].map((all) => renderFailure(one, { columns: COLUMNS, all })),
      );
      const findings = shown.filter((block) => STEPS.test(block) || block.startsWith('✗ '));
      expect(findings.length).toBeGreaterThan(3);
      for (const block of findings) {
        const lines = block.split('\n').filter((line) => line !== '' && !OF_A_RUN.test(line));
        const missing = prints.map((text) => firstMissing(lines, text));
        expect(missing, `in no record of ${id} there is all of\n${block}`).toContain(undefined);
      }
    },
  );
});
