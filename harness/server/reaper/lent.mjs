// A server that somebody lent the lab: what it was like, and how it becomes like that again.
//
// Plain JavaScript, since the reaper runs it, the same from source and from a build. To give back is done in passes, each of
// which looks at everything and puts right what differs, until nothing differs any more: what a killed process had written
// to its connections may still be read by the server a moment later, and a script may have to be ended first.

import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The password of everybody while the fault `server-noauth` lasts, and the user of the lab while `server-noperm` does. @internal */
export const MEANWHILE = { password: 'changed', user: 'race-lab' };

/** Takes everything from a user. Not `reset`, which leaves a flag that it may not have had. @internal */
export const NO_RIGHTS = ['off', 'resetpass', 'resetkeys', 'resetchannels', '-@all'];

const REPLY_LIMIT_MS = 3000;
const PAUSE_MS = 50;
/** So many passes in a row must find nothing to put right. */
const CALM_PASSES = 2;

/** A connection that speaks RESP2. Texts are bytes, one character each, so that nothing is changed on its way. @internal */
export class Conversation {
  #socket;
  #waiting = [];
  #chunks = [];
  #over;

  static connect(endpoint) {
    return new Promise((resolve, reject) => {
      const conversation = new Conversation();
      const socket = net.createConnection({ ...endpoint });
      conversation.#socket = socket;
      socket.once('connect', () => resolve(conversation));
      socket.on('data', (chunk) => conversation.#receive(chunk));
      socket.on('error', (error) => {
        conversation.#end(error);
        reject(error);
      });
      socket.on('close', () => conversation.#end(new Error('the connection was closed')));
    });
  }

  get closed() {
    return this.#over !== undefined;
  }

  get port() {
    return this.#socket.localPort;
  }

  unref() {
    this.#socket.unref();
  }

  close() {
    this.#socket.destroy();
  }

  /** Sends one command. An error reply is returned, as an `Error`. @throws Error when the connection is, or gets, lost */
  call(...args) {
    return new Promise((resolve, reject) => {
      if (this.#over !== undefined) return reject(this.#over);
      const timer = setTimeout(() => {
        this.#end(new Error(`no answer within ${REPLY_LIMIT_MS} ms`));
        this.#socket.destroy();
      }, REPLY_LIMIT_MS);
      const done = (then) => (value) => {
        clearTimeout(timer);
        then(value);
      };
      this.#waiting.push({ resolve: done(resolve), reject: done(reject) });
      const parts = args.map(String).map((text) => `$${text.length}\r\n${text}\r\n`);
      this.#socket.write(Buffer.from(`*${args.length}\r\n${parts.join('')}`, 'latin1'));
    });
  }

  #receive(chunk) {
    this.#chunks.push(chunk);
    // The end of a reply is the end of a line; only then it may be whole.
    if (chunk.at(-1) !== 10) return;
    const text = Buffer.concat(this.#chunks).toString('latin1');
    let at = 0;
    for (;;) {
      const read = replyAt(text, at);
      if (read === undefined) break;
      at = read.end;
      this.#waiting.shift()?.resolve(read.reply);
    }
    this.#chunks = at === text.length ? [] : [Buffer.from(text.slice(at), 'latin1')];
  }

  #end(error) {
    this.#over ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#over);
  }
}

function replyAt(text, start) {
  const line = text.indexOf('\r\n', start);
  if (line === -1) return undefined;
  const rest = text.slice(start + 1, line);
  const end = line + 2;
  if (text[start] === '$') {
    const size = Number(rest);
    if (size < 0) return { reply: null, end };
    return end + size + 2 > text.length
      ? undefined
      : { reply: text.slice(end, end + size), end: end + size + 2 };
  }
  if (text[start] === '*') {
    const reply = [];
    let at = end;
    while (reply.length < Number(rest)) {
      const item = replyAt(text, at);
      if (item === undefined) return undefined;
      reply.push(item.reply);
      at = item.end;
    }
    return { reply, end: at };
  }
  if (text[start] === '-') return { reply: new Error(rest), end };
  return { reply: text[start] === ':' ? Number(rest) : rest, end };
}

/** What a server is like that was just lent: all that the lab, or a worker, may change besides keys. @internal */
export async function remember(conversation) {
  const config = await configOf(conversation);
  const users = await conversation.call('ACL', 'LIST');
  return { config: [...config], users: users instanceof Error ? [] : users };
}

/** Empty where the server does not tell. */
async function configOf(conversation) {
  const reply = await conversation.call('CONFIG', 'GET', '*');
  const pairs = new Map();
  if (reply instanceof Error) return pairs;
  for (let at = 0; at < reply.length; at += 2) pairs.set(reply[at], reply[at + 1]);
  return pairs;
}

/**
 * Makes a server what it was.
 *
 * @param lent - {endpoint, state: what `remember` returned, keep: true where its keys are to stay}
 * @param known - a connection from before, which passwords and full slots do not concern
 * @returns whether it is what it was, as far as anybody can see
 * @internal
 */
export async function giveBack(lent, known, limitMs) {
  const until = Date.now() + limitMs;
  let conversation = known;
  for (let calm = 0; calm < CALM_PASSES;) {
    if (Date.now() > until) break;
    try {
      if (conversation === undefined || conversation.closed)
        conversation = await Conversation.connect(lent.endpoint);
      calm = (await putRight(conversation, lent)) ? 0 : calm + 1;
      if (calm === CALM_PASSES) return true;
    } catch {
      calm = 0;
    }
    await sleep(PAUSE_MS);
  }
  return false;
}

/** One pass. @returns whether anything was to be put right */
async function putRight(conversation, { state, keep }) {
  const ping = await conversation.call('PING');
  if (ping instanceof Error && (await unblock(conversation, ping.message))) return true;
  await conversation.call('CLIENT', 'UNPAUSE');
  let changed = false;
  const replication = await conversation.call('INFO', 'replication');
  if (/^role:slave/m.test(String(replication)))
    changed = !((await conversation.call('REPLICAOF', 'NO', 'ONE')) instanceof Error);
  changed = (await putSettingsRight(conversation, state)) || changed;
  changed = (await putUsersRight(conversation, state)) || changed;
  if (keep !== true) changed = (await empty(conversation)) || changed;
  await conversation.call('DEBUG', 'SET-ACTIVE-EXPIRE', '1');
  return changed;
}

/** What keeps others, and so this connection, from doing anything. @returns whether to look again */
async function unblock(conversation, error) {
  if (error.startsWith('BUSY')) await conversation.call('SCRIPT', 'KILL');
  else if (error.startsWith('NOAUTH')) await conversation.call('AUTH', MEANWHILE.password);
  else if (error.startsWith('NOPERM')) await conversation.call('AUTH', MEANWHILE.user, 'any');
  else return error.startsWith('LOADING');
  return true;
}

async function putSettingsRight(conversation, { config }) {
  const now = await configOf(conversation);
  let changed = false;
  for (const [name, value] of config) {
    if (!now.has(name) || now.get(name) === value) continue;
    // What cannot be set cannot have been changed.
    if ((await conversation.call('CONFIG', 'SET', name, value)) === 'OK') changed = true;
  }
  return changed;
}

async function putUsersRight(conversation, { users }) {
  let now = await conversation.call('ACL', 'LIST');
  if (now instanceof Error && now.message.startsWith('NOPERM')) {
    await conversation.call('AUTH', MEANWHILE.user, 'any');
    now = await conversation.call('ACL', 'LIST');
  }
  if (now instanceof Error || users.length === 0) return false;
  const nameOf = (line) => line.split(' ')[1];
  const wrong = users.filter((line) => !now.includes(line));
  for (const line of wrong) {
    const [, name, ...rules] = line.split(' ');
    // Servers before 7 know no selectors.
    await conversation.call('ACL', 'SETUSER', name, 'clearselectors');
    await conversation.call('ACL', 'SETUSER', name, ...NO_RIGHTS, ...rules);
  }
  const before = new Set(users.map(nameOf));
  const added = now.map(nameOf).filter((name) => !before.has(name));
  // Whoever is deleted is disconnected, and that may be this connection.
  if (added.length > 0) {
    await conversation.call('AUTH', 'default', 'any');
    await conversation.call('ACL', 'DELUSER', ...added);
  }
  return wrong.length + added.length > 0;
}

async function empty(conversation) {
  const keyspace = await conversation.call('INFO', 'keyspace');
  const functions = await conversation.call('FUNCTION', 'LIST');
  const hasFunctions = Array.isArray(functions) && functions.length > 0;
  if (hasFunctions) await conversation.call('FUNCTION', 'FLUSH', 'SYNC');
  if (!/^db\d+:keys=/m.test(String(keyspace))) return hasFunctions;
  return (await conversation.call('FLUSHALL', 'SYNC')) === 'OK' || hasFunctions;
}
