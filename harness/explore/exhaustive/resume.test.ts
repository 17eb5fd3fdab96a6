import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defined } from '../../base/defined.js';
import { Environment } from '../../execution/host/environment.js';
import { ScenarioError } from '../../scenario/errors.js';
import type { Scenario } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { exploreWith } from '../explore.js';
import type { InternalExploreOptions } from '../internal-options.js';
import { CrewOfHands } from '../testing/crew-of-hands.js';
import { inSessions } from '../testing/in-sessions.js';
import { exclusive } from '../testing/exclusive.js';
import type { Verdict } from '../../record/verdict.js';
import { parseSearch, type SavedSearch } from './saved.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

async function savedAfter(runs: number): Promise<SavedSearch> {
  let saved: SavedSearch | undefined;
  const onUnfinished = (search: SavedSearch): void => void (saved = search);
  await exploreWith(exclusive, { session: environment, strategy: 'exhaustive', runs, onUnfinished });
  return saved!;
}

describe('a search that was interrupted', () => {
  test('should come to the same in the end', async () => {
    const whole = await exploreWith(exclusive, { session: environment, strategy: 'exhaustive' });
    expect(whole).toMatchObject({ kind: 'holds', complete: true });
    for (const runs of [7, 30]) {
      const { verdict, sessions } = await inSessions(environment, exclusive, runs, (saved, session) => {
        expect(session).toMatchObject({ kind: 'incomplete', complete: false });
        expect(saved.executions).toBe(session.executions);
      });
      expect(sessions).toBeGreaterThan(1);
      const { kind, complete, executions, message, bounds, redundant } = whole;
      expect(verdict).toMatchObject({ kind, complete, executions, message, bounds, redundant });
    }
  });

  test('should be kept when somebody stops it', async () => {
    const stop = new AbortController();
    let saved: SavedSearch | undefined;
    const verdict = await exploreWith(exclusive, {
      session: environment,
      strategy: 'exhaustive',
      signal: stop.signal,
      onProgress: () => stop.abort(),
      onUnfinished: (search) => (saved = search),
    });
    expect(verdict.kind).toBe('incomplete');
    expect(saved?.executions).toBe(verdict.executions);
  });

  test('should go on with any number of processes, whoever began it', async () => {
    const whole = await exploreWith(exclusive, { session: environment, strategy: 'exhaustive' });
    const { kind, complete, executions, message, bounds, redundant } = whole;
    const crewOf = (size: number) =>
      size === 1
        ? undefined
        : new CrewOfHands(
            Array.from({ length: size }, () => environment),
            exclusive,
          );
    for (const [before, after] of [
      [2, 1],
      [2, 3],
      [1, 2],
    ] as const) {
      const stop = new AbortController();
      let saved: SavedSearch | undefined;
      const session = async (size: number, options: InternalExploreOptions): Promise<Verdict> => {
        const crew = crewOf(size);
        const verdict = await exploreWith(exclusive, {
          session: environment,
          strategy: 'exhaustive',
          // As long as executions are composed, others have nothing to do.
          predict: false,
          ...defined({ crew }),
          ...options,
        });
        if (crew !== undefined) expect(crew.executions).toBeGreaterThan(0);
        await crew?.close();
        return verdict;
      };
      const stopped = await session(before, {
        signal: stop.signal,
        onProgress: () => stop.abort(),
        onUnfinished: (search) => (saved = search),
      });
      expect(stopped).toMatchObject({ kind: 'incomplete', complete: false });
      expect(saved!.executions).toBeLessThan(executions);
      const resume = parseSearch(JSON.stringify(saved), 'file');
      expect(await session(after, { resume })).toMatchObject({
        kind,
        complete,
        executions,
        message,
        bounds,
        redundant,
      });
    }
  });

  test('should be kept when the processes that help are lost', async () => {
    const crew = new CrewOfHands([environment], exclusive, 2);
    const run = crew.run.bind(crew);
    crew.run = (task, ask) =>
      crew.answers.length < 5 ? run(task, ask) : Promise.reject(new Error('process 2 was killed'));
    let saved: SavedSearch | undefined;
    const onUnfinished = (search: SavedSearch): void => void (saved = search);
    const lost = await exploreWith(exclusive, {
      session: environment,
      strategy: 'exhaustive',
      predict: false,
      crew,
      onUnfinished,
    });
    expect(lost).toMatchObject({ kind: 'error', message: 'process 2 was killed', complete: false });
    await crew.close();
    const resume = parseSearch(JSON.stringify(saved), 'file');
    const plain = { session: environment, strategy: 'exhaustive', predict: false } as const;
    const whole = await exploreWith(exclusive, plain);
    const resumed = await exploreWith(exclusive, { ...plain, resume });
    expect({ ...resumed, tookMs: 0 }).toEqual({ ...whole, tookMs: 0 });
  });

  test('should not go on with another scenario, other options or other code', async () => {
    const resume = await savedAfter(10);
    const others: [Scenario, object][] = [
      [{ ...exclusive, name: 'other' }, {}],
      [{ ...exclusive, faults: { ...exclusive.faults, budget: 2 } }, {}],
      [{ ...exclusive, workers: exclusive.workers.slice(1) }, {}],
      [{ ...exclusive, workers: exclusive.workers.map(() => async () => {}) }, {}],
      [exclusive, { seed: 2 }],
      [exclusive, { delays: 3 }],
      [exclusive, { strategy: 'systematic' }],
    ];
    for (const [cast, options] of others) {
      const going = exploreWith(cast, { session: environment, strategy: 'exhaustive', resume, ...options });
      await expect(going).rejects.toThrow(ScenarioError);
      await expect(going).rejects.toThrow('start anew, without --resume');
    }
  });

  test('should say what is wrong with a file', async () => {
    const saved = await savedAfter(10);
    expect(() => parseSearch('', 'f.json')).toThrow('f.json is no saved search: it is not JSON');
    expect(() => parseSearch('{"format":1}', 'f.json')).toThrow('f.json is no saved search');
    expect(() => parseSearch(JSON.stringify({ ...saved, format: 0 }), 'f.json')).toThrow(
      'by another version',
    );
    const { path } = saved.state.search;
    const damaged = {
      ...saved,
      state: { ...saved.state, search: { ...saved.state.search, path: [{ ...path[0], sleep: 'no' }] } },
    };
    expect(() => parseSearch(JSON.stringify(damaged), 'f.json')).toThrow(
      /^f\.json is damaged: state\.search\.path\.0\.sleep: .*; start anew, without --resume$/,
    );
  });
});
