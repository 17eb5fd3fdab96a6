import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { lockAdapter } from 'redis-race-lab/suite';

const options = { skipMetasUpdate: true, skipVersionCheck: true, lockDuration: 1000, maxStalledCount: 1000 };
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 2));
export const bullmq = lockAdapter({
  client: async ({ clientOptions }) => {
    const connection = new Redis({ ...clientOptions, maxRetriesPerRequest: null }).on('error', () => {});
    const all = { ...options, stalledInterval: 1, connection };
    await new Queue('suite', all).on('error', () => {}).add('job', {}, { jobId: 'only' });
    return new Worker('suite', undefined, all).on('error', () => {});
  },
  acquire: async ({ client }, token = crypto.randomUUID()) => {
    const fetched = () =>
      client.moveStalledJobsToWait().then(() => client.getNextJob(token, { block: false }));
    const job = (await fetched()) ?? (await aMoment().then(fetched));
    return job && { job, token };
  },
  release: ({ job, token }) => job.moveToWait(token).then(() => true),
  extend: ({ job, token }, { ttlMs }) => job.extendLock(token, ttlMs).then((extended) => extended === 1),
});
