/** For tests: the command line against labs that need no Redis. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import type { RaceRecord } from '../../record/format.js';
import { readRecord } from '../../record/read.js';
import type { CliContext } from '../context/context.js';
import { runCli } from '../program.js';
import type { Lab } from '../../scenario/lab.js';
import type { AskLine } from '../terminal/lines.js';
import type { Output } from '../../report/terminal/output.js';
import { fakeRunner, LABS, type Asked, type Faked } from './fake-lab.js';

const FINDING = new URL('../../record/golden/lost-update.json', import.meta.url).pathname;

/** What is not as usual in a command line of a test. */
export interface Unusual extends Faked {
  /** Default: 80. */
  readonly columns?: number;
  readonly waitForEnter?: () => Promise<void>;
  readonly askLine?: AskLine;
  /** The working directory. Default: this checkout, where everything means the labs. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Default: two that need no Redis. */
  readonly labs?: readonly Lab[];
  /** What files export. */
  readonly importFile?: CliContext['importFile'];
  /** Called whenever something is written on standard output. */
  readonly onOut?: () => void;
}

/** What a command line came to. */
export interface Called {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly asked: Asked;
}

/** A command line with a folder of its own, new for every test. */
export interface CommandLine {
  /** Runs it. @param args - words with spaces between them; reports go to `latest` in the folder */
  readonly cli: (args: string, unusual?: Unusual) => Promise<Called>;
  /** Runs it with wrong input. @returns the one line that this gets */
  readonly refused: (args: string, unusual?: Unusual) => Promise<string>;
  readonly folder: string;
  /** A finding of the variant 01-counting/get-set. */
  readonly lost: RaceRecord;
}

/** Prepares a command line before each test, and cleans up after it. */
export function useCommandLine(): CommandLine {
  let folder = '';
  let lost: RaceRecord;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'race-lab-cli-'));
    lost = { ...(await readRecord(FINDING)), lab: '01-counting', variant: 'get-set' };
  });
  afterEach(() => rm(folder, { recursive: true }));
  const cli: CommandLine['cli'] = (args, unusual = {}) => {
    const words = args.split(' ').filter((word) => word !== '');
    if (words[0] === 'run' && !args.includes('--out')) words.push('--out', join(folder, 'latest'));
    return call(words, unusual, lost);
  };
  const refused: CommandLine['refused'] = async (args, unusual) => {
    const { code, out, err, asked } = await cli(args, unusual);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^race-lab: .*\n$/);
    expect(asked.explored).toEqual([]);
    return err.trim().replace('race-lab: ', '');
  };
  return {
    cli,
    refused,
    get folder() {
      return folder;
    },
    get lost() {
      return lost;
    },
  };
}

async function call(words: readonly string[], unusual: Unusual, finding: RaceRecord): Promise<Called> {
  const asked: Asked = { server: undefined, explored: [], replayed: [], ran: [], stopped: 0, closed: 0 };
  const abort = unusual.abort ?? new AbortController();
  const written = { out: '', err: '' };
  const output = (name: 'out' | 'err'): Output => ({
    write: (text) => {
      written[name] += text;
      if (name === 'out') unusual.onOut?.();
    },
    columns: unusual.columns ?? 80,
    colour: false,
    rewritable: false,
  });
  const context: CliContext = {
    out: output('out'),
    err: output('err'),
    loadLabs: async () => unusual.labs ?? LABS,
    cwd: unusual.cwd ?? process.cwd(),
    env: unusual.env ?? {},
    importFile: unusual.importFile ?? ((path) => Promise.reject(new Error(`${path} is not in this test`))),
    loadRunner: async () => fakeRunner(unusual, asked, abort, finding),
    waitForEnter: unusual.waitForEnter,
    askLine: unusual.askLine,
    signal: abort.signal,
    version: '1.2.3',
    invocation: 'npx race-lab',
  };
  const code = await runCli(words, context);
  return { code, asked, ...written };
}
