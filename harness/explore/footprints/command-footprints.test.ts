import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedServer } from '../../server/index.js';
import { Control } from '../../wire/upstream/control.js';
import type { Reply } from '../../base/reply.js';
import { isReplyError } from '../../wire/resp.js';
import { dependent, type Footprint } from '../events/footprint.js';
import { CommandFootprints } from './command-footprints.js';
import { ruleOf } from './command-rules.js';

let control: Control;
let footprints: CommandFootprints;
let version: string;
beforeAll(async () => {
  const server = await sharedServer();
  version = server.version;
  control = await Control.open(server.endpoint);
  footprints = new CommandFootprints(control);
});
afterAll(() => control.close());

/** `read 0:a, write 0:b`, sorted. */
function text(footprint: Footprint): string {
  if (footprint === 'everything') return footprint;
  const all = footprint.map(({ mode, resource }) => `${mode} ${resource}`);
  return all.sort().join(', ') || 'nothing';
}

/** The footprint of a command in database 0, asking the server if need be. */
async function learnt(args: readonly string[], from = footprints, database = 0): Promise<Footprint> {
  await from.learn(args);
  return from.of(args, database);
}

async function footprintOf(line: string, from = footprints): Promise<string> {
  return text(await learnt(line.split(' '), from));
}

describe('CommandFootprints', () => {
  test.each([
    ['GET a', 'read 0:a'],
    ['set a 1 nx', 'write 0:a'],
    ['SET a 1 PX 100', 'read clock, write 0:a'],
    ['MSET a 1 b 2', 'write 0:a, write 0:b'],
    ['COPY a b', 'read 0:a, write 0:b'],
    ['COPY a b DB 1', 'everything'],
    ['ZUNIONSTORE d 2 a b', 'read 0:a, read 0:b, write 0:d'],
    ['ZUNIONSTORE a 2 a b', 'read 0:b, write 0:a'],
    ['XREAD COUNT 5 STREAMS s1 s2 0 0', 'read 0:s1, read 0:s2'],
    ['XREADGROUP GROUP g c STREAMS s1 s2 > >', 'read clock, write 0:s1, write 0:s2'],
    ['PFCOUNT a b', 'write 0:a, write 0:b'],
    ['BITFIELD a GET u8 0', 'read 0:a'],
    ['BITFIELD a SET u8 0 1', 'write 0:a'],
    ['SORT a BY nosort GET # STORE d', 'read 0:a, write 0:d'],
    ['SORT a BY w_*', 'everything'],
    ['SORT a GET other_*', 'everything'],
    ['EVAL return 2 a b c', 'add script:63143b6f8007b98c53ca2149822777b3566f9241, write 0:a, write 0:b'],
    ['EVALSHA ABC 1 a', 'read script:abc, write 0:a'],
    ['EVAL_RO return 1 a', 'add script:63143b6f8007b98c53ca2149822777b3566f9241, read 0:a'],
    ['EVAL return 3 a', 'everything'],
    ['SCRIPT LOAD return', 'add script:63143b6f8007b98c53ca2149822777b3566f9241'],
    ['SCRIPT EXISTS AB CD', 'read script:ab, read script:cd'],
    ['SCRIPT FLUSH', 'everything'],
    ['PUBLISH news hello', 'read patterns, write ch:news'],
    ['SUBSCRIBE news', 'write ch:news'],
    ['SUBSCRIBE __keyspace@0__:a', 'everything'],
    ['PSUBSCRIBE n*', 'write patterns'],
    ['PSUBSCRIBE n* *', 'everything'],
    ['PSUBSCRIBE __keyevent@*', 'everything'],
    ['PSUBSCRIBE __', 'write patterns'],
    ['WATCH a b', 'read 0:a, read 0:b'],
    ['MULTI', 'nothing'],
    ['PING', 'nothing'],
    ['SELECT 3', 'nothing'],
    ['TIME', 'read clock'],
    ['TTL a', 'read 0:a, read clock'],
    ['OBJECT ENCODING a', 'read 0:a'],
    ['OBJECT IDLETIME a', 'read clock, write 0:a'],
    ['SCAN 0', 'everything'],
    ['KEYS *', 'everything'],
    ['FLUSHALL', 'everything'],
    ['RANDOMKEY', 'everything'],
    ['DBSIZE', 'everything'],
    ['SWAPDB 0 1', 'everything'],
    ['CONFIG GET save', 'nothing'],
    ['CONFIG SET save x', 'everything'],
    ['CLIENT ID', 'everything'],
    ['INFO', 'everything'],
    ['FUNCTION LOAD x', 'everything'],
    ['NOSUCHCOMMAND a', 'everything'],
    ['GET', 'everything'],
  ])('%s: %s', async (line, expected) => {
    expect(await footprintOf(line)).toBe(expected);
  });

  test('should name keys by database and bytes', async () => {
    const key = Buffer.from([0xff, 0x00, 0x41]).toString('latin1');
    expect(text(await learnt(['GET', key], footprints, 7))).toBe(`read 7:${key}`);
  });

  test('should ask once per shape', async () => {
    const own = new CommandFootprints(control);
    for (const key of ['user:1', 'user:2', 'user:3'])
      await learnt(['SET', key, `value of ${key}`, 'PX', '60000'], own);
    expect(own.asked).toBe(1);
    await learnt(['SET', 'user:1', '{}', 'NX', 'PX', '60000'], own);
    await learnt(['ZUNION', '2', 'key:1', 'key:2'], own);
    await learnt(['ZUNION', '3', 'key:1', 'key:2', 'key:3'], own);
    expect(own.asked).toBe(4);
  });

  test('should take a command for one that touches everything, until the server was asked', () => {
    expect(new CommandFootprints(control).of(['GET', 'a:1'], 0)).toBe('everything');
  });

  test('should tell a key from a value that is the same word', async () => {
    expect(await footprintOf('SET NX NX NX')).toBe('write 0:NX');
    expect(await footprintOf('LPUSH STORE STORE')).toBe('write 0:STORE');
  });

  test('should do without flags on servers before 7.0', async () => {
    const old = new CommandFootprints({
      tryCall: (name, sub, ...rest) =>
        sub === 'GETKEYSANDFLAGS'
          ? Promise.resolve({
              error: "ERR Unknown subcommand or wrong number of arguments for 'GETKEYSANDFLAGS'",
            })
          : control.tryCall(name, sub, ...rest),
    });
    expect(await footprintOf('GET a:1', old)).toBe('read 0:a:1');
    expect(await footprintOf('SET a:1 {}', old)).toBe('write 0:a:1');
    expect(await footprintOf('PFCOUNT a:1', old)).toBe('write 0:a:1');
    expect(await footprintOf('NOSUCHCOMMAND a:1', old)).toBe('everything');
  });
});

