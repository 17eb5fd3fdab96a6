import { expect, test } from 'vitest';
import type { Decision } from '../../execution/steps/decision.js';
import type { RecordStep } from '../../record/format.js';
import { Guide } from './guide.js';

const recorded = {
  n: 1,
  worker: 1,
  kind: 'command',
  id: 'w1.1',
  command: ['SET', 'k', '1'],
  fault: 'reset-after-apply',
  atMs: 0,
} as RecordStep;

function struck(...commands: string[][]): Decision {
  const faults = commands.map((command) => ({
    spec: { kind: 'reset-after-apply' },
    at: { worker: 1, kind: 'command', id: 'w1.1', label: command.join(' '), command },
  }));
  return { moves: [], faults, free: 0 } as unknown as Decision;
}

test.each(['choose', 'last'] as const)('%s: a fault that strikes other arguments is a departure', (how) => {
  const other = new Guide([recorded], () => 0);
  expect(other[how](struck(['SET', 'k', '2']))).toBe(-1);
  expect(other.departures).toEqual([{ step: 1, how: 'other', recorded }]);
  const same = new Guide([recorded], () => 0);
  expect(same[how](struck(['SET', 'k', '2'], ['SET', 'k', '1']))).toBe(-2);
  expect(same.departures).toEqual([]);
});
