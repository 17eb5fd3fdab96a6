import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ScenarioError } from '../../scenario/errors.js';
import type { Environment } from '../../execution/host/environment.js';
import type { Scenario } from '../../scenario/types.js';
import { sightsSchema, type Sights } from '../sights/sights.js';
import type { Resumable, Strategy } from '../strategy/strategy.js';
import { stateSchema, type SavedState } from './saved-state.js';

/** Version of what is saved; another one cannot be gone on with. */
const FORMAT = 4;

const count = z.int().min(0);
const savedSchema = z.strictObject({
  kind: z.literal('race-lab search'),
  format: z.literal(FORMAT),
  of: z.string(),
  executions: count,
  /** Planned faults that could have struck somewhere so far. */
  offered: z.array(count),
  /** What raced, and what was reached. */
  sights: sightsSchema,
  state: stateSchema,
});

/** A search that was interrupted, as it is kept in a file. @internal */
export type SavedSearch = z.infer<typeof savedSchema>;

/** What a search depends on: with anything else its tree means nothing. @internal */
export interface SearchSubject {
  readonly scenario: Scenario;
  /** Of the random numbers of the workers. */
  readonly seed: number;
  /** One that can be gone on with, or not. */
  readonly strategy: Strategy | (Strategy & Resumable<SavedState>);
  /** Version of the server, and how its clock is ruled. */
  readonly server: string;
}

/** The subject of an exploration. @internal */
export function subjectOf(
  {
    environment: { server },
    scenario,
    checked: { seed },
  }: {
    readonly environment: Pick<Environment, 'server'>;
    readonly scenario: Scenario;
    readonly checked: { readonly seed: number };
  },
  strategy: SearchSubject['strategy'],
): SearchSubject {
  const { version, product, clockMode } = server;
  return { scenario, seed, strategy, server: `${product} ${version} ${clockMode}` };
}

/** @returns undefined for a strategy that cannot be gone on with, or has nothing left to do @internal */
export function saveSearch(
  subject: SearchSubject,
  offered: ReadonlySet<number>,
  sights: Sights,
): SavedSearch | undefined {
  const { strategy } = subject;
  const state = 'save' in strategy ? strategy.save() : undefined;
  if (state === undefined) return undefined;
  return {
    kind: 'race-lab search',
    format: FORMAT,
    of: identityOf(subject),
    executions: strategy.status.tally?.executions ?? 0,
    offered: [...offered].sort((a, b) => a - b),
    sights,
    state,
  };
}

/**
 * Checks the text of a file.
 *
 * @param name - what to call it in errors
 * @throws ScenarioError in one line
 * @internal
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

/**
 * Goes on with a search. @throws ScenarioError when it is not of this scenario, with these bounds, on this server
 *
 * @internal
 */
export function restoreSearch(saved: SavedSearch, subject: SearchSubject): void {
  const { strategy, scenario } = subject;
  if (!('restore' in strategy) || saved.of !== identityOf(subject)) {
    throw new ScenarioError(
      `the saved search is not of "${scenario.name}" as it is now, with these options, on this server: start anew, without --resume`,
    );
  }
  strategy.restore(saved.state);
}

function identityOf({ scenario, seed, strategy, server }: SearchSubject): string {
  const { name, workers, setup, sharedClient, clientOptions, profile, transport, faults, maxSteps } =
    scenario;
  const { workersMayFail, interchangeable } = scenario;
  const text = JSON.stringify([
    [
      name,
      sharedClient,
      profile,
      clientOptions,
      transport,
      faults,
      maxSteps,
      workersMayFail,
      interchangeable,
    ],
    // The code of the workers, as far as it can be seen; what else has changed shows when a step is another one.
    workers.map(String),
    String(setup),
    scenario.invariants.map(({ id, check }) => [id, String(check)]),
    [seed, 'limits' in strategy ? strategy.limits : undefined, server],
  ]);
  return createHash('sha1').update(text).digest('hex');
}
