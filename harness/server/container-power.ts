import type Dockerode from 'dockerode';
import { ServerError, messageOf } from './errors.js';
import { END_KNOWN_MS } from './place.js';
import type { ServerPower } from './power.js';
import { sleep } from './sleep.js';

/** What the engine says when the container is already as it should be. */
const ALREADY = new Set([304, 409]);

/**
 * Power over a container: its only process is the server, so signals to the one reach the other. It is halted by a
 * signal and not by the engine's pause, which freezes a control group and, on a busy machine, may fail to.
 *
 * @param answers - resolves when the server answers again
 */
export function containerPower(docker: Dockerode, name: string, answers: () => Promise<void>): ServerPower {
  const container = docker.getContainer(name);
  let restarts = 0;
  return {
    get restarts() {
      return restarts;
    },
    kill: async () => {
      const gone = container.wait({ condition: 'not-running' });
      await unless(ALREADY, container.kill({ signal: 'SIGKILL' }));
      await gone;
    },
    start: async () => {
      restarts += 1;
      try {
        await unless(ALREADY, container.start());
        await answers();
      } catch (error) {
        throw new ServerError('start-failed', `the container did not start again: ${messageOf(error)}`, {
          cause: error,
        });
      }
    },
    pause: async () => void (await container.kill({ signal: 'SIGSTOP' })),
    resume: async () => void (await container.kill({ signal: 'SIGCONT' })),
  };
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
