/** One library, put in every hazard, and every failure run again. */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { serverText } from '../../harness/server/identity.js';
import type { Scoreboard, ScoreboardEntry } from '../../harness/suite/scoreboard/data.js';
import { ROOT } from '../root.js';
import { FOLDER, type Measured } from './kept.js';
import type { Library } from './libraries.js';

/** Executions at most for each bound of a hazard: so that all libraries take an hour at most. */
const RUNS = 300;
/** How often a failure is run again from its record. */
const TIMES = 20;

/** What a run of `race-lab suite` came to. */
export type Came = Omit<Scoreboard, 'suites'> & { readonly suite: Measured };

/**
 * Runs the suite of a library.
 *
 * @param folder - where its reports come to stand, apart from those of `race-lab run`
 * @param options - further ones of `race-lab suite`
 * @throws Error where it could not be run
 */
export async function measure(
  { name, file }: Library,
  folder: string,
  options: readonly string[] = [],
): Promise<Came & { readonly folder: string }> {
  const printed = await raceLab([
    'suite',
    file,
    '--json',
    '--out',
    folder,
    '--runs',
    String(RUNS),
    ...options,
  ]);
  const { suites, ...rest } = JSON.parse(printed) as Scoreboard;
  const suite = suites.find((one) => one.name === name);
  if (suite === undefined) throw new Error(`${file} exports no adapter called ${name}`);
  const [measuredOn] = new Date().toISOString().split('T') as [string];
  const measured = {
    ...suite,
    measuredOn,
    server: serverText(rest.redis!),
    node: process.versions.node,
  };
  return { ...rest, suite: measured, folder };
}

/** Runs what failed again from its record, and keeps the record. @throws Error where it does not come out the same */
export async function keepFailures(
  { notItsOwn }: Library,
  { suite, folder }: Awaited<ReturnType<typeof measure>>,
): Promise<Measured> {
  const records = fileURLToPath(new URL('records/', FOLDER));
  mkdirSync(records, { recursive: true });
  const results: ScoreboardEntry[] = [];
  for (const result of suite.results) {
    const kept = `${suite.name}--${result.hazard}.json`;
    const excuse = notItsOwn?.[result.hazard];
    if (result.outcome === 'fail' && excuse !== undefined) {
      rmSync(join(records, kept), { force: true });
      results.push({ ...result, outcome: 'unknown', why: excuse, record: null });
      continue;
    }
    if (result.outcome !== 'fail' || result.record === null) {
      rmSync(join(records, kept), { force: true });
      results.push(result);
      continue;
    }
    const record = join(folder, result.record);
    // What is kept of an earlier time stays until this one is certain.
    await raceLab(['replay', record, '--times', String(TIMES)], [0]);
    copyFileSync(record, join(records, kept));
    results.push({ ...result, record: `records/${kept}` });
  }
  return { ...suite, results };
}

/** What the command line prints; its progress is shown. @param fine - exit codes that are no error here: 1 and 2 are verdicts, too */
async function raceLab(words: readonly string[], fine: readonly number[] = [0, 1, 2]): Promise<string> {
  const program = ['--import', 'tsx', join('harness', 'cli', 'main.ts'), ...words];
  const child = spawn(process.execPath, program, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  const [code] = (await once(child, 'close')) as [number | null];
  const printed = Buffer.concat(parts).toString();
  const isRead = words[0] !== 'suite' || printed.startsWith('{');
  if (code !== null && fine.includes(code) && isRead) return printed;
  throw new Error(`race-lab ${words.join(' ')} ended with ${code}: ${printed.slice(-2000)}`);
}