interface Listed {
  readonly name: string;
  readonly keyed: boolean;
  readonly writes: boolean;
}

/** Every command of the server, subcommands as `NAME|SUB`. */
async function listCommands(): Promise<Listed[]> {
  const open = [...((await control.call('COMMAND')) as Reply[])];
  const found: Listed[] = [];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const [name, , flags, , , , , , specs, subs] = entry as [string, number, string[], ...Reply[]] & Reply[];
    open.push(...(subs as Reply[]));
    found.push({
      name: name.toUpperCase(),
      keyed: (specs as Reply[]).length > 0,
      writes: flags.includes('write'),
    });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The rule for a command, in words. */
function ruleText({ name, keyed }: Listed): string {
  const rule = ruleOf([...name.split('|'), 'x', 'x']);
  if (rule.kind === 'fixed') return text(rule.footprint);
  if (!keyed) return 'everything';
  const besides = text(rule.besides).replaceAll(/script:\w*/g, 'script');
  return `${rule.allWritten ? 'all keys written' : 'keys as the server says'}${besides === 'nothing' ? '' : `, ${besides}`}`;
}

describe('rules', () => {
  test('should be these for the commands of Redis 7.0', async ({ skip }) => {
    skip(!version.startsWith('7.0.'), `this is ${version}`);
    const groups = new Map<string, string[]>();
    for (const listed of await listCommands()) {
      const rule = ruleText(listed).replaceAll(/script:\w*/g, 'script');
      groups.set(rule, [...(groups.get(rule) ?? []), listed.name]);
    }
    const lines = Array.from(groups, ([rule, names]) => `${rule}\n  ${names.join(' ')}\n`);
    await expect(lines.sort().join('\n')).toMatchFileSnapshot('./golden/redis-7.0-rules.txt');
  });

  test('should never let a command that writes without keys commute with anything', async () => {
    for (const listed of await listCommands()) {
      if (listed.writes && !listed.keyed) expect(ruleText(listed), listed.name).toBe('everything');
    }
  });
});

/** One use of every command with keys. What it changes must be what its footprint says it writes. */
const SAMPLES = readFileSync(new URL('golden/samples.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

const STORE = [
  'SET str hello',
  'SET num 5',
  'SET bits abc',
  'SET lease 1 PX 100000',
  'RPUSH list a b c',
  'RPUSH list2 d e',
  'SADD set a b c',
  'SADD set2 b c d',
  'HSET hash f 1 g 2',
  'ZADD zset 1 a 2 b 3 c',
  'ZADD zset2 2 b 4 d',
  'GEOADD geo 13.36 38.11 Palermo 15.08 37.50 Catania',
  'XADD stream 1-1 f v',
  'XADD stream 2-1 f v',
  'XGROUP CREATE stream group 0',
  'XREADGROUP GROUP group me COUNT 1 STREAMS stream >',
  'PFADD hll a b c',
  'PFADD hll2 c d',
];

const LIBRARY = `#!lua name=samples
redis.register_function{function_name='f', callback=function(keys) return redis.call('GET', keys[1]) end, flags={'no-writes'}}`;

/** Every key with what is in it and when it ends. */
async function contents(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of (await control.call('KEYS', '*')) as string[]) {
    const [dump, end] = [await control.call('DUMP', name), await control.call('PEXPIRETIME', name)];
    found.set(name, `${String(dump)} ${String(end)}`);
  }
  return found;
}

describe('what commands really change', () => {
  test('should have a sample for every command with keys', async ({ skip }) => {
    skip(!version.startsWith('7.0.'), `this is ${version}`);
    const sampled = new Set(
      SAMPLES.flatMap((line) => [line.split(' ')[0]!, line.split(' ').slice(0, 2).join('|')]),
    );
    const missing = (await listCommands()).filter(({ name, keyed }) => keyed && !sampled.has(name));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  test.each(SAMPLES)('%s', async (line) => {
    await control.call('FLUSHALL');
    const writes = String(await control.call('SCRIPT', 'LOAD', "return redis.call('APPEND',KEYS[1],'x')"));
    const reads = String(await control.call('SCRIPT', 'LOAD', "return redis.call('GET',KEYS[1])"));
    await control.call('FUNCTION', 'LOAD', 'REPLACE', LIBRARY);
    for (const command of STORE) await control.call(...command.split(' '));
    const dumped = await control.upstream.request(Buffer.from('*2\r\n$4\r\nDUMP\r\n$3\r\nstr\r\n'));
    const payload = dumped.subarray(dumped.indexOf(0x0a) + 1, -2);
    const args = line
      .split(' ')
      .map((arg) => arg.replace('{writes}', writes).replace('{reads}', reads).replaceAll('{space}', ' '));
    const footprint = await learnt(args);
    const before = await contents();
    const reply = await control.tryCall(...args.map((arg) => (arg === '{dump}' ? payload : arg)));
    // The two that cannot work here: an eviction policy that is not set, a server that is not there.
    if (isReplyError(reply)) expect(reply.error).toMatch(/LFU|IOERR/);
    await control.upstream.reset();
    const after = await contents();
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      if (before.get(name) === after.get(name)) continue;
      const reader: Footprint = [{ resource: `0:${name}`, mode: 'read' }];
      expect(dependent(footprint, reader), `changed ${name}, says ${text(footprint)}`).toBe(true);
    }
  });
});
