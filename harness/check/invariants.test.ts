import { describe, expect, test } from 'vitest';
import { ScenarioError } from '../base/scenario-error.js';
import { noStaleEntry } from './cache-invariants.js';
import { glob } from './glob.js';
import { invariant } from './invariant.js';
import { atMostOnce, noLostUpdate, recovers } from './invariants.js';
import { noGhostLock } from './locks/ghost-lock.js';
import { releasedOnlyItsOwn, worksUnderItsOwn } from './locks/lock-invariants.js';
import { mutualExclusion } from './locks/mutual-exclusion.js';
import { noKeyLeft, noStuckKey } from './key-invariants.js';

type Call = (...given: unknown[]) => unknown;

describe('ready-made invariants', () => {
  test.each<[unknown, unknown, string]>([
    [noStuckKey, { key: 'x' }, "not { key: 'x' }; write noStuckKey('lock:*')"],
    [noStuckKey, undefined, 'the pattern of the keys is a text that is not empty, not undefined'],
    [
      noKeyLeft,
      { key: 'x' },
      "noKeyLeft: the pattern of the keys is a text that is not empty, not { key: 'x' }",
    ],
    [noKeyLeft, '', "not ''"],
    [mutualExclusion, '', 'mutualExclusion: the name of the critical section is a text'],
    [
      mutualExclusion,
      { key: 'x' },
      'mutualExclusion has no option "key"; it has name, leaseMs, acquire, acquired, extend',
    ],
    [mutualExclusion, { leaseMs: '1 s' }, '"leaseMs" is a time in ms, more than 0, not \'1 s\''],
    [mutualExclusion, { leaseMs: 0 }, 'not 0'],
    [mutualExclusion, { leaseMs: 1, extend: 2 }, '"extend" is a text'],
    [releasedOnlyItsOwn, 'lock', "it takes an object of options, not 'lock'; write releasedOnlyItsOwn({ key"],
    [releasedOnlyItsOwn, { key: '' }, '"key" is a text that is not empty'],
    [releasedOnlyItsOwn, { key: 'k', token: 't' }, 'releasedOnlyItsOwn has no option "token"'],
    [releasedOnlyItsOwn, { key: 'k', released: true }, '"released" is a function, not true'],
    [releasedOnlyItsOwn, { key: 'k', takes: Boolean }, '"removes", which goes with "takes", is a function'],
    [releasedOnlyItsOwn, { key: 'k', removes: Boolean }, '"takes", which goes with "removes", is a function'],
    [worksUnderItsOwn, { key: 'k', work: 7 }, '"work" is a text that is not empty, not 7'],
    [worksUnderItsOwn, { work: 'send' }, '"key" is a text'],
    [worksUnderItsOwn, { key: 'k', acquire: '' }, '"acquire" is a text'],
    [noGhostLock, undefined, 'noGhostLock: it takes an object of options, not undefined'],
    [noGhostLock, { key: 'k', token: 'owner' }, '"token" is a function'],
    [noGhostLock, { key: 'k', takes: Boolean }, 'noGhostLock has no option "takes"'],
    [
      noLostUpdate,
      'k',
      "noLostUpdate: it takes an object of options, not 'k'; write noLostUpdate({ key: 'views' })",
    ],
    [noLostUpdate, undefined, 'it takes an object of options, not undefined'],
    [noLostUpdate, ['k'], "it takes an object of options, not [ 'k' ]"],
    [noLostUpdate, {}, '"key" is a text that is not empty, not undefined'],
    [noLostUpdate, { key: 7 }, '"key" is a text that is not empty, not 7'],
    [
      noLostUpdate,
      { key: 'k', operations: 'add' },
      'noLostUpdate has no option "operations"; it has key, operation',
    ],
    [noLostUpdate, { key: 'k', operation: 1 }, '"operation" is a text'],
    [noLostUpdate, { key: 'k', read: 'Number' }, '"read" is a function, not \'Number\''],
    [atMostOnce, 'k', "atMostOnce: it takes an object of options, not 'k'"],
    [atMostOnce, { key: 'k', within: 1 }, 'atMostOnce has no option "within"'],
    [
      noStaleEntry,
      'k',
      "noStaleEntry: it takes an object of options, not 'k'; write noStaleEntry({ key: 'price', truth",
    ],
    [noStaleEntry, { truth: Boolean }, '"key" is a text that is not empty, not undefined'],
    [noStaleEntry, { key: 'k' }, '"truth" is a function, not undefined'],
    [noStaleEntry, { key: 'k', truth: '3' }, '"truth" is a function, not \'3\''],
    [noStaleEntry, { key: 'k', truth: Boolean, read: 1 }, '"read" is a function, not 1'],
    [noStaleEntry, { key: 'k', truth: Boolean, ttl: 60 }, 'noStaleEntry has no option "ttl"'],
    [recovers, 1, 'recovers: it takes an object of options, not 1; write recovers()'],
    [recovers, null, 'not null'],
    [recovers, { withinOperations: Number.NaN }, '"withinOperations" is a whole number, 0 or more, not NaN'],
    [recovers, { withinOperations: -1 }, 'not -1'],
    [recovers, { withinOperations: '1' }, "not '1'"],
    [recovers, { within: 1 }, 'recovers has no option "within"; it has withinOperations, operation'],
    [recovers, { operation: '' }, '"operation" is a text'],
  ])('should refuse what they do not take: %o(%o)', (make, given, message) => {
    expect(() => (make as Call)(given)).toThrow(ScenarioError);
    expect(() => (make as Call)(given)).toThrow(message);
  });

  test('should take what is documented', () => {
    const all = [
      noStuckKey('lock:*'),
      noKeyLeft('*'),
      mutualExclusion(),
      mutualExclusion('upload'),
      mutualExclusion({ name: 'upload', leaseMs: 1000, acquire: 'take', acquired: Boolean, extend: 'renew' }),
      releasedOnlyItsOwn({
        key: 'k',
        acquire: 'take',
        release: 'free',
        acquired: Boolean,
        released: Boolean,
      }),
      releasedOnlyItsOwn({ key: 'k', takes: () => true, removes: () => true }),
      worksUnderItsOwn({ key: 'k', work: 'send', takes: () => true }),
      noGhostLock({ key: 'k', token: (redis, key) => redis.hget(key, 'owner') }),
      noLostUpdate({ key: 'k', operation: 'add', read: Number }),
      atMostOnce({ key: 'k' }),
      noStaleEntry({ key: 'k', truth: () => 1, read: Number }),
      recovers(),
      recovers({ withinOperations: 0, operation: 'read' }),
    ];
    expect(all.every(({ check }) => typeof check === 'function')).toBe(true);
  });
});

test.each<[unknown[], string]>([
  [[], 'an invariant needs a name, in words, not undefined'],
  [['', () => undefined], "an invariant needs a name, in words, not ''"],
  [[() => undefined], 'an invariant needs a name'],
  [['x'], 'the invariant "x" needs a function that checks it, not undefined'],
  [['x', true], 'the invariant "x" needs a function that checks it, not true'],
])('an invariant of one’s own is a name and a function: %o', (given, message) => {
  expect(() => (invariant as Call)(...given)).toThrow(ScenarioError);
  expect(() => (invariant as Call)(...given)).toThrow(message);
});

test.each([
  ['lock:*', 'lock:1', true],
  ['lock:*', 'lokc:1', false],
  ['*', '', true],
  ['h?llo', 'hello', true],
  ['h[a-c]llo', 'hbllo', true],
  ['h[c-a]llo', 'hbllo', true],
  ['h[^e]llo', 'hello', false],
  ['h[\\]]llo', 'h]llo', true],
  ['a\\*', 'a*', true],
  ['a\\*', 'ab', false],
  ['a.c', 'abc', false],
  ['[abc', 'b', true],
])('the glob %s matches %s: %s', (pattern, text, matches) => {
  expect(glob(pattern).test(text)).toBe(matches);
});
