import { default as Buggy } from 'redlock5';
import { invariant, scenario } from 'redis-race-lab';
import { lab } from 'redis-race-lab/lab';
import { Redlock as Fixed } from 'sesamecare-redlock';

const LEASE_MS = 200;
/** How long the other one has it: longer than a lease. It is not given back, so that no time passes but while somebody waits to try again. */
const TAKEN_MS = 300;
const settings = { retryCount: 4, retryDelay: 100, retryJitter: 0 };

const first =
  (Redlock) =>
  ({ redis }) =>
    new Redlock([redis], { retryCount: 0 }).acquire(['job'], TAKEN_MS).catch(() => {});

const second =
  (Redlock) =>
  async ({ redis, operation }) => {
    const lock = await new Redlock([redis], settings).acquire(['job'], LEASE_MS).catch(() => {});
    if (lock === undefined) return;
    // At once: nothing comes in between.
    await operation('extend', () => lock.extend(LEASE_MS).then(() => {})).catch(() => {});
  };

const canBeExtended = invariant('a lock that was taken just now can be extended', ({ history }) => {
  const [refused] = history.named('extend').filter(({ outcome }) => outcome === 'failed');
  if (refused !== undefined)
    return { expected: 'it is extended', observed: `w${refused.worker} is told: ${refused.error.message}` };
});

const made = (name, Redlock) =>
  scenario({ name, workers: [first(Redlock), second(Redlock)], invariants: [canBeExtended] });

export const pair = lab({
  id: 'redlock-retry',
  title: 'A lock that was waited for is over when it comes',
  variants: [
    {
      name: 'buggy',
      title: 'redlock 5.0.0-beta.2',
      scenario: made('redlock 5.0.0-beta.2', Buggy),
      expect: { kind: 'breaks', invariant: canBeExtended.id },
    },
    {
      name: 'fixed',
      title: '@sesamecare-oss/redlock 1.4.0',
      scenario: made('@sesamecare-oss/redlock 1.4.0', Fixed),
      expect: { kind: 'holds' },
    },
  ],
});
