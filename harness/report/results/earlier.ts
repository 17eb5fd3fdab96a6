/** Results of earlier runs, in words: when they were run, and with what. */
import { count } from '../../base/text.js';
import { serverText } from '../../server/identity.js';
import type { EarlierRun } from './measured.js';
import type { RunFacts, VariantResult } from './results.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** When a result was run, seen from the run that the reports are of: `now`, `5 min ago`. @internal */
export function ranText({ earlier }: { readonly earlier?: EarlierRun | undefined }): string {
  if (earlier === undefined) return 'now';
  const { agoMs } = earlier;
  // A clock that was put back says nothing about ages.
  if (agoMs === undefined || agoMs < 0) return 'earlier';
  if (agoMs < MINUTE_MS) return 'moments ago';
  if (agoMs < HOUR_MS) return `${Math.floor(agoMs / MINUTE_MS)} min ago`;
  if (agoMs < 2 * DAY_MS) return `${Math.floor(agoMs / HOUR_MS)} h ago`;
  return `${Math.floor(agoMs / DAY_MS)} days ago`;
}

/**
 * What of these results is of earlier runs, and what of that is of another Redis or another version of the lab.
 *
 * @param run - that the reports are of
 * @returns undefined where there is nothing of earlier runs
 * @internal
 */
export function earlierText(
  results: readonly VariantResult[],
  { redis, tool }: Pick<RunFacts, 'redis' | 'tool'>,
): string | undefined {
  const older = results.filter(({ earlier }) => earlier !== undefined);
  if (older.length === 0) return undefined;
  const here = serverText(redis);
  const elsewhere = tallied(
    older.map(({ verdict }) => serverText(verdict.redis)).filter((text) => text !== here),
  );
  const versions = tallied(
    older
      .map(({ earlier }) => earlier?.toolVersion)
      .filter((version) => version !== undefined && version !== tool.version)
      .map((version) => `redis-race-lab ${version}`),
  );
  const others = [...elsewhere, ...versions].map(([text, number]) => `${number} with ${text}`);
  return [`${count(older.length, 'result')} of earlier runs`, ...others].join(', ');
}

function tallied(texts: readonly string[]): [text: string, number: number][] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts];
}
