import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ScenarioError, type Scenario } from '../../scenario.js';
import type { Strategy } from '../strategy.js';

/** Version of what is saved; another one cannot be gone on with. */
const FORMAT = 3;

const footprint = z.union([
  z.literal('everything'),
  z.array(z.strictObject({ resource: z.string(), mode: z.enum(['read', 'add', 'write']) })),
]);
const event = z.strictObject({
  key: z.string(),
  label: z.string(),
  footprint,
  worker: z.int().min(0),
  cost: z.enum(['fault', 'delay']).optional(),
  place: z.array(z.int()).optional(),
  settles: z.array(z.int()).optional(),
  follows: z.array(z.int()).optional(),
  fleeting: z.literal(true).optional(),
});
const wakeup = z.strictObject({
  event,
  get children() {
    return z.array(wakeup);
  },
});
const count = z.int().min(0);
const node = z.strictObject({
  sleep: z.array(event),
  wakeup: z.array(wakeup),
  chosen: event,
  done: count,
});

const counts = z.array(count);
const names = z.array(z.string());
const seen = { all: counts, after: z.array(z.tuple([z.string(), counts])) };
const forecast = z.strictObject({
  steps: z.strictObject({
    kinds: z.array(
      z.strictObject({
        name: z.string(),
        outcomes: z.array(z.tuple([names, names, names, names])),
        ...seen,
      }),
    ),
    steps: z.array(z.strictObject({ event, kind: z.string(), ...seen })),
  }),
  due: count,
  total: count.optional(),
});

/** The state of an exhaustive search between two executions. */
export const stateSchema = z.strictObject({
  search: z.strictObject({
    path: z.array(node),
    ahead: z.array(wakeup),
    started: z.boolean(),
    counts: z.strictObject({ maximal: count, capped: count, redundant: count }),
    forecast,
  }),
  aspects: z.array(z.union([z.string(), z.tuple([z.string(), z.string(), z.string()])])),
  lost: count,
  cappedBy: z.string().optional(),
  heldBack: z.boolean(),
});
export type SavedState = z.infer<typeof stateSchema>;

const savedSchema = z.strictObject({
  kind: z.literal('race-lab search'),
  format: z.literal(FORMAT),
  of: z.string(),
  executions: count,
  /** Planned faults that could have struck somewhere so far. */
  offered: z.array(count),
  state: stateSchema,
});

/** A search that was interrupted, as it is kept in a file. */
export type SavedSearch = z.infer<typeof savedSchema>;

/** What a search depends on: with anything else its tree means nothing. */
export interface SearchSubject {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly strategy: Strategy;
  /** Version of the server, and how its clock is ruled. */
  readonly server: string;
}

/** @returns undefined for a strategy that cannot be gone on with, or has nothing left to do */
export function saveSearch(subject: SearchSubject, offered: ReadonlySet<number>): SavedSearch | undefined {
  const { strategy } = subject;
  const state = strategy.save?.();
  if (state === undefined) return undefined;
  return {
    kind: 'race-lab search',
    format: FORMAT,
    of: identityOf(subject),
    executions: strategy.tally?.executions ?? 0,
    offered: [...offered].sort((a, b) => a - b),
    state: state as SavedState,
  };
}

/**
 * Checks the text of a file.
 *
 * @param name - what to call it in errors
 * @throws ScenarioError in one line
 */
export function parseSearch(text: string, name: string): SavedSearch {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new ScenarioError(`${name} is no saved search: it is not JSON`, { cause: error });
  }
  const kind = (data as { kind?: unknown } | null)?.kind;
  if (kind !== 'race-lab search') throw new ScenarioError(`${name} is no saved search`);
  if ((data as { format?: unknown }).format !== FORMAT)
    throw new ScenarioError(`${name} was saved by another version: start anew, without --resume`);
  const parsed = savedSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new ScenarioError(
    `${name} is damaged: ${path.join('.')}: ${message.replaceAll(/\s*\n\s*/g, ' ')}; start anew, without --resume`,
  );
}

/** Goes on with a search. @throws ScenarioError when it is not of this scenario, with these bounds, on this server */
export function restoreSearch(saved: SavedSearch, subject: SearchSubject): void {
  const { strategy, scenario } = subject;
  if (strategy.restore === undefined || saved.of !== identityOf(subject)) {
    throw new ScenarioError(
      `the saved search is not of "${scenario.name}" as it is now, with these options, on this server: start anew, without --resume`,
    );
  }
  strategy.restore(saved.state);
}

function identityOf({ scenario, seed, strategy, server }: SearchSubject): string {
  const { name, workers, setup, clients, clientOptions, profile, way, faults, maxSteps } = scenario;
  const { workersMayFail, interchangeable } = scenario;
  const text = JSON.stringify([
    [name, clients, profile, clientOptions, way, faults, maxSteps, workersMayFail, interchangeable],
    // The code of the workers, as far as it can be seen; what else has changed shows when a step is another one.
    workers.map(String),
    String(setup),
    scenario.invariants.map(({ id, check }) => [id, String(check)]),
    [seed, strategy.limits, server],
  ]);
  return createHash('sha1').update(text).digest('hex');
}
