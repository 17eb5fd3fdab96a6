import { expect, test } from 'vitest';
import { invariant } from './check/invariant.js';
import { scenario, ScenarioError, type ScenarioOptions } from './scenario.js';

const good: ScenarioOptions = { name: 'good', workers: async () => {}, invariants: [] };
const twice = [invariant('same', () => undefined), invariant('same', () => undefined)];

test('a scenario needs little, and fills in the rest', () => {
  expect(scenario(good)).toMatchObject({
    clients: 'own',
    way: 'connector',
    maxSteps: 200,
    profile: 'defaults',
  });
  expect(scenario(good).workers).toHaveLength(2);
});

test.each<[object, string]>([
  [{ invariant: [] }, 'a scenario has no option "invariant"; it has name, setup, workers, count, invariants'],
  [{ name: undefined }, 'a scenario needs a "name"'],
  [{ workers: 'increment' }, '"workers" is a function, or a list of functions'],
  [{ workers: [async () => {}, 1] }, '"workers" is a function, or a list of functions'],
  [{ invariants: undefined }, '"invariants" is a list of what invariant()'],
  [{ invariants: [() => {}] }, '"invariants" is a list of what invariant()'],
  [{ count: 0 }, '0 workers make no race: give 1 to 64'],
  [{ count: 1.5 }, '1.5 workers make no race: give 1 to 64'],
  [{ workers: [] }, '0 workers make no race: give 1 to 64'],
  [{ workers: [async () => {}], count: 2 }, '"count" goes with one worker function'],
  [{ invariants: twice }, 'two invariants are called "same"'],
  [{ clients: 'mine' }, 'unknown clients "mine": one of own, shared'],
  [{ client: 'default' }, 'unknown client "default": one of defaults, single-shot, or options of ioredis'],
  [{ way: 'udp' }, 'unknown way "udp": one of connector, hook, tcp'],
  [{ maxSteps: 0 }, 'maxSteps 0 makes no sense: give 1 or more'],
  [{ recoversWithin: -1 }, '-1 operations to recover within make no sense: give 0 or more'],
  [{ faults: { kind: ['late-reply'] } }, 'a fault plan has no option "kind"; it has kinds, budget'],
  [{ faults: { budget: -1 } }, 'a fault budget of -1 makes no sense'],
  [{ faults: { kinds: ['nosuch'] } }, 'unknown fault "nosuch": one of reset-before-send'],
])('%j is refused: %s', (bad, message) => {
  const making = (): unknown => scenario({ ...good, ...bad });
  expect(making).toThrow(ScenarioError);
  expect(making).toThrow(message);
});
