import { ServerError, messageOf } from '../errors.js';
import { Reaper, type Lease } from '../reaper/reaper.js';
import { Conversation, giveBack, remember, type LentReply, type LentState } from '../reaper/lent.mjs';
import type { Endpoint } from '../types.js';
import { ForeignWrites } from './foreign-writes.js';
import { noteOwnPort } from '../probe/own-ports.js';

/** Real ms that a server has to become what it was. */
const BACK_LIMIT_MS = 10_000;

/** Every key of every database, as `db:key`. */
const KEYS = `
local found = {}
for db in redis.call('INFO', 'keyspace'):gmatch('db(%d+):keys') do
  redis.call('SELECT', db)
  for _, key in ipairs(redis.call('KEYS', '*')) do found[#found + 1] = db .. ':' .. key end
end
return found`;

/**
 * Empties the server, or changes nothing when a key is there that is not among the arguments. In one go: no command of
 * anybody comes between the look and the emptying.
 *
 * @internal
 */
export const EMPTY_OWN = `
local own = {}
for _, name in ipairs(ARGV) do own[name] = true end
for db in redis.call('INFO', 'keyspace'):gmatch('db(%d+):keys') do
  redis.call('SELECT', db)
  for _, key in ipairs(redis.call('KEYS', '*')) do
    if not own[db .. ':' .. key] then return redis.error_reply('ERR there is a key that the lab does not know: ' .. key) end
  end
end
redis.call('FLUSHALL')
return redis.status_reply('OK')`;

/**
 * A server that somebody else runs and lent the lab, empty. It is watched for what others write, and given back as it was,
 * also when this process is killed: the reaper knows what it was like before anything is changed.
 *
 * @internal
 */
export class Borrowed {
  #marks = 0;
  #conversation: Conversation;

  private constructor(
    readonly endpoint: Endpoint,
    readonly address: string,
    conversation: Conversation,
    readonly watch: ForeignWrites,
    readonly state: LentState,
    readonly lease: Lease,
  ) {
    this.#conversation = conversation;
  }

  /** Begins to watch and takes note of what the server is like. Changes nothing. @throws ServerError, Error */
  static async open(endpoint: Endpoint, address: string): Promise<Borrowed> {
    const conversation = await connect(endpoint);
    try {
      const listed = await conversation.call('ACL', 'CAT', 'write');
      const writing = new Set(Array.isArray(listed) ? listed.map(String) : []);
      const watch = await ForeignWrites.open(endpoint, writing).catch((error: unknown) => {
        throw new ServerError(
          'bad-request',
          `${address} cannot be watched for what others write (MONITOR): ${messageOf(error)}. The lab empties the server that it works on, ` +
            'and so it must know that all of it is its own',
        );
      });
      const state = await remember(conversation);
      const lease = Reaper.get().lease();
      lease.add({ lent: { endpoint, state } });
      return new Borrowed(endpoint, address, conversation, watch, state, lease);
    } catch (error) {
      conversation.close();
      throw error;
    }
  }

  /**
   * The keys that are there, all of them the lab's own.
   *
   * @returns each as `db:key`, its bytes as characters
   * @throws ServerError (`foreign-write`) when somebody else has written to the server
   */
  async ownKeys(): Promise<readonly string[]> {
    const found = await this.#keys();
    const [first] = this.watch.found;
    if (first === undefined) return found;
    this.lease.add({ lent: { endpoint: this.endpoint, state: this.state, keep: true } });
    throw new ServerError(
      'foreign-write',
      `somebody else writes to ${this.address} while the lab works there: ${first.words}, from ${first.from}. ` +
        'The lab empties its server before each execution and would delete that, so it stops, and what is there stays. Use a server that nobody else writes to',
    );
  }

  async #keys(): Promise<string[]> {
    if (this.#conversation.closed) this.#conversation = await connect(this.endpoint);
    const mark = `race-lab ${process.pid} ${(this.#marks += 1)}`;
    const seen = this.watch.seen(mark);
    seen.catch(() => {});
    const [found] = await Promise.all([
      this.#conversation.call('EVAL', KEYS, 0),
      this.#conversation.call('ECHO', mark),
    ]);
    await seen;
    return refused(found, this.address) as string[];
  }

  /** Empties it, if all is the lab's own, and makes it what it was. @throws ServerError when it cannot */
  async giveBack(): Promise<void> {
    let foreign: unknown;
    try {
      await this.#emptyOwn();
    } catch (error) {
      foreign = error;
    }
    const keep = foreign !== undefined;
    const lent = { endpoint: this.endpoint, state: this.state, keep };
    const done = await giveBack(lent, this.#conversation, BACK_LIMIT_MS);
    this.watch.close();
    this.#conversation.close();
    this.lease.release();
    if (keep && foreign instanceof ServerError && foreign.code !== 'foreign-write') throw foreign;
    if (done) return;
    throw new ServerError(
      'not-restored',
      `${this.address} could not be made what it was before the lab came`,
    );
  }

  /** Nothing was changed: ends what began with `open`. */
  forget(): void {
    this.watch.close();
    this.#conversation.close();
    this.lease.release();
  }

  async #emptyOwn(): Promise<void> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const keys = await this.ownKeys();
      if ((await this.#conversation.call('EVAL', EMPTY_OWN, 0, ...keys)) === 'OK') return;
    }
    throw new ServerError('not-restored', `${this.address} could not be emptied`);
  }
}

async function connect(endpoint: Endpoint): Promise<Conversation> {
  const conversation = await Conversation.connect(endpoint);
  noteOwnPort(conversation.port);
  conversation.unref();
  return conversation;
}

function refused(reply: LentReply, address: string): LentReply {
  if (reply instanceof Error)
    throw new ServerError(
      'bad-request',
      `${address} does not let the lab look for its keys: ${reply.message}`,
    );
  return reply;
}
