import { shown } from '../../base/shown.js';
import { outcomeOf } from '../../check/outcome.js';
import { ScenarioError } from '../../scenario/errors.js';
import type { WorkerBody, WorkerContext } from '../../scenario/types.js';
import type { SuiteLock } from '../adapters/suite-adapter.js';
import { LOCK_OPERATIONS, REFUSED_BY_ERROR, refusal } from '../checks/lock-history.js';
import { clientOf, KEY } from './client-of.js';

/** Somebody who uses a lock: what it is told is recorded, and no error ends it. @internal */
export interface LockUser {
  /** Asks for the lock. @param waitMs - how long it may wait, where the lock can @returns whether it has it now */
  readonly ask: (waitMs?: number) => Promise<boolean>;
  /** Gives back what it has, if anything. */
  readonly giveBack: () => Promise<void>;
  /** Asks for a longer lease. @returns whether it still has the lock */
  readonly longer: () => Promise<boolean>;
  readonly sleep: WorkerContext['sleep'];
  readonly step: WorkerContext['step'];
}

/** A worker that uses a lock. @internal */
export function lockUser(lock: SuiteLock, script: (user: LockUser) => Promise<unknown>): WorkerBody {
  return async (worker) => {
    const { operation, sleep, step } = worker;
    const client = await clientOf(lock, worker);
    const call = { client, key: KEY, ttlMs: lock.ttlMs };
    let handle: unknown;

    const ask = async (waitMs = 0): Promise<boolean> => {
      let got: unknown;
      const answer = await recorded(operation, LOCK_OPERATIONS.acquire, async () => {
        got = await lock.acquire({ ...call, waitMs: lock.waits ? waitMs : 0 });
        if (got === null || got === undefined || got === false) return false;
        return lock.token === undefined ? true : recordedToken(lock.token(got));
      });
      const granted = answer !== undefined && answer !== false && refusal({ value: answer }) === undefined;
      if (granted) handle = got;
      return granted;
    };

    const giveBack = async (): Promise<void> => {
      if (handle === undefined) return;
      const own = handle;
      await operation(LOCK_OPERATIONS.release, async () => {
        const was = await lock.release(own, call);
        return typeof was === 'boolean' ? was : undefined;
      }).catch(() => {});
      handle = undefined;
    };

    const longer = async (): Promise<boolean> => {
      const own = handle;
      if (own === undefined || lock.extend === undefined) return false;
      const answer = await recorded(operation, LOCK_OPERATIONS.extend, async () => {
        const longer: unknown = await lock.extend!(own, call);
        if (longer === false || longer === null) return false;
        if (typeof longer === 'object' && handle === own) handle = longer;
        return true;
      });
      return answer === true;
    };

    await script({ ask, giveBack, longer, sleep, step });
  };
}

/** Yes, no, a token, or by which error it was refused. */
type Answer = boolean | number | string;

/** What it was told; undefined where nobody can tell. An error that is not one of the connection is an answer. */
async function recorded(
  operation: WorkerContext['operation'],
  name: string,
  body: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await operation<Answer>(name, async () => {
      try {
        return await body();
      } catch (error) {
        if (error instanceof ScenarioError || outcomeOf(error) === 'unknown') throw error;
        return `${REFUSED_BY_ERROR}${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
      }
    });
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    return undefined;
  }
}

/** A fencing token as it is recorded: a bigint as its digits. @throws ScenarioError for what is no number */
function recordedToken(token: unknown): number | string {
  if (typeof token === 'bigint') return String(token);
  if (typeof token === 'number' && Number.isFinite(token)) return token;
  throw new ScenarioError(`lockAdapter: "token" gives a number or a bigint, not ${shown(token)}`);
}
