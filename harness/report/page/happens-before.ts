import type { RecordStep } from '../../record/format.js';

/** What is known of a key on the way through an execution. */
interface KeyCourse {
  /** The last step that changed it. */
  changed: number | undefined;
  /** Steps that have named it since. */
  named: number[];
}

/**
 * Which steps of other workers must come before a step, as far as the values tell that the record has: both name a key, and one
 * of them changed it. Only direct ones: what follows from others is left out. This is less than the search knows, which also
 * sees connections, time and what scripts touch.
 *
 * @returns for each step, numbers of earlier steps
 * @internal
 */
export function earlierSteps(steps: readonly RecordStep[]): number[][] {
  const keys = new Map<string, KeyCourse>();
  const workers = new Map(steps.map(({ n, worker }) => [n, worker]));
  return steps.map(({ n, worker, values = [] }) => {
    const earlier = new Set<number>();
    for (const { key, before, after } of values) {
      const course = keys.get(key) ?? { changed: undefined, named: [] };
      keys.set(key, course);
      const changes = before !== after;
      if (changes) for (const one of course.named) earlier.add(one);
      if (course.changed !== undefined && !(changes && course.named.length > 0)) earlier.add(course.changed);
      if (changes) {
        course.changed = n;
        course.named = [];
      } else course.named.push(n);
    }
    return [...earlier].filter((one) => workers.get(one) !== worker).sort((a, b) => a - b);
  });
}
