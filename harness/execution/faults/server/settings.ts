import type { Control } from '../../../wire/upstream/control.js';
import { MEANWHILE, NO_RIGHTS } from '../../../server/reaper/lent.mjs';
import type { Access } from '../../host/server-health.js';
import type { FaultAction } from '../action.js';
import { awaitClosedWaits } from '../../traffic/blocking.js';
import { lasting, type LastingKind } from './lasting.js';

/** Settings of the server, by name. @internal */
export type Settings = Readonly<Record<string, string>>;

/**
 * Writes settings, and what they were before into `saved`, unless that is known. One round trip for all.
 *
 * @internal
 */
export async function impose(
  control: Control,
  settings: Settings,
  saved: Map<string, string>,
): Promise<void> {
  const written = Object.entries(settings).map(async ([name, value]) => {
    const before = saved.has(name) ? undefined : control.call('CONFIG', 'GET', name);
    const [found] = await Promise.all([before, control.call('CONFIG', 'SET', name, value)]);
    if (found !== undefined) saved.set(name, (found as [string, string])[1]);
  });
  await Promise.all(written);
}

/** Puts settings back. @internal */
export async function restore(control: Control, saved: ReadonlyMap<string, string>): Promise<void> {
  await Promise.all([...saved].map(([name, value]) => control.call('CONFIG', 'SET', name, value)));
}

/** A fault that is nothing but settings. */
function bySettings(settings: Settings, access: Access, recovery: string): FaultAction<LastingKind> {
  return lasting({
    recovery,
    condition: ({ environment: { control } }) => {
      const saved = new Map<string, string>();
      return {
        access,
        begin: () => impose(control, settings, saved),
        end: () => restore(control, saved),
      };
    },
  });
}

/** The memory limit is reached. @internal */
export const outOfMemory = bySettings({ maxmemory: '1' }, 'full', 'the server has memory again');

/** Writes are refused while no replica is connected. @internal */
export const noReplicas = bySettings({ 'min-replicas-to-write': '1' }, 'read', 'the replicas are back');

/** Nobody listens there, so that the replica never finds its master. */
const NO_MASTER = ['127.0.0.1', '1'] as const;

/** The server is a replica. @internal */
export const readOnly = lasting({
  recovery: 'the server takes writes again',
  condition: (stage) => {
    const { control } = stage.environment;
    return {
      access: 'read',
      begin: async () => {
        await control.call('REPLICAOF', ...NO_MASTER);
        // Whoever waited for a key is told that the server is no master any more, and disconnected.
        await awaitClosedWaits(stage);
      },
      end: async () => void (await control.call('REPLICAOF', 'NO', 'ONE')),
    };
  },
});

/** The server is a replica that serves nothing without its master. @internal */
export const masterDown = lasting({
  recovery: 'the server is a master again',
  condition: (stage) => {
    const { control } = stage.environment;
    const saved = new Map<string, string>();
    return {
      access: 'none',
      begin: async () => {
        await impose(control, { 'replica-serve-stale-data': 'no' }, saved);
        await control.call('REPLICAOF', ...NO_MASTER);
        await awaitClosedWaits(stage);
      },
      end: async () => {
        await control.call('REPLICAOF', 'NO', 'ONE');
        await restore(control, saved);
      },
    };
  },
});

/**
 * A folder of the kernel, where nobody can make a file; and the server looks often how a snapshot went: 10 times a second
 * is what a test would wait for.
 */
const SAVING_FAILS = { dir: '/proc', hz: '500' };

/** The last snapshot failed. @internal */
export const cannotSave = lasting({
  recovery: 'the server can save again',
  condition: ({ environment: { control } }) => {
    const saved = new Map<string, string>();
    return {
      access: 'read',
      begin: async () => {
        if (!(await failedToSave(control))) await failToSave(control);
        // Only a server that is to save by itself minds. So rarely that it never does.
        await impose(control, { save: '2147483647 1' }, saved);
      },
      end: () => restore(control, saved),
    };
  },
});

async function failToSave(control: Control): Promise<void> {
  const saved = new Map<string, string>();
  await impose(control, SAVING_FAILS, saved);
  try {
    await control.call('BGSAVE');
    while (!(await failedToSave(control)));
  } finally {
    await restore(control, saved);
  }
}

async function failedToSave(control: Control): Promise<boolean> {
  const info = (await control.call('INFO', 'persistence')) as string;
  return info.includes('rdb_bgsave_in_progress:0') && info.includes('rdb_last_bgsave_status:err');
}

/** The rights of everybody's user are cut down; the lab itself changes to a user of its own meanwhile. @internal */
export const noPermission = lasting<'server-noperm'>({
  recovery: 'the permission is given back',
  condition: ({ environment: { control } }, _move, { parameters }) => {
    let rights: string[] | undefined;
    return {
      access: 'full',
      begin: async () => {
        const users = (await control.call('ACL', 'LIST')) as string[];
        rights ??= users
          .find((line) => line.startsWith('user default '))!
          .split(' ')
          .slice(2);
        await control.call('ACL', 'SETUSER', MEANWHILE.user, 'on', 'nopass', '~*', '&*', '+@all');
        await control.call('AUTH', MEANWHILE.user, 'any');
        await control.call('ACL', 'SETUSER', 'default', ...parameters.rule.split(' '));
      },
      end: async () => {
        if (rights !== undefined) await control.call('ACL', 'SETUSER', 'default', ...NO_RIGHTS, ...rights);
        await control.call('AUTH', 'default', 'any');
        await control.call('ACL', 'DELUSER', MEANWHILE.user);
      },
    };
  },
});
