import { Environment } from '../harness/execution/host/environment.js';
import { execute } from '../harness/execution/execution.js';
import { heapMiB } from './collect.js';
import { CALM, getSet, round, type Part, type Row } from './part.js';

const MARKS = [1000, 10_000];
const LONG_MARKS = [...MARKS, 100_000, 300_000];
const MIB = 2 ** 20;

/** Is memory flat? */
export const memory: Part = {
  name: 'memory',
  about: 'memory of the lab and of the server after 10,000 executions; --long: after 300,000',
  run: async ({ server, plain, options }) => {
    const environment = await Environment.open(server);
    const cast = getSet(2);
    const rows: Row[] = [];
    let done = 0;
    try {
      for (const mark of options.long ? LONG_MARKS : MARKS) {
        for (; done < mark; done++) await execute(environment, cast, { chooser: CALM, seed: 1 });
        const heap = heapMiB();
        const { rss } = process.memoryUsage();
        const info = await plain.info('memory');
        rows.push({
          executions: mark,
          'heap after a full collection, MiB': round(heap, 2),
          'resident set, MiB': round(rss / MIB, 1),
          'Redis, used memory, MiB': round(Number(/used_memory:(\d+)/.exec(info)?.[1]) / MIB, 2),
        });
      }
    } finally {
      environment.close();
    }
    return { title: 'Memory', rows, notes: options.long ? [] : ['--long goes on to 300,000 executions.'] };
  },
};
