/**
 * Makes the kept corpus anew: of every pair, or of those that are named. What was measured of others before stays.
 *
 *   npm run corpus
 *   npm run corpus -- P1 P4
 *   npm run corpus -- --explore P1    only what the lab finds; what else was tried stays as it is
 *   npm run corpus -- --plain P1      only what else was tried; what the lab finds stays as it is
 *   npm run corpus -- --page          writes only the page again, after a change of pairs.json or of the scoreboard
 *   npm run corpus -- --print P1      prints what the lab finds as JSON, and writes nothing
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serverText } from '../../harness/server/identity.js';
import { writeRecord } from '../../harness/record/write.js';
import { explored } from './explored.js';
import { FOLDER, KEPT_FILE, readKeptCorpus, type KeptCorpus, type Measured } from './kept.js';
import { PAIRS, type Pair } from './pairs.js';
import { triedWithoutTheLab } from './without.js';
import { writeCorpusPage } from './write-page.js';

const words = process.argv.slice(2);
const flags = words.filter((word) => word.startsWith('--'));
const named = words.filter((word) => !word.startsWith('--'));
const unknown =
  flags.find((flag) => !['--explore', '--plain', '--page', '--print'].includes(flag)) ??
  named.find((word) => !PAIRS.some(({ id }) => id === word));
const pairs = named.length === 0 ? PAIRS : PAIRS.filter(({ id }) => named.includes(id));
if (unknown !== undefined) {
  const known = PAIRS.map(({ id }) => id).join(', ');
  console.error(
    `corpus: there is no "${unknown}"; there are ${known}, --explore, --plain, --page and --print`,
  );
  process.exitCode = 2;
} else if (flags.includes('--page')) writeCorpusPage();
else if (flags.includes('--print')) await print();
else await make();
// Packages of those years keep connections and timers.
process.exit();

async function print(): Promise<void> {
  for (const pair of pairs) {
    const { explored: came } = await explored(pair, console.error);
    console.log(JSON.stringify({ id: pair.id, explored: came }));
  }
}

/** After each pair everything is written: what was measured is kept whatever becomes of the next one. */
async function make(): Promise<void> {
  for (const pair of pairs) {
    const measured = await measure(pair);
    const others = readKeptCorpus().pairs.filter(({ id }) => id !== pair.id);
    write({ format: 1, pairs: inOrder([...others, measured]) });
  }
}

async function measure(pair: Pair): Promise<Measured> {
  const before = readKeptCorpus().pairs.find(({ id }) => id === pair.id);
  if (before !== undefined && flags.includes('--plain'))
    return { ...before, plain: await triedWithoutTheLab(pair, console.log) };
  const { explored: came, verdict } = await explored(pair, console.log);
  const record = verdict.record === undefined ? null : `records/${pair.id}.json`;
  if (record !== null) await writeRecord(fileURLToPath(new URL(record, FOLDER)), verdict.record!);
  const isTried = before !== undefined && flags.includes('--explore');
  const plain = isTried ? before.plain : await triedWithoutTheLab(pair, console.log);
  const [measuredOn] = new Date().toISOString().split('T') as [string];
  const server = serverText(verdict.redis);
  return { id: pair.id, explored: came, record, plain, measuredOn, server, node: process.versions.node };
}

function inOrder(measured: readonly Measured[]): Measured[] {
  const place = (id: string): number => PAIRS.findIndex((pair) => pair.id === id);
  return measured.filter(({ id }) => place(id) >= 0).toSorted((a, b) => place(a.id) - place(b.id));
}

function write(kept: KeptCorpus): void {
  writeFileSync(KEPT_FILE, `${JSON.stringify(kept, undefined, 2)}\n`);
  writeCorpusPage();
}
