// The lab's last line of cleaning up: a process of its own that outlives its parent by a moment.
//
// Plain JavaScript so that it runs the same from source and from a build. It reads JSON lines from standard input, one
// for each change of what must not be left behind; when that pipe ends, because the parent closed it, crashed or was
// killed with -9, it removes everything still listed and exits. Lines: {id, dir?, pid?, started?, container?, engine?,
// lent?} describes a thing, {id, gone: true} takes it off the list.

import { readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Conversation, giveBack } from './lent.mjs';

// Ctrl-C reaches the whole foreground group, and a closing terminal everyone: only the end of the pipe counts.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => {});

/** Longer than a server may be kept busy by what the lab had begun. */
const BACK_LIMIT_MS = 30_000;

const left = new Map();
/** To lent servers, made before anything is done to them: later it may take a password, or no slot may be free. */
const connections = new Map();

for await (const line of createInterface({ input: process.stdin })) {
  const thing = JSON.parse(line);
  if (thing.gone === true) {
    left.delete(thing.id);
    connections.get(thing.id)?.then((conversation) => conversation?.close());
  } else {
    left.set(thing.id, thing);
    if (thing.lent !== undefined && !connections.has(thing.id))
      connections.set(
        thing.id,
        Conversation.connect(thing.lent.endpoint).catch(() => undefined),
      );
  }
}
await Promise.allSettled([...left.values()].map(remove));
process.exit();

async function remove(thing) {
  if (thing.pid !== undefined) kill(thing.pid, thing.started);
  // The parent may have died between starting the server and saying its process id.
  else if (thing.dir !== undefined && thing.container === undefined) await killBelow(thing.dir);
  if (thing.lent !== undefined)
    await giveBack(thing.lent, await connections.get(thing.id), thing.limitMs ?? BACK_LIMIT_MS);
  if (thing.container !== undefined) await removeContainer(thing);
  if (thing.dir !== undefined) rmSync(thing.dir, { recursive: true, force: true, maxRetries: 5 });
}

function kill(pid, started) {
  // Process ids are reused: the start time tells whether it is still the same process.
  if (started !== undefined && startTime(pid) !== started) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}

function startTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Kills what runs with `dir` as its working directory; twice, for a child that had not got there yet. */
async function killBelow(dir) {
  for (let round = 0; round < 2; round++) {
    if (round > 0) await sleep(200);
    let pids;
    try {
      pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    } catch {
      return;
    }
    for (const pid of pids) {
      try {
        if (readlinkSync(`/proc/${pid}/cwd`) === dir) process.kill(Number(pid), 'SIGKILL');
      } catch {}
    }
  }
}

async function removeContainer({ container, engine }) {
  // 404 may also mean that the request to create it is still under way: ask again for a while. 409 is a removal that
  // somebody else has started.
  const until = Date.now() + 10_000;
  let seen = false;
  for (;;) {
    const status = await request(engine, `/containers/${container}?force=1&v=1`);
    if (status === 204) return;
    if (status === 409) seen = true;
    if (status === 404 && (seen || engine.created === true)) return;
    if (Date.now() > until) return;
    await sleep(100);
  }
}

function request({ options, tls }, path) {
  const names = tls === undefined ? [] : ['ca', 'cert', 'key'];
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(`${tls}/${name}.pem`)]));
  return new Promise((resolve) => {
    const call = (tls === undefined ? http : https).request({
      ...options,
      ...files,
      path,
      method: 'DELETE',
      timeout: 10_000,
    });
    call.on('response', (response) => {
      response.resume();
      response.on('close', () => resolve(response.statusCode));
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(undefined));
    call.end();
  });
}
