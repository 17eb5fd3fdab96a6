// What a run of the checks comes to, for the end of its output, which is often all that is kept of it: each test that
// failed, by its pass, file and name, with the beginning of what it said, and the counts as the last line.
//
//   node summary.mjs FOLDER NAME...
//
// A pass NAME leaves NAME.status (its exit code) and NAME.log (its output) in FOLDER; a pass of tests also NAME.json
// (as reporter.mjs writes it), and one that runs labs NAME.results.json.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Lines that are shown of a message, of the output of a pass that says nothing else, and failures shown in full. */
const MESSAGE_LINES = 14;
const LOG_LINES = 25;
const FULL = 30;

/** The lines of a text, without what only a terminal shows; the first ones, or with a negative number the last. */
function some(text, count) {
  const lines = stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => line.trim() !== '');
  if (lines.length <= Math.abs(count)) return lines;
  return count > 0 ? [...lines.slice(0, count), '…'] : ['…', ...lines.slice(count)];
}

/** The variants of labs that did not turn out as expected. */
function unexpected({ results }) {
  return results
    .filter(({ expected, verdict }) => expected !== verdict)
    .map(({ lab, variant, expected, verdict }) => ({
      what: `${lab}/${variant}`,
      message: `expected ${expected}, but it is ${verdict}`,
    }));
}

/** What a pass came to. One that failed and does not say where has failed once, with the end of its output. */
function readPass(folder, name) {
  const read = (kind) => {
    const file = join(folder, `${name}.${kind}`);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
  const report = JSON.parse(read('json') ?? '{"passed":0,"skipped":0,"failures":[]}');
  const failures = [...report.failures, ...unexpected(JSON.parse(read('results.json') ?? '{"results":[]}'))];
  const shown = failures.map(({ what, message }) => ({ what, lines: some(message, MESSAGE_LINES) }));
  const code = read('status')?.trim();
  if (code !== '0' && shown.length === 0) {
    const what = code === undefined ? 'it did not end' : `it ended with exit code ${code}`;
    shown.push({ what, lines: some(read('log') ?? '', -LOG_LINES) });
  }
  return { ...report, failures: shown };
}

const [folder, ...names] = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };
for (const name of names) {
  const { passed, skipped, failures } = readPass(folder, name);
  sum.passed += passed;
  sum.skipped += skipped;
  for (const { what, lines } of failures) {
    sum.failed += 1;
    console.log(`✗ ${name}: ${what}`);
    if (sum.failed <= FULL) for (const line of lines) console.log(`    ${line}`);
  }
}
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
