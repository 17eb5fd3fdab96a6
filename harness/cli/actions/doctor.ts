import type { CliContext } from '../context/context.js';
import { describeError, EXIT, Interrupted } from '../context/errors.js';
import { ProgressLine } from '../../report/terminal/progress-line.js';
import { serverOptions, withServer } from '../context/session.js';
import type { ServerFlags } from '../context/server-flags.js';
import { harmless, plainJson, wrap } from '../../base/text.js';
import type { Survey, SurveyedServer } from '../../server/survey/survey.js';
import type { RedisServer } from '../../server/types.js';

/** Options of `race-lab doctor`. @internal */
export interface DoctorFlags extends ServerFlags {
  readonly json?: boolean;
  readonly prefetch?: boolean;
}

/** The fields of what `doctor --json` prints, beside those of the survey. */
interface Findings extends Survey {
  readonly format: 1;
  readonly raceLab: string;
  readonly node: string;
  readonly platform: string;
  /** What was fetched, or was here already; only with `--prefetch`. */
  readonly prefetched?: readonly string[];
  /** The Redis that a run would use; undefined when there is none. */
  readonly redis?: Pick<
    RedisServer,
    'product' | 'version' | 'source' | 'description' | 'endpoint' | 'clockMode' | 'clockReason'
  >;
  /** Why there is none, or why something could not be fetched. */
  readonly problem?: string;
}

/**
 * Says what this machine gives the lab: which Redis, which clock, and why; and what else it has.
 *
 * @returns the exit code
 * @internal
 */
export async function doctor(context: CliContext, flags: DoctorFlags): Promise<number> {
  const found = await examine(context, flags);
  if (flags.json === true) context.out.write(plainJson(`${JSON.stringify(found, undefined, 2)}\n`));
  else print(context, found);
  return found.problem === undefined ? EXIT.asExpected : EXIT.unknown;
}

async function examine(context: CliContext, flags: DoctorFlags): Promise<Findings> {
  const runner = await context.loadRunner();
  const progress = new ProgressLine(context.err);
  const notify = (line: string): void => progress.note(line);
  let more: Pick<Findings, 'redis' | 'problem' | 'prefetched'> = {};
  try {
    if (flags.prefetch === true) more = { prefetched: await runner.prefetch(serverOptions(flags, notify)) };
    await withServer(context, runner, flags, progress, async ({ server }) => {
      const { product, version, source, description, endpoint, clockMode, clockReason } = server;
      const reason = clockReason === undefined ? {} : { clockReason };
      const redis = { product, version, source, description, endpoint, clockMode, ...reason };
      more = { ...more, redis };
    });
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    more = { ...more, problem: describeError(error) };
  }
  progress.clear();
  // Last, so that it sees what was downloaded meanwhile.
  const survey = await runner.survey();
  const platform = `${process.platform} ${process.arch}`;
  return { format: 1, raceLab: context.version, node: process.versions.node, platform, ...survey, ...more };
}

function print({ out }: CliContext, found: Findings): void {
  const say = (name: string, value: string): void => {
    const [first = '', ...more] = wrap(harmless(value), Math.max(20, out.columns - 12));
    out.write(`${name.padEnd(10)}  ${first}\n${more.map((line) => `${' '.repeat(12)}${line}\n`).join('')}`);
  };
  const { engine, redis, servers, problem } = found;
  say('race-lab', `${found.raceLab}, Node ${found.node}, ${found.platform}`);
  say('docker', engine.answers ? `a container engine answers at ${engine.detail}` : engine.detail);
  for (const image of engine.images) say('', `image ${image}`);
  for (const [index, server] of servers.entries()) say(index === 0 ? 'servers' : '', serverLine(server));
  if (servers.length === 0)
    say('servers', `no redis-server or valkey-server on the PATH, no package in ${found.cache}`);
  for (const note of found.notes) say('platform', note);
  for (const line of found.prefetched ?? []) say('prefetched', line);
  if (redis !== undefined) {
    const { endpoint, clockMode, clockReason } = redis;
    say('redis', `${redis.product} ${redis.version}, ${redis.source}: ${redis.description}`);
    say(
      'talks by',
      'path' in endpoint ? `unix socket ${endpoint.path}` : `${endpoint.host}:${endpoint.port}`,
    );
    say('clock', `${clockMode}: ${CLOCKS[clockMode]}${clockReason === undefined ? '' : ` (${clockReason})`}`);
  }
  if (problem !== undefined) say(redis === undefined ? 'redis' : 'problem', problem);
  out.write(`\nThis machine ${problem === undefined ? 'can run the labs' : 'cannot run the labs yet'}.\n`);
}

function serverLine({ path, from, product, version, libc, ownLibc, clock, reason }: SurveyedServer): string {
  const what = product === undefined ? 'not a server that runs here' : `${product} ${version}`;
  const built = ownLibc ? `${libc} of its own` : libc;
  const place = from === 'download' ? `${path} (downloaded)` : path;
  const why = reason === undefined ? '' : ` (${reason})`;
  return `${what}, ${built}, clock ${clock ?? 'none'}: ${place}${why}`;
}

const CLOCKS = {
  shim: "the server's wall clock is frozen and stepped by the lab",
  'ttl-shift':
    'deadlines are moved instead of the clock; PTTL may be 1 ms low, absolute deadlines follow real time',
  real: 'deadlines follow real time: scenarios with a TTL are not reproducible',
} as const;
