import type { Control } from '../wire/control.js';
import { ServerGoneError } from '../wire/upstream.js';
import type { ServerClock } from './server-clock.js';
import { real } from './globals.js';

/** Deadlines behind this time are the lab's: this many ms plus the virtual deadline. (2100-01-01) */
const PARKED_MS = 4_102_444_800_000;

/** Commands that may give a key a deadline. */
const SETS_TTL = new Set(
  (
    'SET SETEX PSETEX GETEX EXPIRE PEXPIRE EXPIREAT PEXPIREAT MSETEX RESTORE COPY RENAME ' +
    'EVAL EVALSHA FCALL EXEC'
  ).split(' '),
);
/** Commands that may look at a deadline, or at the clock through one. */
const READS_TTL = new Set(
  'TTL PTTL EXPIRETIME PEXPIRETIME GETEX EXPIRE PEXPIRE EXPIREAT PEXPIREAT DUMP EVAL EVALSHA FCALL EXEC'.split(' '),
);

/** Walks over every key that has a deadline. Hash field deadlines are not covered. */
const EACH_KEY = `
local moved = 0
local cursor = '0'
repeat
  local page = redis.call('SCAN', cursor, 'COUNT', 1000)
  cursor = page[1]
  for _, key in ipairs(page[2]) do
    local at = redis.call('PEXPIRETIME', key)
    if at >= 0 then BODY end
  end
until cursor == '0'
return moved`;

/** ARGV: base, virtual now, then possible TTLs, ascending. */
const PARK = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local base = tonumber(ARGV[1])
${EACH_KEY.replace(
  'BODY',
  `
      moved = moved + 1
      if at < base then
        local ttl = at - now
        local exact = nil
        for i = 3, #ARGV do
          local candidate = tonumber(ARGV[i])
          if candidate >= ttl then exact = candidate break end
        end
        redis.call('PEXPIREAT', key, string.format('%.0f', base + ARGV[2] + (exact or ttl)))
      end`,
)}`;

/** ARGV: base, virtual now. */
const UNPARK = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local base = tonumber(ARGV[1])
${EACH_KEY.replace(
  'BODY',
  `
      if at >= base then redis.call('PEXPIREAT', key, string.format('%.0f', now + at - base - ARGV[2])) end`,
)}`;

/** ARGV: base, virtual now. Removes what expired: alive at its deadline, gone 1 ms later. */
const EXPIRE = EACH_KEY.replace(
  'BODY',
  `
      if at < ARGV[1] + ARGV[2] then redis.call('DEL', key) else moved = moved + 1 end`,
);

/**
 * Server time for a Redis whose clock cannot be frozen. Every deadline is moved far into the future as soon as it
 * is set ("parked"), so that real time never expires a key; when virtual time passes a deadline the key is deleted.
 * Commands that look at deadlines see them in real terms again.
 *
 * Limits, against the frozen clock: replies of PTTL may be 1 ms lower, an expiry shows as `del` in keyspace
 * notifications, deadlines given as absolute times (PXAT, EXAT), TIME and hash field deadlines follow real time.
 */
export class TtlShiftClock implements ServerClock {
  readonly mode = 'ttl-shift';
  #elapsedMs = 0;
  #deadlines = 0;
  #sentAtMs = 0;

  constructor(readonly control: Control) {}

  reset(): void {
    this.#elapsedMs = 0;
    this.#deadlines = 0;
  }

  async advance(byMs: number): Promise<void> {
    this.#elapsedMs += byMs;
    if (this.#deadlines > 0) this.#deadlines = await this.#run(EXPIRE, []);
  }

  beforeCommand(name: string): Promise<void> | undefined {
    this.#sentAtMs = real.now();
    if (this.#deadlines === 0 || !READS_TTL.has(name)) return undefined;
    return this.#run(UNPARK, []).then(() => {});
  }

  afterCommand(name: string, args: readonly Buffer[]): Promise<void> | undefined {
    if (!SETS_TTL.has(name)) return undefined;
    const ttlMs = statedTtlMs(name, args);
    if (ttlMs === 0) return undefined;
    return ttlMs === undefined ? this.#park(possibleTtls(args)) : this.#parkStated(ttlMs);
  }

  async afterSetup(): Promise<void> {
    await this.#park([]);
  }

  async #park(ttlsMs: number[]): Promise<void> {
    this.#deadlines = await this.#run(PARK, ttlsMs);
  }

  async #parkStated(ttlMs: number): Promise<void> {
    await this.#park([ttlMs]);
    const tookMs = real.now() - this.#sentAtMs;
    if (tookMs >= ttlMs) {
      throw new ServerGoneError(
        `the machine stalled for ${Math.ceil(tookMs)} ms, longer than the deadline of ${ttlMs} ms that was being set, ` +
          'and the server clock cannot be frozen here: use longer deadlines, or see why with "race-lab doctor"',
      );
    }
  }

  async #run(script: string, args: number[]): Promise<number> {
    return Number(await this.control.call('EVAL', script, 0, PARKED_MS, this.#elapsedMs, ...args));
  }
}

/** The TTL that a command states, in ms; 0 for a plain SET; undefined where only the server knows. */
function statedTtlMs(name: string, args: readonly Buffer[]): number | undefined {
  const number = (at: number): number => Number(args[at]?.toString('latin1'));
  switch (name) {
    case 'SET': {
      for (let at = 3; at < args.length; at++) {
        const option = args[at]!.toString('latin1').toUpperCase();
        if (option === 'PX') return number(at + 1);
        if (option === 'EX') return number(at + 1) * 1000;
        if (option === 'PXAT' || option === 'EXAT') return undefined;
      }
      return 0;
    }
    case 'PSETEX':
    case 'PEXPIRE':
      return number(2);
    case 'SETEX':
    case 'EXPIRE':
      return number(2) * 1000;
    default:
      return undefined;
  }
}

/** Whole numbers among the arguments, read as ms and as s: one of them is the TTL that the command set. */
function possibleTtls(args: readonly Buffer[]): number[] {
  const found = new Set<number>();
  for (const arg of args.slice(1)) {
    if (arg.length === 0 || arg.length > 12) continue;
    const value = Number(arg.toString('latin1'));
    if (!Number.isInteger(value) || value <= 0) continue;
    found.add(value);
    found.add(value * 1000);
  }
  return [...found].sort((a, b) => a - b);
}
