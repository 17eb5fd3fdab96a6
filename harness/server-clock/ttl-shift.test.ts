import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type RedisServer } from '../server/index.js';
import { Control } from '../wire/upstream/control.js';
import { TtlShiftClock } from './ttl-shift.js';

/** Longer than any slack for a machine with nothing else to do. */
const LATE_MS = 100;

let server: RedisServer;
let control: Control;
beforeAll(async () => {
  server = await startServer({ clock: 'ttl-shift' });
  control = await Control.open(server.endpoint);
});
afterAll(async () => {
  control.close();
  await server.stop();
});

test.each([
  ['a deadline that is stated', ['SET', 'k', 'v', 'PX', '5000']],
  ['a deadline that a script sets', ['EVAL', "return redis.call('SET', KEYS[1], 'v', 'PX', 5000)", '1', 'k']],
])('should know %s exactly, however late the server gets to parking it', async (_name, command) => {
  const late = new Proxy(control, {
    get: (target, name) =>
      name === 'call'
        ? async (...args: string[]) => {
            // The lab is done with its part by now; it is the server that is busy with others.
            if (args[0] === 'EVAL') await new Promise((resolve) => setTimeout(resolve, LATE_MS));
            return await target.call(...args);
          }
        : (Reflect.get(target, name) as unknown),
  });
  const clock = new TtlShiftClock(late);
  clock.reset();
  const args = command.map((word) => Buffer.from(word));
  await clock.beforeCommand(command[0]!, args);
  await control.call(...command);
  await clock.afterCommand(command[0]!, args, Buffer.from('+OK\r\n'));
  const parkedAt = Number(await control.call('PEXPIRETIME', 'k'));
  expect(parkedAt % 100_000).toBe(5000);
  await control.call('DEL', 'k');
});
