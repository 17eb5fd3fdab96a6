/**
 * Benchmarks, all from one run on one server. What depends on the machine is given as a ratio whose two sides took
 * turns. Run on the built code, as users run it.
 */
import { Command, InvalidArgumentError } from 'commander';
import { Redis } from 'ioredis';
import { startServer } from '../harness/server/index.js';
import { firstFailure } from './first-failure.js';
import { jobs } from './jobs.js';
import { linearizability } from './linearizability.js';
import { memory } from './memory.js';
import { page } from './page.js';
import type { Part, Table } from './part.js';
import { proofs } from './proofs.js';
import { scaling } from './scaling.js';
import { renderTable } from './table.js';
import { throughput } from './throughput.js';

const PARTS: readonly Part[] = [
  throughput,
  proofs,
  scaling,
  jobs,
  memory,
  linearizability,
  firstFailure,
  page,
];
const NAMES = PARTS.map(({ name }) => name);

interface Flags {
  readonly only?: readonly string[];
  readonly long?: boolean;
  readonly json?: boolean;
  readonly seconds: number;
  readonly etcd?: string;
}

// A search is over when its executions are, or the seconds that it was given.
process.env['RACE_LAB_SECONDS'] ??= 'none';

const program = new Command('npm run bench --')
  .description('Measures the lab, as ratios from one run on one server.')
  .option('--only <part>', `just this part (repeatable): ${NAMES.join(', ')}`, collectPart)
  .option('--long', 'also what takes many minutes: memory after 300,000 executions, proofs of up to 20,000')
  .option('--seconds <s>', 'at most, for each search for a first failure', seconds, 20)
  .option('--etcd <folder>', 'logs of etcd by Jepsen, as in test_data/jepsen of Porcupine: checks these, too')
  .option('--json', 'print the results as JSON, and nothing else')
  .addHelpText(
    'after',
    `\nParts:\n${PARTS.map(({ name, about }) => `  ${name.padEnd(15)}${about}`).join('\n')}`,
  )
  .parse();
const flags = program.opts<Flags>();

const server = await startServer({ notify: (line) => console.error(line) });
const plain = new Redis(server.endpoint);
try {
  await plain.ping();
  const { product, version, clockMode, description } = server;
  const print = (text: string): void => {
    if (flags.json !== true) console.log(text);
  };
  print(`# ${product} ${version}, clock ${clockMode} (${description}), Node ${process.versions.node}\n`);
  const tables: Record<string, Table> = {};
  for (const part of PARTS.filter(({ name }) => flags.only === undefined || flags.only.includes(name))) {
    console.error(`${part.name}: ${part.about} …`);
    const options = { long: flags.long === true, seconds: flags.seconds, etcd: flags.etcd };
    const table = await part.run({ server, plain, options });
    tables[part.name] = table;
    print(renderTable(table));
  }
  if (flags.json === true) {
    const redis = { product, version, clock: clockMode };
    console.log(JSON.stringify({ redis, node: process.versions.node, parts: tables }, undefined, 2));
  }
} finally {
  plain.disconnect();
  await server.stop();
}

function collectPart(text: string, before: readonly string[] = []): readonly string[] {
  if (!NAMES.includes(text)) throw new InvalidArgumentError(`One of ${NAMES.join(', ')}.`);
  return [...before, text];
}

function seconds(text: string): number {
  const number = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('Give a number of seconds above 0.');
}
