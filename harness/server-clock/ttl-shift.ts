import type { Control } from '../wire/upstream/control.js';
import { ServerGoneError } from '../wire/upstream/waiting.js';
import { real } from '../clock/globals.js';
import type { DeadlineQuestion, ServerClock } from './server-clock.js';
import { TtlReader, type TtlIntent } from './ttl-arguments.js';
import { EPOCH_MS } from '../clock/virtual-time.js';

/** Deadlines behind this time are the lab's: this many ms plus the virtual deadline. (2100-01-01) */
const PARKED_MS = 4_102_444_800_000;
/** What a deadline may seem to have moved between being set and being parked, on top of the measured time. */
const SLACK_MS = 2;
/** Where the clocks of the two sides are further apart than this, they are not the clock of one machine. */
const ONE_CLOCK_MS = 60_000;
/** Deadlines nearer than this are shown as this to a script: it may take a moment to run. */
const SCRIPT_MARGIN_MS = 50;
/** The same for invariants. */
const CHECK_MARGIN_MS = 1000;
const QUEUED = '+QUEUED';

/** Walks over every key that has a deadline. Database 0 only; hash field deadlines are not covered. */
const eachKey = (body: string): string => `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local base, virtual = tonumber(ARGV[1]), tonumber(ARGV[2])
local function move(key, at) redis.call('PEXPIREAT', key, string.format('%.0f', at)) end
local cursor = '0'
repeat
  local page = redis.call('SCAN', cursor, 'COUNT', 1000)
  cursor = page[1]
  for _, key in ipairs(page[2]) do
    local at = redis.call('PEXPIRETIME', key)
    if at >= 0 then ${body} end
  end
until cursor == '0'`;

/**
 * ARGV: base, virtual now, slack, when the command was sent, number of lent deadlines, for each its key, what was lent
 * and what was parked, number of stated deadlines, for each its key and TTL, then possible TTLs, ascending.
 *
 * This script may have to wait for its turn, so how much time has passed since the command is asked of the server's own
 * clock, which on one machine is that of the lab.
 */
const PARK = `
local count, slack, next = 0, tonumber(ARGV[3]), 6
local started = redis.call('TIME')
local since = started[1] * 1000 + math.floor(started[2] / 1000) - tonumber(ARGV[4])
if since < ${ONE_CLOCK_MS} then slack = math.max(slack, since + ${SLACK_MS}) end
local lent, parked, stated = {}, {}, {}
for _ = 1, tonumber(ARGV[5]) do
  lent[ARGV[next]], parked[ARGV[next]] = tonumber(ARGV[next + 1]), tonumber(ARGV[next + 2])
  next = next + 3
end
local pairs_left = tonumber(ARGV[next])
next = next + 1
for _ = 1, pairs_left do
  stated[ARGV[next]] = tonumber(ARGV[next + 1])
  next = next + 2
end
local function exact(key, ttl)
  local said = stated[key]
  if said and said >= ttl and said - ttl <= slack then return said end
  for i = next, #ARGV do
    local candidate = tonumber(ARGV[i])
    if candidate >= ttl then
      if candidate - ttl <= slack then return candidate end
      break
    end
  end
  return ttl
end
${eachKey(`
      count = count + 1
      if at < base then
        if lent[key] == at then move(key, parked[key]) else move(key, base + virtual + exact(key, at - now)) end
      end`)}
return count`;

