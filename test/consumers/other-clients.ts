import { Redis } from 'ioredis';
import { Redis as Redis510 } from 'ioredis510';
import { Redis as Redis53 } from 'ioredis53';
import { Redis as Redis58 } from 'ioredis58';
import { Redis as Valkey } from 'iovalkey';
import Redis4 from 'ioredis4';
import { noLostUpdate, scenario, type Scenario, type ScenarioOptions } from '../../harness/index.js';

const views: ScenarioOptions = {
  name: 'page views',
  workers: async ({ redis, operation }) =>
    operation('increment', async () => {
      const seen = Number(await redis.get('views'));
      await redis.set('views', String(seen + 1));
    }),
  invariants: [noLostUpdate({ key: 'views' })],
};

/** Scenarios whose clients are of other versions, as a project writes them that has TypeScript's `strict`. */
export const OTHER_CLIENTS: Record<string, Scenario> = {
  'ioredis 5.3.0': scenario({ ...views, createClient: (options) => new Redis53(options) }),
  'ioredis 5.8.2': scenario({ ...views, createClient: (options) => new Redis58(options) }),
  'ioredis 5.10.0': scenario({ ...views, createClient: (options) => new Redis510(options) }),
  'ioredis 4.28.5': scenario({ ...views, createClient: (options) => new Redis4(options) }),
  'ioredis 6.0.0': scenario({ ...views, createClient: (options) => new Redis({ ...options, db: 0 }) }),
  'iovalkey 0.3.3': scenario({ ...views, createClient: (options) => new Valkey(options) }),
};

/** Clients that a worker makes by itself, of the same versions. */
export const OWN_CLIENTS: Record<string, Scenario> = {
  'ioredis 5.3.0': scenario({
    ...views,
    workers: async ({ clientOptions, operation }) => {
      const redis = new Redis53(clientOptions);
      await operation('increment', async () => {
        const seen = Number(await redis.get('views'));
        await redis.set('views', seen + 1);
      });
    },
  }),
  'ioredis 4.28.5': scenario({
    ...views,
    workers: async ({ url, operation }) => {
      const redis = new Redis4(url);
      await operation('increment', async () => {
        const seen = Number(await redis.get('views'));
        await redis.set('views', seen + 1);
      });
    },
  }),
};
