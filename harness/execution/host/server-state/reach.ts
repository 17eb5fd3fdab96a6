import type { RedisServer } from '../../../server/types.js';
import { Control } from '../../../wire/upstream/control.js';
import type { Preamble } from '../../../wire/upstream/preamble.js';
import type { ReplyWatch } from '../../../wire/upstream/reply-watch.js';
import { isReplyError } from '../../../wire/resp.js';
import { ServerState } from './server-state.js';

/** The lab's own connection to a server that is as new. @internal */
export interface Reached {
  readonly control: Control;
  /** Does the server run DEBUG? One that somebody else started may not. */
  readonly debug: boolean;
}

/**
 * Connects to a server. One of the lab's own that is dead, or that an earlier execution left unusable, is started afresh.
 *
 * @throws ServerGoneError when it cannot be reached
 * @internal
 */
export async function reach(server: RedisServer, watch: ReplyWatch, preamble: Preamble): Promise<Reached> {
  const state = ServerState.of(server);
  if (state.changed) await state.startAfresh();
  const control = await connect(server, watch, preamble);
  try {
    const debug = await prepare(control);
    await state.remember(control);
    return { control, debug };
  } catch (error) {
    control.close();
    throw error;
  }
}

async function connect(server: RedisServer, watch: ReplyWatch, preamble: Preamble): Promise<Control> {
  try {
    return await Control.open(server.endpoint, watch, preamble);
  } catch (error) {
    if (server.power === undefined || (await server.ended?.()) === undefined) throw error;
    await ServerState.of(server).startAfresh();
    return await Control.open(server.endpoint, watch, preamble);
  }
}

/**
 * What a server has to be told before an execution can be run on it.
 *
 * @returns whether it runs DEBUG
 * @internal
 */
export async function prepare(control: Control): Promise<boolean> {
  // Expiry happens when a command meets a key, never in the background.
  return !isReplyError(await control.tryCall('DEBUG', 'SET-ACTIVE-EXPIRE', '0'));
}