/** ARGV: base, virtual now, margin. Returns for each key: the key, what was lent, what was parked. */
const LEND = `
local lent, margin = {}, tonumber(ARGV[3])
${eachKey(`
      if at >= base then
        local shown = now + math.max(at - base - virtual + 1, margin)
        move(key, shown)
        lent[#lent + 1] = key
        lent[#lent + 1] = string.format('%.0f', shown)
        lent[#lent + 1] = string.format('%.0f', at)
      end`)}
return lent`;

/** ARGV: base, virtual now. Removes what expired: alive at its deadline, gone 1 ms later. */
const EXPIRE = `
local count = 0
${eachKey("if at < base + virtual then redis.call('DEL', key) else count = count + 1 end")}
return count`;

/**
 * Server time for a Redis whose clock cannot be frozen. Every deadline is moved far into the future as soon as it
 * is set ("parked"), so that real time never expires a key; when virtual time passes a deadline the key is deleted.
 * Replies that show a deadline are corrected; for commands that look at deadlines inside of the server (scripts,
 * EXPIRE … GT) the real ones are lent for that one command.
 *
 * Limits, against the frozen clock: a time to live that a script works out itself may be 1 ms lower; an expiry shows
 * as `del` in keyspace notifications; deadlines given as absolute times (PXAT, EXAT), TIME and hash field deadlines
 * follow real time; only database 0 is looked after; lending a deadline counts as a change for WATCH.
 *
 * @internal
 */
export class TtlShiftClock implements ServerClock {
  readonly mode = 'ttl-shift';
  readonly deadlines: DeadlineQuestion = {
    command: 'PEXPIRETIME',
    deadlineMs: (parkedMs) => EPOCH_MS + parkedMs - PARKED_MS,
  };
  #elapsedMs = 0;
  /** Keys that have a deadline. */
  #deadlines = 0;
  #sentAtMs = 0;
  /** The same by the wall clock. */
  #sentWallMs = 0;
  #lent: Buffer[] = [];
  /** What the commands said that are to be parked together: a setup, a transaction. */
  #intents: TtlIntent[] = [];
  #intent: TtlIntent | undefined;
  readonly #reader = new TtlReader();

  constructor(readonly control: Control) {}

  reset(): void {
    this.#elapsedMs = 0;
    this.#deadlines = 0;
    this.#lent = [];
    this.#intents = [];
    this.#noteTime();
  }

  async advance(byMs: number): Promise<void> {
    this.#elapsedMs += byMs;
    if (this.#deadlines > 0) this.#deadlines = Number(await this.#run(EXPIRE));
  }

  setupCommand(name: string, args: readonly string[]): void {
    const intent = this.#reader.read(name, [name, ...args]);
    if (intent.sets) this.#intents.push(intent);
  }

  afterSetup(): Promise<void> | undefined {
    return this.#intents.length > 0 ? this.#park(this.#intents.splice(0)) : undefined;
  }

  beforeCheck(): Promise<void> | undefined {
    return this.#lend(CHECK_MARGIN_MS);
  }

  beforeCommand(name: string, args: readonly Buffer[]): Promise<void> | undefined {
    this.#noteTime();
    this.#intent = this.#reader.read(name, args);
    const compares =
      name === 'EXEC' ? this.#intents.some((intent) => intent.compares) : this.#intent.compares;
    return compares ? this.#lend(SCRIPT_MARGIN_MS) : undefined;
  }

  afterCommand(
    name: string,
    args: readonly Buffer[],
    reply: Buffer,
  ): Promise<Buffer | undefined> | undefined {
    const intent = this.#intent!;
    if (reply.toString('latin1', 0, QUEUED.length) === QUEUED) {
      if (showsTtl(name)) this.#intents.push({ ...intent, compares: true });
      else if (intent.sets) this.#intents.push(intent);
      return this.#lent.length > 0 ? this.#park([]).then(() => undefined) : undefined;
    }
    if (showsTtl(name)) return this.#correctedReply(name, args, reply);
    if (name === 'EXEC' || name === 'DISCARD') {
      const intents = this.#intents.splice(0);
      if (intents.length === 0 && this.#lent.length === 0) return undefined;
      return this.#park(intents).then(() => undefined);
    }
    if (intent.sets || this.#lent.length > 0) return this.#parkOne(intent).then(() => undefined);
    return undefined;
  }

  async #parkOne(intent: TtlIntent): Promise<void> {
    await this.#park([intent]);
    if (intent.stated === undefined) return;
    const [key, ttlMs] = intent.stated;
    const tookMs = real.now() - this.#sentAtMs;
    if (tookMs < ttlMs || !(ttlMs > 0) || Number(await this.control.call('EXISTS', key)) === 1) return;
    throw new ServerGoneError(
      `the machine stalled for ${Math.ceil(tookMs)} ms, longer than the deadline of ${ttlMs} ms that was being set, ` +
        'and the server clock cannot be frozen here: use longer deadlines, or see why with "race-lab doctor"',
    );
  }

  async #park(intents: readonly TtlIntent[]): Promise<void> {
    const lent = this.#lent;
    this.#lent = [];
    const stated = new Map(
      intents.flatMap(({ stated }) => (stated === undefined ? [] : [[String(stated[0]), stated]])),
    );
    const candidates = new Set(intents.flatMap((intent) => intent.candidates));
    const slackMs = Math.ceil(real.now() - this.#sentAtMs) + SLACK_MS;
    this.#deadlines = Number(
      await this.#run(
        PARK,
        slackMs,
        this.#sentWallMs,
        lent.length / 3,
        ...lent,
        stated.size,
        ...[...stated.values()].flat(),
        ...[...candidates].sort((a, b) => a - b),
      ),
    );
  }

  #noteTime(): void {
    this.#sentAtMs = real.now();
    this.#sentWallMs = real.Date.now();
  }

  #lend(marginMs: number): Promise<void> | undefined {
    if (this.#deadlines === 0) return undefined;
    return this.control
      .list('EVAL', LEND, 0, PARKED_MS, this.#elapsedMs, marginMs)
      .then((lent) => void (this.#lent = lent));
  }

  /** The reply that a frozen clock would give: the remaining time is known exactly. */
  async #correctedReply(name: string, args: readonly Buffer[], reply: Buffer): Promise<Buffer | undefined> {
    if (this.#deadlines === 0 || reply.toString('latin1', 0, 2) === ':-' || args[1] === undefined)
      return undefined;
    const at = Number(await this.control.tryCall('PEXPIRETIME', args[1])) - PARKED_MS;
    if (!(at >= 0)) return undefined;
    const shownMs = name.endsWith('EXPIRETIME') ? EPOCH_MS + at : at - this.#elapsedMs;
    const shown = name.startsWith('P') ? shownMs : Math.floor((shownMs + 500) / 1000);
    return Buffer.from(`:${shown}\r\n`);
  }

  #run(script: string, ...args: (number | string | Buffer)[]): Promise<unknown> {
    return this.control.call('EVAL', script, 0, PARKED_MS, this.#elapsedMs, ...args);
  }
}

/** Commands whose whole reply is a deadline. */
function showsTtl(name: string): boolean {
  return name === 'TTL' || name === 'PTTL' || name === 'EXPIRETIME' || name === 'PEXPIRETIME';
}
