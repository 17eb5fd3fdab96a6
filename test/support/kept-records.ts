/** For tests: the records that are kept, and that they come out the same. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../../harness/execution/host/environment.js';
import { replay } from '../../harness/explore/replay.js';
import { readRecord } from '../../harness/record/read.js';
import { startServer, type RedisServer } from '../../harness/server/index.js';
import { CONTAINERS_REQUIRED } from '../../harness/server/testing/containers.js';
import { labs } from '../../labs/index.js';

const FOLDER = fileURLToPath(new URL('../../reports', import.meta.url));
/** Their files. */
export const KEPT_RECORDS: readonly string[] = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

/** Tests that replay every kept record so often, on each kind of server that can be had. */
export function replayKeptRecords(times: number): void {
  describe.each(['process', 'container'] as const)('kept records, on a %s', (redis) => {
    let server: RedisServer | undefined;
    let environment: Environment;
    let missing = '';
    beforeAll(async () => {
      server = await startServer({ redis }).catch((error: Error & { code?: string }) => {
        if (error.code !== 'no-docker' || CONTAINERS_REQUIRED) throw error;
        missing = error.message;
        return undefined;
      });
      if (server !== undefined) environment = await Environment.open(server);
    });
    afterAll(async () => {
      environment?.close();
      await server?.stop();
    });

    test.for(KEPT_RECORDS)(
      `%s should come out the same ${times} of ${times} times`,
      async (name, { skip }) => {
        skip(server === undefined, missing);
        const record = await readRecord(join(FOLDER, name));
        const variant = labs
          .find(({ id }) => id === record.lab)
          ?.variants.find((candidate) => candidate.name === record.variant);
        expect(variant, `${record.lab}/${record.variant} exists`).toBeDefined();
        expect(variant!.expect.kind).toBe(record.verdict.kind);
        const result = await replay(variant!.scenario, record, { session: environment, times });
        expect(result.firstDifference).toBeUndefined();
        expect(result.same).toBe(times);
      },
    );
  });
}
