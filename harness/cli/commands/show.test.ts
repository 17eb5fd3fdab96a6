import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { showSchema } from '../../report/json/show-format.js';
import { useCommandLine } from '../testing/command-line.js';

const fake = useCommandLine();
const { cli } = fake;

describe('show', () => {
  let file: string;
  beforeEach(async () => {
    file = join(fake.folder, 'finding.json');
    await writeFile(file, JSON.stringify(fake.lost));
  });

  test('show prints the finding and the line to replay it', async () => {
    const { code, out, asked } = await cli(`show ${file}`);
    expect([code, asked.server]).toEqual([0, undefined]);
    expect(out).toContain('✗ Lost update on counter');
    expect(out).toContain(`replay     npx race-lab replay ${file}\n`);
  });

  test('fault maps become a page of their own; a record does not', async () => {
    const maps = fileURLToPath(new URL('../../../reports/maps/01-lost-update.json', import.meta.url));
    const { maps: all } = JSON.parse(await readFile(maps, 'utf8')) as { maps: { variant: string }[] };
    const one = join(fake.folder, 'maps.json');
    const few = all.filter(({ variant }) => variant === 'incr-single-shot-handled');
    await writeFile(one, JSON.stringify({ format: 1, maps: few }));
    const page = join(fake.folder, 'maps.html');
    expect(await cli(`show ${one} --page ${page}`)).toMatchObject({ code: 0, out: `1 fault map: ${page}\n` });
    const html = await readFile(page, 'utf8');
    expect(html.match(/id="(?:map|cells)-\d+"/g)).toEqual(['id="map-0"', 'id="cells-0"']);
    const refused = await cli(`show ${file} --page ${page}`);
    expect([refused.code, refused.err]).toEqual([
      2,
      expect.stringContaining('--page is for a whole file of fault maps'),
    ]);
    expect(await readFile(page, 'utf8')).toBe(html);
  });

  test('several fault maps are an overview, and one of them, or all, on request', async () => {
    const maps = fileURLToPath(new URL('../../../reports/maps/01-lost-update.json', import.meta.url));
    const overview = (await cli(`show ${maps}`)).out;
    expect(overview).toMatch(/^map +B +H/);
    expect(overview).toContain('one of these: show FILE --map [LAB/]VARIANT; the tables of all: --details\n');
    const one = (await cli(`show ${maps} --map incr`)).out;
    expect(one).toMatch(/^01-lost-update\/incr: 2 workers/);
    expect(one).toContain('\nfault ');
    expect(one).toContain('one execution of these: show FILE --cell [[LAB/]VARIANT/]PLACE/FAULT\n');
    const all = (await cli(`show ${maps} --details`)).out;
    expect(all.match(/^01-lost-update\/\S+: 2/gm)!.length).toBeGreaterThan(2);
    expect(await fake.refused(`show ${maps} --map icnr`)).toContain('did you mean incr?');
    expect(await fake.refused(`show ${file} --map incr`)).toContain('leave out --map');
    expect(await fake.refused(`show ${file} --details`)).toContain('--details is for fault maps');
  });

  test('--json is one object that fits its schema, and nothing else', async () => {
    const maps = fileURLToPath(new URL('../../../reports/maps/01-lost-update.json', import.meta.url));
    const typeOf = async (args: string): Promise<string> => {
      const { code, out, err } = await cli(`show ${args} --json`);
      expect([code, err]).toEqual([0, '']);
      return showSchema.parse(JSON.parse(out)).type;
    };
    expect(await typeOf(file)).toBe('record');
    expect(await typeOf(maps)).toBe('maps');
    expect(await typeOf(`${maps} --map incr --details`)).toBe('maps');
    expect(await typeOf(`${maps} --cell incr/1/late-reply`)).toBe('example');
    expect(await typeOf(`${maps} --cell incr-resend/1/reset-after-apply`)).toBe('record');
    const { out } = await cli(`show ${file} --json`);
    expect(JSON.parse(out)).toMatchObject({
      format: 1,
      tool: { name: 'redis-race-lab', version: '1.2.3' },
      file,
      name: '01-counting/get-set',
      replay: `npx race-lab replay ${file}`,
      record: fake.lost,
    });
    expect(await fake.refused(`show ${file} --json --step`)).toContain("'--json' cannot be used with");
    expect(await fake.refused(`show ${file} --json --history`)).toContain('before records kept a history');
  });

  test('what clients saw and the wire knows is shown as lines, and in two columns', async () => {
    const command = { worker: 1, call: 'w1.1', connection: 'w1', at: 2, step: 1, atMs: 0 };
    const history = {
      operations: [
        {
          worker: 1,
          name: 'add',
          start: 1,
          startStep: 0,
          startMs: 0,
          outcome: 'unknown' as const,
          error: 'e\n',
        },
      ],
      commands: [
        {
          ...command,
          command: ['INCR', 'c\u009B'],
          applied: true,
          answered: false,
          effect: 'unheard' as const,
        },
      ],
      faults: [],
      ends: [{ worker: 1, how: 'running' as const }],
    };
    await writeFile(file, JSON.stringify({ ...fake.lost, history }));
    const lines = await cli(`show ${file} --history`);
    expect(lines.code).toBe(0);
    // What moves a cursor stays what it is, and moves none.
    expect(lines.out).toContain('"c\\u009b"');
    const read = lines.out.trimEnd().split('\n');
    expect(read.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
      'run',
      'operation',
      'command',
      'end',
    ]);
    const whole = JSON.parse((await cli(`show ${file} --history --json`)).out) as object;
    expect(showSchema.parse(whole)).toMatchObject({ type: 'history', history });
    const text = await cli(`show ${file} --history --text`);
    expect(text.out).toContain('what the clients saw');
    expect(text.out).toContain('its client got no reply');
  });

  test('a record without a history says so, and so does a wrong use of the options', async () => {
    expect(await fake.refused(`show ${file} --history`)).toBe(
      `${file} was recorded before records kept a history: find it again (run) to have one`,
    );
    expect(await fake.refused(`show ${file} --text`)).toBe(
      '--text is how --history is shown: it needs that option',
    );
  });

  describe('--step', () => {
    /** Types these lines, one after the other. */
    const typing = (...lines: string[]) => ({ askLine: async () => lines.shift() });
    const shown = (out: string): string[] => Array.from(out.matchAll(/^step (\d+) of/gm), ([, n]) => n!);

    test('walks through the steps, with what Redis held after each', async () => {
      const { code, out } = await cli(`show ${file} --step`, typing('', '', ''));
      expect(code).toBe(0);
      expect(shown(out)).toEqual(['1', '2', '3', '4']);
      expect(out).toContain('● counter = 6 (was 5)');
      expect(out.trimEnd().split('\n').at(-1)).toContain('without having seen it.');
    });

    test.each([
      [
        ['', 'b', 'b'],
        ['1', '2', '1', '1'],
      ],
      [
        ['3', 'nonsense', 'e', 'q'],
        ['1', '3', '3', '4'],
      ],
      [
        ['99', '0', 'n'],
        ['1', '4', '1', '2'],
      ],
      [
        ['e', ''],
        ['1', '4'],
      ],
      [[], ['1']],
    ])('goes where %j leads', async (lines, expected) => {
      const { out } = await cli(`show ${file} --step`, typing(...lines));
      expect(shown(out)).toEqual(expected);
    });

    test('says that there is nothing to walk through', async () => {
      const { explanation: _, ...lost } = fake.lost;
      const empty = join(fake.folder, 'empty.json');
      await writeFile(empty, JSON.stringify({ ...lost, steps: [] }));
      expect(await fake.refused(`show ${empty} --step`, typing(''))).toContain(
        'has no steps to walk through: leave out --step',
      );
    });

    test('says that it needs a terminal', async () => {
      expect(await fake.refused(`show ${file} --step`)).toBe(
        '--step asks for keys, and this is no terminal: leave it out to see all steps',
      );
    });
  });
});
