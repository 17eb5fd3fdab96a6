import type { SamplingReport } from '../../record/verdict.js';
import { count, grouped } from '../../base/text.js';

/**
 * What sampling saw and what that is worth: distinct classes of executions, how fast new ones still appear, and the
 * probability with which a bug would have been hit, where a sampler promises one.
 *
 * @internal
 */
export function sampledText(report: SamplingReport): string {
  return [classesText(report), newText(report), ...promiseText(report)].join('; ');
}

/** `36 distinct classes`. @internal */
export function classesText({ classes, classesAreMore }: SamplingReport): string {
  const seen = classes === 1 ? '1 class' : `${grouped(classes)} classes`;
  return classesAreMore ? `more than ${seen}` : `${seen} seen`;
}

function newText({ late, unseen, executions }: SamplingReport): string {
  const all = Object.values(executions).reduce((sum, runs) => sum + runs, 0);
  const fresh = late.classes === 0 ? 'none' : grouped(late.classes);
  // Nothing seen only once: less than the estimate can tell.
  const next = unseen > 0 ? `about ${percent(unseen, Math.ceil)}` : `below ${percent(1 / all, Math.ceil)}`;
  return `${fresh} new in the last ${count(late.executions, 'execution')}, the next one new with a chance ${next}`;
}

function promiseText({ detection }: SamplingReport): string[] {
  if (detection.length === 0) return [];
  const depths = detection.map(({ depth, all }) => `${percent(all, Math.floor)} at depth ${depth}`);
  return [`a bug without faults would be hit with a chance of at least ${depths.join(', ')}`];
}

/** Two digits that say something, rounded to the careful side: a chance below 1 never reads as 100 %. */
function percent(chance: number, round: (value: number) => number): string {
  if (chance <= 0 || chance >= 1) return `${chance <= 0 ? 0 : 100} %`;
  if (chance >= 0.99) return chance > 0.999 ? '99.9 %' : '99 %';
  const digits = Math.max(0, 1 - Math.floor(Math.log10(chance * 100)));
  const scale = 10 ** Math.min(digits, 6);
  return `${round(chance * 100 * scale) / scale} %`;
}
