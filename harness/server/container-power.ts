import type Dockerode from 'dockerode';
import { ServerError, messageOf } from './errors.js';
import { LocalProcess } from './local-process.js';
import { END_KNOWN_MS, answering } from './place.js';
import type { ServerPower } from './power.js';
import { Probe } from './probe.js';
import { sleep } from './sleep.js';
import type { Endpoint } from './types.js';

/** What the engine says when the container is already as it should be. */
const ALREADY = new Set([304, 409]);

/** A container with a server that can be reached from here. */
export interface PoweredContainer {
  readonly docker: Dockerode;
  readonly name: string;
  readonly endpoint: Endpoint;
  /** A part of the path of what only this container has mounted; undefined where that is nothing. */
  readonly mounted: string | undefined;
  /** Resolves when the server answers again. */
  readonly answers: () => Promise<void>;
}

/**
 * Power over a container: its only process is the server, so signals to the one reach the other. Where that process can
 * be told among those of this kernel, nobody is asked to pass them on, and it crashes and starts again in its place: an
 * engine takes ten times as long to make a container anew. Else the engine does all of it. The server is halted by a signal
 * and not by the engine's pause, which freezes a control group and, on a busy machine, may fail to.
 */
export function containerPower({ docker, name, endpoint, mounted, answers }: PoweredContainer): ServerPower {
  const container = docker.getContainer(name);
  let restarts = 0;
  let found: Promise<LocalProcess | undefined> | undefined;
  /** The one that crashed and can start again by itself. */
  let crashed: LocalProcess | undefined;
  const local = async (): Promise<LocalProcess | undefined> => {
    if (mounted === undefined) return undefined;
    found ??= container.inspect().then(
      ({ State }) => LocalProcess.of(State.Pid, mounted, endpoint),
      () => undefined,
    );
    const server = await found;
    return server?.known === true ? server : undefined;
  };
  const signal = async (sent: 'SIGSTOP' | 'SIGCONT'): Promise<void> => {
    const server = await local();
    if (server === undefined) await container.kill({ signal: sent });
    else server.signal(sent);
  };
  return {
    get restarts() {
      return restarts;
    },
    kill: async () => {
      if (crashed !== undefined) return;
      const server = await local();
      if ((await server?.crash()) === true) {
        crashed = server;
        return;
      }
      const gone = container.wait({ condition: 'not-running' });
      await unless(ALREADY, container.kill({ signal: 'SIGKILL' }));
      await gone;
      await silence(endpoint);
    },
    start: async () => {
      restarts += 1;
      try {
        if (crashed !== undefined) {
          await comeBack(crashed, endpoint);
          crashed = undefined;
          return;
        }
        found = undefined;
        await unless(ALREADY, container.start());
        await answers();
      } catch (error) {
        throw new ServerError('start-failed', `the container did not start again: ${messageOf(error)}`, {
          cause: error,
        });
      }
    },
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
  };
}

/** The engine takes back what it published a little later than the server ends. */
async function silence(endpoint: Endpoint): Promise<void> {
  while (await Probe.listens(endpoint)) await sleep(2);
}

async function comeBack(server: LocalProcess, endpoint: Endpoint): Promise<void> {
  server.recover();
  const ended = (): Error | undefined => (server.alive ? undefined : new Error('its server has ended'));
  (await answering(endpoint, ended, 10_000)).close();
}

/** How a container ended, which is known a little later than its connections break; undefined while it runs. */
export async function endOf(docker: Dockerode, name: string): Promise<string | undefined> {
  const until = performance.now() + END_KNOWN_MS;
  try {
    for (;;) {
      const { State: state } = await docker.getContainer(name).inspect();
      if (!state.Running)
        return `its container ${state.OOMKilled ? 'ran out of memory' : `ended with code ${state.ExitCode}`}`;
      if (performance.now() > until) return undefined;
      await sleep(50);
    }
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return 'its container was removed';
    return `the container engine does not answer any more: ${messageOf(error)}`;
  }
}

async function unless(fine: ReadonlySet<number>, action: Promise<unknown>): Promise<void> {
  try {
    await action;
  } catch (error) {
    const status = (error as { statusCode?: number }).statusCode;
    if (status === undefined || !fine.has(status)) throw error;
  }
}
