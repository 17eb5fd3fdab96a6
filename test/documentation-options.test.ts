/** The reference of options is held against the types, so that it cannot drift. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as forFastCheck from '../harness/fast-check.js';
import { sourcesIn } from './support/imports.js';
import { ENTRIES } from './support/public-api.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = 'docs/options.md';
const page = readFileSync(join(ROOT, PAGE), 'utf8');

/** What people hand over, or are handed: the types whose every property belongs on the page. */
const IS_OPTIONS = /(Options|Context|Plan|Aim|Config)$/;
const OTHERS = [
  ...['Exercise', 'Lab', 'Measurement', 'Reach', 'Variant', 'WrongFix'],
  ...['ClientMaker', 'LockAdapter', 'CacheAdapter', 'LimiterAdapter'],
];
/** What a test runner hands over. */
const NOT_THOSE = ['DiagnosticContext'];

/** The public interfaces, each with its own properties, as `docs/api` keeps them. */
const types = new Map<string, string[]>();
for (const file of Object.values(ENTRIES)) {
  const report = readFileSync(join(ROOT, 'docs', 'api', `${file.replace('/index', '')}.api.md`), 'utf8');
  for (const [, name, body] of report.matchAll(/^export interface (\w+)[^{\n]*\{\n(.*?)^\}/gms))
    types.set(
      name!,
      Array.from(body!.matchAll(/^ {4}(?:readonly )?(\w+)\??:/gm), ([, property]) => property!),
    );
}

/** Names in backticks in the first column of a table. */
function rowsOf(section: string): string[] {
  const cells = Array.from(section.matchAll(/^\| (`.*?) \|/gm), ([, cell]) => cell!);
  return cells.flatMap((cell) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, name]) => name!));
}

/** Sections of the page by the type in their heading. */
const sections = new Map(
  page.split(/^(?=##)/m).flatMap((section) => {
    const type = /^##[^\n]*`(\w+)`\n/.exec(section)?.[1];
    return type === undefined ? [] : [[type, rowsOf(section)] as const];
  }),
);

test('every type of options has its section, and no other one', () => {
  const all = [...types.keys()].filter((name) => IS_OPTIONS.test(name) || OTHERS.includes(name));
  const wanted = all.filter((name) => !NOT_THOSE.includes(name));
  expect(wanted.length).toBeGreaterThan(10);
  expect([...sections.keys()].sort(), `sections of ${PAGE}`).toEqual(wanted.sort());
});

test.each([...sections])('%s has all of its options on the page, and no others', (type, rows) => {
  expect([...rows].sort(), `${PAGE}, section ${type}`).toEqual([...(types.get(type) ?? [])].sort());
});

test('what fast-check is given exists', () => {
  const [, text] = /^## With fast-check.*?\n(.*?)^## /ms.exec(page)!;
  const called = rowsOf(text!).map((row) => /^[\w.]+/.exec(row)![0]);
  expect(called).toEqual(['tapes', 'races', 'race.holds', 'holdsOn']);
  expect(called.filter((name) => !name.includes('.') && !(name in forFastCheck))).toEqual([]);
});

test('every environment variable that is read stands on the page, and no other one', () => {
  const read = sourcesIn(ROOT, ['harness'])
    .filter((file) => !file.includes('/testing/'))
    .flatMap((file) =>
      Array.from(readFileSync(join(ROOT, file), 'utf8').matchAll(/'(RACE_LAB_\w+)'/g), ([, name]) => name!),
    );
  const [, text] = /^## Environment variables\n(.*)/ms.exec(page)!;
  const told = rowsOf(text!).filter((name) => name.startsWith('RACE_LAB_'));
  expect(told.sort()).toEqual([...new Set(read)].sort());
});
