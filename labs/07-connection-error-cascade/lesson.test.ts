/** What the lesson shows is what comes out: its failures are those of the kept records. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readRecord } from '../../harness/record/read.js';
import { renderFailure } from '../../harness/report/print/failure.js';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const REPORTS = fileURLToPath(new URL('../../reports', import.meta.url));
/** As wide as the examples in the lesson. */
const COLUMNS = 120;

const lesson = readFileSync(join(FOLDER, 'README.md'), 'utf8');
/** Blocks that a failure was printed into. */
const shown = Array.from(lesson.matchAll(/^```(\w*)\n(.*?)^```/gms), ([, language, text]) => ({
  language,
  text,
}))
  .filter(
    ({ language, text }) =>
      language === '' && /^(?:✗ (?!07)| {2})/.test(text!) && !text!.includes('variant  '),
  )
  .map(({ text }) => text!.trimEnd());

const records = readdirSync(REPORTS).filter((name) => name.startsWith('07-'));
const printed = await Promise.all(
  records.map(async (name) => renderFailure(await readRecord(join(REPORTS, name)), { columns: COLUMNS })),
);

test('the lesson shows failures', () => {
  expect(shown.length).toBeGreaterThan(8);
});

test.each(shown)('one of them prints %j', (text) => {
  const parts = text
    .split('\n\n')
    .flatMap((part) => (/^ {2}expected/.test(part) ? part.split('\n') : [part]));
  const whose = printed.filter((print) => parts.every((part) => print.includes(part)));
  expect(whose.length).toBeGreaterThan(0);
});
