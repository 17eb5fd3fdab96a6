import { describe } from 'vitest';
import type { WorkerContext } from '../../scenario/types.js';
import { seesEveryOutcome, type Case } from '../testing/soundness.js';

/** Sends something on two connections at once, and writes what came of it. */
async function both({ id, redis, connect }: WorkerContext): Promise<void> {
  const heard = await Promise.all([redis.incr('a'), connect().incr('b')]).catch(String);
  await redis.set(`heard${id}`, JSON.stringify(heard));
}

/** Workers that use two connections at once, and what strikes them. */
const CASES: Record<string, Case> = {
  'a fault at what was sent behind a command whose reply is under way': {
    workers: [async ({ redis }) => void (await redis.set('b', 'no number')), both],
    faults: { kinds: ['error-reply'] },
  },
  'a reset of one connection behind a reply to another': {
    workers: [async ({ redis }) => void (await redis.get('a')), both],
    faults: { kinds: ['reset-after-apply', 'reset-before-send'] },
  },
};

describe('Exhaustive', () => {
  seesEveryOutcome(CASES);
});
