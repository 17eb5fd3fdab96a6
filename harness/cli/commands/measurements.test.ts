/** Labs that measure, on the command line. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lab, type Lab } from '../../scenario/lab.js';
import { NotMeasurable, type Measurement } from '../../scenario/lesson/measurement.js';
import { useCommandLine } from '../testing/command-line.js';
import { LABS } from '../testing/fake-lab.js';

const fake = useCommandLine();

const queue: Measurement = {
  name: 'queue',
  title: 'how many wait',
  measure: async () => ({
    summary: '3 of 8 waited',
    figures: { waited: 3 },
    missing: ['the counters of the kernel'],
    pictures: { timeline: '<svg/>' },
  }),
};
const elsewhere: Measurement = {
  name: 'elsewhere',
  title: 'on another system',
  measure: () => Promise.reject(new NotMeasurable('on Linux only')),
};
const failing: Measurement = {
  ...queue,
  name: 'failing',
  measure: () => Promise.reject(new Error('no server')),
};

const measuring = (...measurements: Measurement[]): readonly Lab[] => [
  ...LABS,
  lab({ id: '09-storm', title: 'A storm', variants: [], measurements }),
];
const labs = measuring(queue, elsewhere);

test('a run shows what was measured, writes it down, and does not fail because of it', async () => {
  const { code, out, asked } = await fake.cli('run 09', { labs });
  expect(code).toBe(0);
  expect(asked.explored).toEqual([]);
  expect(out).toContain(
    '• 09-storm/queue measured: 3 of 8 waited\n    not measured: the counters of the kernel\n',
  );
  expect(out).toContain('– 09-storm/elsewhere not measured: on Linux only\n');
  expect(out).toContain('1 measured, 1 not measured; ');
  expect(out).not.toContain('variant  expected');
  const text = (name: string): Promise<string> => readFile(join(fake.folder, 'latest', name), 'utf8');
  expect(JSON.parse(await text('results.json'))).toMatchObject({
    results: [],
    measurements: [
      { measurement: 'queue', outcome: 'measured', figures: { waited: 3 } },
      { measurement: 'elsewhere', outcome: 'not measured' },
    ],
  });
  expect(await text('pictures/09-storm--queue--timeline.svg')).toContain('<svg/>');
});

test('they come after the variants, and one of them can be asked for', async () => {
  const all = await fake.cli('run', { labs });
  expect(all.code).toBe(0);
  expect(all.out).toContain('3 variants: 3 as expected; 1 measured, 1 not measured; ');
  expect(all.out.indexOf('09-storm/queue measured')).toBeGreaterThan(all.out.indexOf('02-locking/mixed'));
  const one = await fake.cli('run 09/elsewhere 01/incr', { labs });
  expect(one.out).toContain('1 variant: 1 as expected; 1 not measured; ');
  // What was not measured now is still there.
  expect(one.out).toContain('09-storm/queue measured (moments ago): 3 of 8 waited');
  const { measurements } = JSON.parse((await fake.cli('run 09/queue --json', { labs })).out) as {
    measurements: object[];
  };
  expect(measurements).toMatchObject([{ measurement: 'queue' }]);
});

test('one that could not be finished leaves the run unknown', async () => {
  const { code, out } = await fake.cli('run 09 01/incr', { labs: measuring(failing, queue) });
  expect(code).toBe(2);
  expect(out).toContain('? 09-storm/failing error: unexpected Error: no server');
  expect(out).toContain('• 09-storm/queue measured');
});

test('they are listed, and names that do not exist are refused', async () => {
  expect((await fake.cli('list 09', { labs })).out).toContain('queue      measured');
  expect(JSON.parse((await fake.cli('list --json', { labs })).out)).toMatchObject({
    labs: [{}, {}, { id: '09-storm', measurements: [{ name: 'queue', title: 'how many wait' }, {}] }],
  });
  expect(await fake.refused('run 09/quue', { labs })).toContain('did you mean queue?');
  expect(await fake.refused('map 09', { labs })).toContain('09 is measured, not explored');
  expect(() => measuring(queue, queue)).toThrow('two variants called "queue"');
});

test('Ctrl-C leaves everything as it was', async () => {
  const abort = new AbortController();
  const stopping: Measurement = {
    ...queue,
    measure: async (context) => {
      abort.abort();
      return await queue.measure(context);
    },
  };
  const { code, err } = await fake.cli('run 09', { labs: measuring(stopping), abort });
  expect(code).not.toBe(0);
  expect(err).toContain('stopped: 0 of 1 measurement done');
});
