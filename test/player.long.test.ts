import { afterAll, expect, test } from 'vitest';
import { Environment } from '../harness/execution/host/environment.js';
import { exploreWith } from '../harness/explore/explore.js';
import { isToBreak, type Level } from '../harness/play/level.js';
import { Table } from '../harness/play/table.js';
import { startServer } from '../harness/server/index.js';
import { labs } from '../labs/index.js';

const levels = labs.flatMap((lab) =>
  lab.variants.map(({ name, title, scenario, expect: expected, preemptions }): Level => ({
    id: `${lab.id}/${name}`,
    identity: { lab: lab.id, variant: name },
    labTitle: lab.title,
    ...{ title, scenario, expect: expected, preemptions, seed: 1, shareable: true },
  })),
);
const table = new Table({
  levels,
  open: async () => {
    const server = await startServer();
    const environment = await Environment.open(server);
    const close = async (): Promise<void> => {
      environment.close();
      await server.stop();
    };
    return { environment, close };
  },
  // However long it takes: a person would be told that the lab has found nothing in time.
  explore: ({ environment: session }, { scenario, identity, preemptions }) =>
    exploreWith(scenario, {
      session,
      identity,
      seconds: Infinity,
      ...(preemptions === undefined ? {} : { preemptions }),
    }),
});
afterAll(() => table.close());

test.each(levels.filter(isToBreak).map(({ id }) => id))('the goal of %s can be reached', async (id) => {
  const { schedule, best, hints } = await table.level(id);
  expect(hints.length).toBeGreaterThan(0);
  // Step by step, as a person goes there.
  let told = await table.play({ level: id, tape: schedule!.tape, steps: 0, onward: { kind: 'stay' } });
  for (let steps = 1; steps <= schedule!.steps && told.outcome === null; steps++) {
    told = await table.play({ level: id, tape: schedule!.tape, steps, onward: { kind: 'stay' } });
    expect(told.steps).toBe(steps);
  }
  expect(told).toMatchObject({ withinGoal: true, outcome: { won: true }, size: best });
});
