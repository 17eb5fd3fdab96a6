import { describe, expect, test } from 'vitest';
import { describeCap } from './loop.js';
import type { PerformedStep } from '../steps/step.js';

/** `w1 GET a` a step; what is in quotation marks is no command. */
function steps(...texts: readonly string[]): PerformedStep[] {
  return texts.map((line) => {
    const [, worker, label] = /^w(\d+) (.*)$/.exec(line)!;
    const quoted = /^"(.*)"$/.exec(label!)?.[1];
    return {
      worker: Number(worker),
      text: quoted,
      args: quoted === undefined ? label!.split(' ').map((word) => Buffer.from(word)) : undefined,
    } as PerformedStep;
  });
}

const repeated = (times: number, ...turn: readonly string[]): string[] =>
  Array.from({ length: times }, () => turn).flat();

describe('the loop that used up the steps', () => {
  test('is named with every step of one turn, from where it begins', () => {
    const polling = repeated(33, 'w1 GET go', 'w1 INCR tries', 'w1 "timer 10 ms"');
    expect(describeCap(steps('w1 SET a 1', ...polling, 'w1 GET go'))).toBe(
      '101 steps without an end; w1 repeats GET go, INCR tries, timer 10 ms (33 times). ' +
        'Bound the retries, or raise maxSteps',
    );
  });

  test('is that of the worker with most steps in it, though others come in between', () => {
    const both = repeated(20, 'w2 SET lock w2 NX', 'w1 GET a', 'w2 "try again"');
    expect(describeCap(steps(...both))).toMatch(
      /^60 steps without an end; w2 repeats SET lock w2 NX, try again \(20 times\)\./,
    );
  });

  test('may have other arguments in each turn', () => {
    const tries = Array.from({ length: 9 }, (_, at) => [`w1 GET lock`, `w1 SET try:${at} ${at}`]).flat();
    expect(describeCap(steps(...tries))).toBe(
      '18 steps without an end; w1 repeats GET lock, SET try:0 0 (9 times, with other arguments each time). ' +
        'Bound the retries, or raise maxSteps',
    );
  });

  test('is not made up where there is none', () => {
    const straight = ['w1 SET a 1', 'w1 GET b', 'w1 INCR c', 'w1 DEL d'];
    expect(describeCap(steps(...straight))).toBe(
      '4 steps without an end, and no loop among them; the last one was DEL d of w1. ' +
        'Raise maxSteps, or give the workers less to do',
    );
    expect(describeCap([])).toMatch(/^0 steps without an end, and no loop among them\. /);
  });

  test('shows the beginning of a step that is long', () => {
    const script = `w1 EVAL ${'x'.repeat(500)} 0`;
    expect(describeCap(steps(script, script, script)).length).toBeLessThan(200);
  });
});
