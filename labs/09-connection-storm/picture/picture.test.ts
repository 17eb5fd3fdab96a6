import { expect, test } from 'vitest';
import { simulateQueue } from '../model/queue.js';
import { diagnose } from '../timeline/diagnose.js';
import { drawTimeline } from './picture.js';
import { ticks } from './svg.js';

const stall = { from: 500, until: 1930 };
const { attempts } = simulateQueue({
  ratePerSecond: 60,
  durationMs: 2700,
  stall,
  backlog: 15,
  connectTimeoutMs: 600,
  replyTimeoutMs: 3000,
});

test('a timeline is drawn the same each time', async () => {
  const picture = drawTimeline({
    title: 'A <small> storm & what of it the clients see',
    attempts,
    found: diagnose(attempts),
    stall,
    queue: {
      samples: [
        [0, 0],
        [500, 0],
        [770, 16],
        [1930, 0],
      ],
      most: 16,
    },
  });
  await expect(picture).toMatchFileSnapshot('golden/timeline.svg');
});

test('every request is in it, once: a dot where it was answered, a cross where not', () => {
  const picture = drawTimeline({ title: '', attempts });
  const answered = attempts.filter(({ replied }) => replied !== undefined).length;
  expect(picture.match(/h0/g)).toHaveLength(answered);
  expect(picture.match(/l4 4m0 -4l-4 4/g)).toHaveLength(attempts.length - answered);
  // Nothing of what is not known is drawn.
  expect(picture).not.toMatch(/shaded|dashed|wait to be accepted|NaN|undefined/);
  expect(drawTimeline({ title: '', attempts: [] })).not.toMatch(/NaN|undefined/);
});

test.each([
  [0, [0, 0.5, 1]],
  [1, [0, 0.5, 1]],
  [7, [0, 2, 4, 6, 8]],
  [103, [0, 50, 100, 150]],
  [1500, [0, 500, 1000, 1500]],
])('an axis up to %s has round numbers', (largest, expected) => {
  expect(ticks(largest)).toEqual(expected);
});
