/** A server that one process started, and another one works with. */
import { defined } from '../../base/defined.js';
import { ServerError, messageOf } from '../../server/errors.js';
import type { RedisServer } from '../../server/types.js';
import type { ServerAnswer, ServerAsk, ServerFacts } from './protocol.js';

/** What the other process is told of a server. @internal */
export function factsOf(server: RedisServer): ServerFacts {
  const { endpoint, version, product, source, description, clockMode, clockFile, clockReason } = server;
  return {
    ...{ endpoint, version, product, source, description, clockMode },
    ...defined({ clockFile, clockReason }),
    hasPower: server.power !== undefined,
    saysEnd: server.ended !== undefined,
    isLent: server.lent !== undefined,
    restarts: server.power?.restarts ?? 0,
  };
}

/** Does what the other process asked for. @internal */
export async function answerFor(server: RedisServer, ask: ServerAsk): Promise<ServerAnswer> {
  const restarts = (): number => server.power?.restarts ?? 0;
  try {
    return { value: await perform(server, ask), restarts: restarts() };
  } catch (error) {
    return { message: messageOf(error), restarts: restarts() };
  }
}

async function perform({ power, ended, lent }: RedisServer, ask: ServerAsk): Promise<unknown> {
  if (ask === 'ended') return await ended?.();
  if (ask === 'ownKeys') return await lent?.ownKeys();
  return await power?.[ask]();
}

/**
 * The server as the other process has it. To stop it is for the process that started it.
 *
 * @param ask - sends an ask to that process, and resolves with what came of it
 * @internal
 */
export function borrowed(facts: ServerFacts, ask: (ask: ServerAsk) => Promise<ServerAnswer>): RedisServer {
  const { hasPower, saysEnd, isLent, restarts, ...rest } = facts;
  let known = restarts;
  const value = async (what: ServerAsk): Promise<unknown> => {
    const answer = await ask(what);
    known = answer.restarts;
    if ('message' in answer) throw new ServerError('start-failed', answer.message);
    return answer.value;
  };
  const act = (what: ServerAsk) => async (): Promise<void> => void (await value(what));
  const power = {
    get restarts() {
      return known;
    },
    kill: act('kill'),
    start: act('start'),
    pause: act('pause'),
    resume: act('resume'),
  };
  return {
    ...rest,
    ...(hasPower ? { power } : {}),
    ...(saysEnd ? { ended: async () => (await value('ended')) as string | undefined } : {}),
    ...(isLent ? { lent: { ownKeys: async () => (await value('ownKeys')) as readonly string[] } } : {}),
    stop: async () => {},
  };
}
