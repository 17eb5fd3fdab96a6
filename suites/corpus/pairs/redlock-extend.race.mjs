import '../../locks/bluebird.mjs';
import Buggy from 'redlock-0.2.0';
import Fixed from 'redlock-0.4.1';
import { scenario, ttlWithin } from 'redis-race-lab';
import { lab } from 'redis-race-lab/lab';
import { oldClient } from './old-client.mjs';

const LEASE_MS = 1000;

const worker = (make) => async (context) => {
  const client = oldClient(context);
  const called = (call) =>
    new Promise((resolve, reject) => call((error, lock) => (error ? reject(error) : resolve(lock))));
  const lock = await context.operation('acquire', () =>
    called((done) => make(client).lock('job', LEASE_MS, done)).then((taken) => () => taken),
  );
  await context.operation('extend', () => called((done) => lock().extend(LEASE_MS, done)).then(() => true));
  client.end(false);
};

const asLongAsAsked = ttlWithin({ keys: 'job', maxMs: LEASE_MS });

const made = (name, make) =>
  // One user will do: it is no race.
  scenario({ name, workers: worker(make), workerCount: 1, invariants: [asLongAsAsked], mayNotRace: true });

export const pair = lab({
  id: 'redlock-extend',
  title: 'A lock is extended by a thousand times too much',
  variants: [
    {
      name: 'buggy',
      title: 'redlock 0.2.0',
      scenario: made('redlock 0.2.0', (client) => new Buggy({}, client)),
      expect: { kind: 'breaks', invariant: asLongAsAsked.id },
    },
    {
      name: 'fixed',
      title: 'redlock 0.4.1',
      scenario: made('redlock 0.4.1', (client) => new Fixed([client], {})),
      expect: { kind: 'holds' },
    },
  ],
});
