/** For tests: labs that need no Redis, and what the variants of them come to. */
import type { InternalExploreOptions } from '../../explore/internal-options.js';
import type { ReplayOptions, ReplayResult } from '../../explore/replay.js';
import type { RaceRecord, RecordedRun } from '../../record/format.js';
import type { Verdict } from '../../record/verdict.js';
import { lab, type Lab } from '../../scenario/lab.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario } from '../../scenario/types.js';
import type { Cleaned } from '../../server/clean.js';
import type { Survey } from '../../server/survey/survey.js';
import type { RedisServer, StartServerOptions } from '../../server/types.js';
import type { Runner } from '../context/context.js';

const uniform = scenario({ name: 'uniform', workers: async () => {}, invariants: [] });
const mixed = scenario({ name: 'mixed', workers: [async () => {}, async () => {}], invariants: [] });

/** Two labs with three variants, one for each kind of expectation. */
export const LABS: readonly Lab[] = [
  lab({
    id: '01-counting',
    title: 'Counting',
    variants: [
      {
        name: 'get-set',
        title: 'GET, add one, SET',
        scenario: { ...uniform, name: 'get-set' },
        expect: { kind: 'breaks', invariant: 'no lost update' },
        preemptions: 1,
      },
      { name: 'incr', title: 'INCR', scenario: { ...uniform, name: 'incr' }, expect: { kind: 'holds' } },
    ],
  }),
  lab({
    id: '02-locking',
    title: 'Locking',
    variants: [{ name: 'mixed', title: 'two different workers', scenario: mixed, expect: { kind: 'hangs' } }],
  }),
];

/** What a fake runner was asked for. */
export interface Asked {
  server: StartServerOptions | undefined;
  explored: { scenario: Scenario; options: InternalExploreOptions }[];
  replayed: ReplayOptions[];
  ran: RecordedRun[];
  /** How often the server was stopped. */
  stopped: number;
  /** How often its environment was closed. */
  closed: number;
}

/** What a fake runner does instead of what it does by default. */
export interface Faked {
  readonly cleaned?: Partial<Cleaned>;
  readonly survey?: Partial<Survey>;
  /** What the variants come to; by default what is expected. */
  readonly verdicts?: Readonly<Record<string, Partial<Verdict> | Error>>;
  /** What a shared schedule comes to; null where nothing is wrong. */
  readonly played?: RaceRecord | null;
  readonly replay?: Partial<ReplayResult>;
  readonly startServer?: (options: StartServerOptions) => Promise<RedisServer>;
  /** What Ctrl-C aborts. */
  readonly abort?: AbortController;
  /** The server is gone when an exploration has failed. */
  readonly lost?: boolean;
  readonly map?: Runner['faultMap'];
  /** Presses Ctrl-C while this variant is explored, or a schedule of it is run. */
  readonly interruptAt?: string;
}

/** The server that is never there. */
export const SERVER = {
  version: '7.0.15',
  product: 'redis',
  source: 'process',
  clockMode: 'shim',
  description: 'fake',
  endpoint: { host: '127.0.0.1', port: 1 },
} as const;

/** What a variant comes to that breaks as in this record. */
export function broken(record: RaceRecord): Partial<Verdict> {
  const { kind, invariant, expected, observed } = record.verdict;
  const message = `${invariant}: expected ${expected}, observed ${observed}`;
  return { kind, invariant, message, complete: false, executions: 3, minimal: record.minimal, record };
}

/**
 * A runner that runs nothing.
 *
 * @param asked - takes what it is asked for
 * @param finding - what the variant that is expected to break comes to
 */
export function fakeRunner(faked: Faked, asked: Asked, abort: AbortController, finding: RaceRecord): Runner {
  return {
    startServer: async (options) => {
      asked.server = options;
      if (faked.startServer !== undefined) return await faked.startServer(options);
      return { ...SERVER, stop: async () => void (asked.stopped += 1) };
    },
    openEnvironment: async () => ({
      close: () => void (asked.closed += 1),
      restore: async () => {},
      clean: () => {},
      emptied: () => (faked.lost === true ? Promise.reject(new Error('lost Redis')) : Promise.resolve()),
    }),
    explore: async (explored, options) => {
      asked.explored.push({ scenario: explored, options });
      options.onProgress?.({ executions: 50, pending: 100, phase: 'exploring' });
      if (faked.interruptAt === explored.name) abort.abort();
      const usual: Record<string, Partial<Verdict>> = {
        'get-set': broken(finding),
        mixed: { kind: 'hangs', invariant: 'every worker settles' },
      };
      const wanted = faked.verdicts?.[explored.name] ?? usual[explored.name] ?? {};
      if (wanted instanceof Error) throw wanted;
      return verdictOf(explored, options, wanted);
    },
    faultMap: (mapped, options) =>
      faked.map?.(mapped, options) ?? Promise.reject(new Error('not in this test')),
    playedRecord: async (_, { scenario: played }, __, signal) => {
      if (faked.interruptAt === played.name) abort.abort();
      signal?.throwIfAborted();
      return faked.played === undefined ? finding : (faked.played ?? undefined);
    },
    confirm: async () => [],
    mapShare: () => Promise.reject(new Error('not in this test')),
    survey: async () => ({
      engine: { answers: false, detail: 'no container engine', images: [] },
      servers: [],
      cache: '/somewhere',
      notes: [],
      ...faked.survey,
    }),
    prefetch: async ({ version }) => [`${version ?? 'any server'} is here`],
    cleanUp: async () => ({
      removed: ['cache /somewhere (1.0 MB)'],
      problems: [],
      kept: [],
      ...faked.cleaned,
    }),
    inspect: () => Promise.reject(new Error('not in this test')),
    replayGuided: () => Promise.reject(new Error('not in this test')),
    replay: async (_, record, options) => {
      asked.replayed.push(options);
      asked.ran.push(record);
      return { ...(await replayed(record, options)), ...faked.replay };
    },
  };
}

function verdictOf(
  { name, workers, faults }: Scenario,
  options: InternalExploreOptions,
  fields: Partial<Verdict>,
): Verdict {
  return {
    kind: 'holds',
    scenario: name,
    workers: workers.length,
    invariant: undefined,
    message: 'all 6 executions within the bounds, nothing wrong',
    strategy: options.strategy ?? 'auto',
    executions: 6,
    complete: true,
    bounds: { preemptions: options.preemptions ?? 2, faults: faults.budget },
    capped: 0,
    minimal: undefined,
    record: undefined,
    redis: { version: '7.0.15', product: 'redis', source: 'process', clock: 'shim' },
    tookMs: 12,
    ...fields,
  };
}

/** Every run comes out as recorded. */
async function replayed(record: RecordedRun, options: ReplayOptions): Promise<ReplayResult> {
  const of = options.times ?? 1;
  for (const { n } of record.steps) await options.onStep?.(record.steps.slice(0, n));
  return { same: of, of, firstDifference: undefined, steps: record.steps, verdict: record.verdict };
}
