import { expect, test } from 'vitest';
import { invariant } from '../check/invariant.js';
import { ScenarioError } from './errors.js';
import { scenario } from './scenario.js';
import type { ScenarioOptions } from './types.js';

const good: ScenarioOptions = { name: 'good', workers: async () => {}, invariants: [] };
const twice = [invariant('same', () => undefined), invariant('same', () => undefined)];

test('a scenario needs little, and fills in the rest', () => {
  expect(scenario(good)).toMatchObject({
    sharedClient: false,
    transport: 'connector',
    maxSteps: 200,
    profile: 'defaults',
  });
  expect(scenario(good).workers).toHaveLength(2);
});

test.each<[object, string]>([
  [
    { invariant: [] },
    'a scenario has no option "invariant"; it has name, setup, app, workers, workerCount, background, invariants',
  ],
  [{ name: undefined }, 'a scenario needs a "name"'],
  [{ workers: 'increment' }, '"workers" is a function, or a list of functions'],
  [{ workers: [async () => {}, 1] }, '"workers" is a function, or a list of functions'],
  [{ invariants: undefined }, '"invariants" is a list of what invariant()'],
  [{ invariants: [() => {}] }, '"invariants" is a list of what invariant()'],
  [{ invariants: [null] }, '"invariants" is a list of what invariant()'],
  [{ invariants: [{ check: () => {} }] }, '"invariants" is a list of what invariant()'],
  [{ setup: { redis: 1 } }, '"setup" is a function, not { redis: 1 }'],
  [{ createClient: 'ioredis' }, '"createClient" is a function, not \'ioredis\''],
  [{ faults: 'reset-after-apply' }, '"faults" is a plan such as { kinds: [\'reset-after-apply\'] }, not'],
  [{ faults: null }, '"faults" is a plan'],
  [{ faults: { kinds: 'reset-after-apply' } }, '"kinds" of a fault plan is a list, not'],
  [{ workerCount: 0 }, '0 workers make no race: give 1 to 64'],
  [{ workerCount: '3' }, 'the number of workers is a number, not "3": give 1 to 64'],
  [{ workerCount: 1.5 }, '1.5 workers make no race: give 1 to 64'],
  [{ workers: [] }, '0 workers make no race: give 1 to 64'],
  [{ workers: [async () => {}], workerCount: 2 }, '"workerCount" goes with one worker function'],
  [{ invariants: twice }, 'two invariants are called "same"'],
  [{ sharedClient: 'yes' }, '"sharedClient" is true or false, not "yes"'],
  [{ interchangeable: 1 }, '"interchangeable" is true or false, not 1'],
  [{ client: 'default' }, 'unknown client "default": one of defaults, single-shot, or options of ioredis'],
  [{ transport: 'udp' }, 'unknown transport "udp": one of connector, hook, tcp'],
  [{ maxSteps: 0 }, 'maxSteps 0 makes no sense: give 1 or more'],
  [{ recoversWithinOperations: -1 }, '-1 operations to recover within make no sense: give 0 or more'],
  [{ faults: { kind: ['late-reply'] } }, 'a fault plan has no option "kind"; it has kinds, budget'],
  [{ faults: { budget: -1 } }, 'a fault budget of -1 makes no sense'],
  [{ faults: { kinds: ['nosuch'] } }, 'unknown fault "nosuch": one of reset-before-send'],
])('%j is refused: %s', (bad, message) => {
  const making = (): unknown => scenario({ ...good, ...bad });
  expect(making).toThrow(ScenarioError);
  expect(making).toThrow(message);
});
