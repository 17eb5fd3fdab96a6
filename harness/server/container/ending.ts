import { constants } from 'node:os';
import type { Container } from 'dockerode';
import { messageOf } from '../errors.js';
import { sleep } from '../machine/sleep.js';
import { END_KNOWN_MS } from '../place.js';
import { statusOf } from './docker-status.js';

/** Pause between two questions to the engine, and how often it is asked whether a container is gone. */
const PAUSE_MS = 50;
const REMOVALS_TRIED = 100;
/** Lines at the end of a log that an error shows. */
const LOG_LINES = 4;

/**
 * How a container ended, which is known a little later than its connections break. @returns undefined while it runs
 *
 * @internal
 */
export async function endOf(container: Container): Promise<string | undefined> {
  const until = performance.now() + END_KNOWN_MS;
  try {
    for (;;) {
      const { State: state } = await container.inspect();
      if (!state.Running)
        return `its container ${state.OOMKilled ? 'ran out of memory' : codeText(state.ExitCode)}`;
      if (performance.now() > until) return undefined;
      await sleep(PAUSE_MS);
    }
  } catch (error) {
    if (statusOf(error) === 404) return 'its container was removed';
    return `the container engine does not answer any more: ${messageOf(error)}`;
  }
}

/** A code above this is the number of the signal that ended it, by the custom of shells. */
const SIGNALLED = 128;

function codeText(code: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - SIGNALLED)?.[0];
  return `ended with code ${code}${signal === undefined ? '' : ` (${signal})`}`;
}

/** The end of a container's log, where its server says why it gave up. @internal */
export async function lastLines(container: Container): Promise<string> {
  const log = await container.logs({ stdout: true, stderr: true, tail: LOG_LINES, follow: false });
  // Without a terminal each piece of output follows an 8-byte header, whose bytes are not text.
  const text = log
    .toString('utf8')
    .replaceAll(/[^\P{C}\n]/gu, '')
    .trim();
  return text === '' ? 'its log is empty' : text.split('\n').join(' | ');
}

/** Removes a container and waits until it is gone; one that is not there is fine. @internal */
export async function remove(container: Container): Promise<void> {
  for (let left = REMOVALS_TRIED; left > 0; left--) {
    try {
      await container.remove({ force: true, v: true });
      return;
    } catch (error) {
      const status = statusOf(error);
      if (status === 404) return;
      // Somebody else is removing it.
      if (status !== 409) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
