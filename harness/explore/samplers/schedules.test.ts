import { describe, expect, test } from 'vitest';
import { Prng } from '../../base/prng.js';
import { read, write, type Footprint } from '../events/footprint.js';
import { samples } from '../testing/sample.js';
import { SHAPES } from '../testing/shapes.js';
import { FaultPlan } from '../sampling/fault-plan.js';
import { SAMPLERS, type SamplerName } from './index.js';
import { Pct, pctBound } from './pct.js';
import { Pos } from './pos.js';
import { Profile } from './profile.js';
import type { Step } from './step.js';
import { Surw } from './surw.js';

const NAMES = Object.keys(SAMPLERS) as SamplerName[];
const LOCK = SHAPES[5]!;

function schedules(name: SamplerName, seed: number): string {
  return Array.from(samples(LOCK, SAMPLERS[name](), seed, 14))
    .map(({ order, sampler }) => `${sampler.padEnd(12)} ${order.map((worker) => worker + 1).join('')}`)
    .join('\n');
}

function step(thread: string, nth: number, footprint: Footprint, more: Partial<Step> = {}): Step {
  return { id: `${thread}.${nth}`, thread, worker: Number(thread[1]), footprint, pause: false, ...more };
}

describe('samplers', () => {
  test.each(NAMES)('should draw the same schedules from the same seed, always: %s', async (name) => {
    const first = schedules(name, 7);
    expect(schedules(name, 7)).toBe(first);
    expect(schedules(name, 8)).not.toBe(first);
    await expect(`${first}\n`).toMatchFileSnapshot(`golden/schedules-${name}.txt`);
  });
});

describe('Pct', () => {
  test('should let a thread whose timer fired give way to all others', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const pct = new Pct(1);
      pct.start(new Prng(seed), new Profile());
      const timer = step('w1.timer', 1, [], { pause: true });
      const work = step('w2', 1, [write('a')]);
      pct.performed(timer);
      expect(pct.choose([timer, work])).toBe(1);
    }
  });

  test('should not let a loop without an end starve the others', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const pct = new Pct(1);
      pct.start(new Prng(seed), new Profile());
      let turns = 0;
      for (let nth = 1; nth <= 60; nth++) {
        const steps = [step('w1', nth, [read('a')]), step('w2', 1, [write('a')])];
        const at = pct.choose(steps);
        pct.performed(steps[at]!);
        if (at === 1) turns += 1;
      }
      expect(turns).toBeGreaterThan(0);
    }
  });

  test('should promise what the paper proves', () => {
    expect(pctBound(1, 3, 12)).toBeCloseTo(1 / 3);
    expect(pctBound(3, 2, 9)).toBeCloseTo(1 / 200);
  });
});

describe('Pos', () => {
  test('should run at once what nobody can race with, once that is known', () => {
    const profile = new Profile();
    const own = step('w1', 1, [write('own')]);
    const race = step('w2', 1, [write('shared')]);
    const other = step('w3', 1, [write('shared')]);
    profile.note({ steps: [own, race, other], contested: 2, faultPoints: 0, whole: true });
    for (let seed = 1; seed <= 20; seed++) {
      const pos = new Pos();
      pos.start(new Prng(seed), profile);
      expect(pos.choose([race, own, other])).toBe(1);
      // Two steps of one worker race with each other.
      const timer = step('w1.timer', 1, [], { pause: true });
      const chosen = new Set(
        Array.from({ length: 40 }, (_, at) => pickWith(at, [race, own, timer], profile)),
      );
      expect(chosen.size).toBe(3);
    }
  });
});

describe('Surw', () => {
  test('should draw a step on which nobody counted like the others', () => {
    const profile = new Profile();
    const first = step('w1', 1, [write('c')]);
    const second = step('w1', 2, [write('c')]);
    const unforeseen = step('w2', 1, [write('c')]);
    const sampled = { contested: 2, faultPoints: 0 };
    profile.note({ ...sampled, steps: [first, second], whole: true });
    profile.note({ ...sampled, steps: [unforeseen], whole: false });
    let between = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const surw = new Surw();
      surw.start(new Prng(seed), profile);
      if (surw.choose([first, unforeseen]) !== 0) continue;
      surw.performed(first);
      if (surw.choose([second, unforeseen]) === 1) between += 1;
    }
    expect(between).toBeGreaterThan(20);
  });
});

function pickWith(seed: number, steps: readonly Step[], profile: Profile): number {
  const pos = new Pos();
  pos.start(new Prng(seed), profile);
  return pos.choose(steps);
}

describe('FaultPlan', () => {
  test('should spread the budget evenly: over numbers of faults, and over the execution', () => {
    const profile = new Profile();
    profile.note({ steps: [], contested: 0, faultPoints: 20, whole: true });
    const plan = new FaultPlan(2);
    const numbers = [0, 0, 0];
    const places = Array.from({ length: 20 }, () => 0);
    const random = new Prng(3);
    const spec = {} as never;
    for (let run = 0; run < 6000; run++) {
      plan.start(random, profile);
      let faults = 0;
      for (let point = 0; point < 20; point++) {
        if (plan.choose([{ spec, at: {} as never }]) === undefined) continue;
        faults += 1;
        places[point]! += 1;
      }
      numbers[faults]! += 1;
    }
    // 6000 draws, four standard errors.
    for (const number of numbers) expect(Math.abs(number - 2000)).toBeLessThan(146);
    for (const place of places) expect(Math.abs(place - 300)).toBeLessThan(68);
  });

  test('should draw the kind before the step, so that a rare target is not crowded out', () => {
    const profile = new Profile();
    profile.note({ steps: [], contested: 0, faultPoints: 1, whole: true });
    const [common, rare] = [{} as never, {} as never];
    const faults = [
      ...Array.from({ length: 9 }, () => ({ spec: common, at: {} as never })),
      { spec: rare, at: {} as never },
    ];
    const plan = new FaultPlan(1);
    const random = new Prng(5);
    let struck = 0;
    let rares = 0;
    for (let run = 0; run < 4000; run++) {
      plan.start(random, profile);
      const at = plan.choose(faults);
      if (at !== undefined) struck += 1;
      if (at === 9) rares += 1;
    }
    expect(Math.abs(rares / struck - 0.5)).toBeLessThan(0.045);
  });
});
