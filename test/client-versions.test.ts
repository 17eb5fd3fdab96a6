import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explore, openSession, renderFailure, type Scenario, type Session } from '../harness/index.js';
import { OTHER_CLIENTS, OWN_CLIENTS } from './consumers/other-clients.js';

let session: Session;
beforeAll(async () => {
  session = await openSession();
});
afterAll(() => session.close());

async function checkName(scenario: Scenario, name: string): Promise<void> {
  const { kind, record } = await explore(scenario, { session });
  expect(kind).toBe('breaks');
  expect(record!.client.names).toEqual([name]);
  expect(renderFailure(record!, {})).toMatch(new RegExp(`with .*, ${name} \\((defaults|custom)\\)`));
}

describe('a client that a scenario makes is tried, and named as what it is', () => {
  test.each(Object.entries(OTHER_CLIENTS))('%s', (name, scenario) => checkName(scenario, name));
});

describe('so is one that a worker makes', () => {
  test.each(Object.entries(OWN_CLIENTS))('%s', (name, scenario) => checkName(scenario, name));
});

test('a maker of clients of another kind is told what to do', async () => {
  const { createClient } = await import('@redis/client');
  const wrong = { ...OTHER_CLIENTS['ioredis 5.3.0']!, createClient: (() => createClient()) as never };
  const { kind, message } = await explore(wrong, { session });
  expect(kind).toBe('error');
  expect(message).toMatch(/^"createClient" returns a client of ioredis or iovalkey/);
});
