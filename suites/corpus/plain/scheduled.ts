/**
 * Has fast-check's scheduler decide when each command of a worker leaves, and when its reply is heard. A worker's commands on one
 * connection leave in their order. What is no command (timers, expiry, the connection itself) is out of its reach.
 */
import type { Scheduler } from 'fast-check';
import { running } from './plain-worker.js';

/** The scheduler of the round that runs. */
let scheduler: Scheduler | undefined;

/** @param now - undefined: commands leave when they are called */
export function scheduleBy(now: Scheduler | undefined): void {
  scheduler = now;
}

/** What has commands: of the ioredis family, or node_redis 2. */
interface Commanding {
  sendCommand?: (command: { name: string; promise: Promise<unknown> }, stream?: unknown) => unknown;
  internal_send_command?: (command: { command: string }) => unknown;
}

/** Puts the commands of a client into the hands of the scheduler. */
export function schedulable(client: unknown): void {
  const commanding = client as Commanding;
  const { sendCommand, internal_send_command } = commanding;
  const turns = new Map<number, Promise<void>>();
  const whenTurn = (by: Scheduler, label: string, send: () => unknown): Promise<void> => {
    const worker = running.getStore() ?? 0;
    const before = turns.get(worker) ?? Promise.resolve();
    const after = before
      .then(() => by.schedule(Promise.resolve(), `w${worker} ${label}`))
      .then(() => void send());
    turns.set(worker, after);
    return after;
  };
  if (sendCommand !== undefined)
    commanding.sendCommand = function (command, stream) {
      const by = scheduler;
      // What a pipeline is made of leaves with it.
      if (by === undefined || stream !== undefined || running.getStore() === undefined)
        return sendCommand.call(this, command, stream);
      void whenTurn(by, command.name, () => sendCommand.call(this, command));
      // It waits for what it chose: only what has arrived may be chosen.
      const heard = command.promise.then(
        (reply) => by.schedule(Promise.resolve(reply), `reply to ${command.name}`),
        (error: Error) => by.schedule(Promise.reject(error), `error of ${command.name}`),
      );
      heard.catch(() => {});
      return heard;
    };
  else if (internal_send_command !== undefined)
    commanding.internal_send_command = function (command) {
      const by = scheduler;
      if (by === undefined || running.getStore() === undefined)
        return internal_send_command.call(this, command);
      void whenTurn(by, command.command, () => internal_send_command.call(this, command));
      return false;
    };
}
