/** The same many times, at random moments. */
import { afterAll, beforeAll, test } from 'vitest';
import { Prng } from '../../../base/prng.js';
import { SERVER_FAULT_KINDS } from '../../../faults/server-fault.js';
import { SERVER_FAULT_REACH } from '../../../faults/server-reach.js';
import { killedInTheMiddle, lender, type Lender } from '../../testing/lender.js';

const KILLS = Number(process.env['RACE_LAB_KILLS'] ?? 200);
const KINDS = SERVER_FAULT_KINDS.filter(
  (kind) => SERVER_FAULT_REACH[kind] === 'settings' && kind !== 'server-pause',
);

let lent: Lender;
beforeAll(async () => void (lent = await lender()));
afterAll(() => lent.server.stop());

/** The same moments again, as far as the machine plays along: `RACE_LAB_KILLS_SEED`. */
const SEED = Number(process.env['RACE_LAB_KILLS_SEED'] ?? 1);

test(`${KILLS} kill -9 at random moments, seed ${SEED}`, { timeout: KILLS * 20_000 }, async () => {
  const random = new Prng(SEED);
  for (let kill = 0; kill < KILLS; kill++) await killedInTheMiddle(lent, KINDS, random.unit());
});
