import type { Container } from 'dockerode';
import { messageOf } from '../errors.js';
import { sleep } from '../machine/sleep.js';
import { START_LIMIT_MS } from '../place.js';
import { answering } from '../probe/answering.js';
import type { Endpoint } from '../types.js';
import { lastLines } from './ending.js';

/** How long an endpoint may stay silent before the next one gets its chance. */
const HEAD_START_MS = 300;
/** How often the engine is asked whether the container still runs. */
const WATCH_MS = 100;

/**
 * Waits until the server in a container answers.
 *
 * @param candidates - where it may be reached, in order of preference
 * @returns the one that answered, as the address that it came from: `localhost` may be two, of which one is published
 * @throws Error when none answers, or with the end of its log as soon as the container has ended
 * @internal
 */
export async function firstToAnswer(
  container: Container,
  candidates: readonly Endpoint[],
): Promise<Endpoint> {
  let failure: Error | undefined;
  let done = false;
  const watch = async (): Promise<void> => {
    while (!done && failure === undefined) {
      await sleep(WATCH_MS);
      failure = await endedEarly(container);
    }
  };
  void watch().catch((error: unknown) => {
    failure = new Error(`the container is gone: ${messageOf(error)}`);
  });
  const hopeless = (): Error | undefined => (done ? new Error('another one answered') : failure);
  try {
    return await Promise.any(
      candidates.map(async (endpoint, index) => {
        await sleep(index * HEAD_START_MS);
        return await answerAt(endpoint, hopeless);
      }),
    );
  } catch (error) {
    throw (
      failure ??
      new Error(`the server in the container does not answer: ${messageOf(error)}`, { cause: error })
    );
  } finally {
    done = true;
  }
}

async function endedEarly(container: Container): Promise<Error | undefined> {
  const { State: state } = await container.inspect();
  if (state.Running) return undefined;
  return new Error(`the container ended with code ${state.ExitCode}: ${await lastLines(container)}`);
}

async function answerAt(endpoint: Endpoint, hopeless: () => Error | undefined): Promise<Endpoint> {
  const known = hopeless();
  if (known !== undefined) throw known;
  const probe = await answering(endpoint, hopeless, START_LIMIT_MS);
  const address = probe.remoteAddress;
  probe.close();
  return 'port' in endpoint && address !== undefined ? { host: address, port: endpoint.port } : endpoint;
}
