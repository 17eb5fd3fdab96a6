import { describe, expect, expectTypeOf, test } from 'vitest';
import { ScenarioError } from '../scenario/errors.js';
import { scenario } from '../scenario/scenario.js';
import { FAULT_KINDS, FAULTS, USUAL_FAULTS, type FaultDescription, type FaultKind } from './catalogue.js';
import { aimedFault, faultSpec, isOfKind, unusualParameters, type AimedFault } from './spec.js';

describe('the catalogue', () => {
  test.each(FAULT_KINDS)('%s should say what it is', (kind) => {
    const { mark, summary, parameters, least, choices }: FaultDescription = FAULTS[kind];
    expect(mark).toMatch(/^\S \S/);
    expect(summary).toMatch(/^\S[^\n]*\.$/);
    for (const name of Object.keys({ ...least, ...choices })) expect(parameters).toHaveProperty(name);
    expect(faultSpec(kind)).toEqual({ kind, at: undefined, parameters });
    // The defaults are possible values themselves.
    expect(faultSpec({ kind, ...parameters } as AimedFault).parameters).toEqual(parameters);
    expect(aimedFault(faultSpec(kind))).toBe(kind);
  });

  test('should offer few by default', () => {
    expect(USUAL_FAULTS.filter((kind) => (FAULTS[kind].target as string) !== 'server')).toEqual([
      'reset-before-send',
      'reset-after-apply',
      'zombie-request',
      'black-hole-request',
      'black-hole-reply',
      'refuse-connect',
      'worker-crash',
    ]);
  });
});

describe('a fault of a plan', () => {
  test('should be said again as it was said', () => {
    const given: AimedFault = { kind: 'truncated-reply', bytes: 3, at: { worker: 2, command: 'GET' } };
    expect(aimedFault(faultSpec({ ...given, by: 'close' }))).toEqual(given);
  });

  test('should have the parameters that it was given', () => {
    const spec = faultSpec({ kind: 'truncated-reply', bytes: 3, at: { command: 'get', worker: 2 } });
    expect(spec).toEqual({
      kind: 'truncated-reply',
      at: { command: 'get', worker: 2 },
      parameters: { bytes: 3, by: 'close' },
    });
    expect(unusualParameters(spec)).toBe('bytes 3');
    expect(unusualParameters(faultSpec({ kind: 'refuse-connect', count: 3 }))).toBe('');
  });

  test('should show its parameters, and no others, once its kind is known', () => {
    const spec = faultSpec({ kind: 'truncated-reply', bytes: 3 });
    // @ts-expect-error - not every fault has it
    expect(spec.parameters.bytes).toBe(3);
    expect(isOfKind(spec, 'pipeline-cut')).toBe(false);
    if (!isOfKind(spec, 'truncated-reply')) throw new Error('it is of that kind');
    expectTypeOf(spec.parameters).toEqualTypeOf<{ readonly bytes: number; readonly by: 'close' | 'reset' }>();
    // @ts-expect-error - misspelt
    expect(spec.parameters.byte).toBeUndefined();
  });

  const refused: readonly [unknown, string][] = [
    ['reset', 'unknown fault "reset": one of reset-before-send, reset-after-apply, '],
    [{ kind: 'reset' }, 'unknown fault "reset": one of '],
    [{ kind: 'refuse-connect', counts: 1 }, '"refuse-connect" has no parameter "counts"; it has: count'],
    [{ kind: 'half-open', by: 'reset' }, '"half-open" has no parameter "by"; it has: none'],
    [
      { kind: 'refuse-connect', count: 0 },
      '"count" of "refuse-connect" is a whole number of at least 1, not 0',
    ],
    [
      { kind: 'refuse-connect', count: 1.5 },
      '"count" of "refuse-connect" is a whole number of at least 1, not 1.5',
    ],
    [
      { kind: 'pipeline-cut', replies: -1 },
      '"replies" of "pipeline-cut" is a whole number of at least 0, not -1',
    ],
    [
      { kind: 'truncated-reply', by: 'rst' },
      '"by" of "truncated-reply" is one of "close", "reset", not "rst"',
    ],
    [
      { kind: 'error-reply', text: 'a\r\nb' },
      '"text" of "error-reply" is a text of one line, not "a\\r\\nb"',
    ],
    [{ kind: 'error-reply', text: '' }, '"text" of "error-reply" is a text of one line, not ""'],
    [
      { kind: 'half-open', at: { workers: 1 } },
      '"half-open" cannot be aimed at "workers"; it can at: worker, nth, ',
    ],
    [{ kind: 'half-open', at: { worker: 0 } }, '"at.worker" of "half-open" is a worker, from 1, not 0'],
    [
      { kind: 'half-open', at: { nth: '2' } },
      '"at.nth" of "half-open" is the number of a command, from 1, not "2"',
    ],
    [
      { kind: 'half-open', at: { command: '' } },
      '"at.command" of "half-open" is the name of a command, not ""',
    ],
    [
      { kind: 'half-open', at: { reconnect: -1 } },
      '"at.reconnect" of "half-open" is the number of a reconnect, from 0, not -1',
    ],
    [
      { kind: 'worker-crash', at: { handshake: true } },
      '"worker-crash" strikes at a worker: it cannot be aimed at the handshake',
    ],
    [
      { kind: 'half-open', at: { handshake: true, nth: 1 } },
      '"half-open": commands of a handshake have no number; aim at "command" instead of "nth"',
    ],
    [
      { kind: 'refuse-connect', at: { command: 'GET' } },
      '"refuse-connect" strikes at a connect, which has no command: aim at "worker" or "reconnect"',
    ],
    [{ kind: 'half-open', at: { worker: 3 } }, '"half-open" is aimed at worker 3, but the last one is 2'],
  ];
  test.each(refused)('%j should be refused', (given, message) => {
    const making = (): unknown =>
      scenario({
        name: 'refused',
        workers: async () => {},
        invariants: [],
        faults: { kinds: [given as FaultKind] },
      });
    expect(making).toThrow(ScenarioError);
    expect(making).toThrow(message);
  });
});
