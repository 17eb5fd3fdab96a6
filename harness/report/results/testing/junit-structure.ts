/** For tests: what CI servers demand of JUnit XML, as Jenkins checks it. */
import { expect } from 'vitest';

interface Rule {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly children: readonly string[];
}

const SAID: Rule = { required: [], optional: ['type', 'message'], children: [] };
const TEXT: Rule = { required: [], optional: [], children: [] };

/** Attributes and children of each element that a file may have. */
const RULES: Readonly<Record<string, Rule>> = {
  testsuites: {
    required: [],
    optional: ['name', 'time', 'tests', 'failures', 'errors'],
    children: ['testsuite'],
  },
  testsuite: {
    required: ['name', 'tests', 'failures', 'errors'],
    optional: ['time', 'skipped', 'timestamp', 'hostname', 'id', 'package', 'file'],
    children: ['testsuite', 'properties', 'testcase', 'system-out', 'system-err'],
  },
  testcase: {
    required: ['name'],
    optional: ['time', 'classname'],
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
  },
  failure: SAID,
  error: SAID,
  skipped: SAID,
  'system-out': TEXT,
  'system-err': TEXT,
};

/** An element that was read. */
interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
}

/** How many cases came to what. */
export interface JunitNumbers {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

/**
 * Holds a file against the structure, and the numbers that it states against its cases.
 *
 * @returns the numbers of all its suites
 */
export function junitNumbers(xml: string): JunitNumbers {
  const root = parsed(xml);
  expect(root.name).toBe('testsuites');
  checkRules(root);
  const counted = root.children.map((suite) => {
    const numbers = count(suite.children);
    for (const [name, number] of Object.entries(numbers))
      expect(suite.attributes.get(name), `${name} of a suite`).toBe(String(number));
    return numbers;
  });
  const all = count(root.children.flatMap(({ children }) => children));
  for (const name of ['tests', 'failures', 'errors'] as const)
    expect(root.attributes.get(name), `${name} of all`).toBe(String(all[name]));
  expect(counted.reduce((sum, { tests }) => sum + tests, 0)).toBe(all.tests);
  return all;
}

function count(cases: readonly Element[]): JunitNumbers {
  const of = (name: string): number =>
    cases.filter(({ children }) => children.some((child) => child.name === name)).length;
  return { tests: cases.length, failures: of('failure'), errors: of('error'), skipped: of('skipped') };
}

function checkRules({ name, attributes, children }: Element): void {
  const rule = RULES[name]!;
  const names = [...attributes.keys()];
  expect(rule.required.filter((one) => !names.includes(one))).toEqual([]);
  expect(names.filter((one) => ![...rule.required, ...rule.optional].includes(one))).toEqual([]);
  expect(children.map((child) => child.name).filter((one) => !rule.children.includes(one))).toEqual([]);
  const time = attributes.get('time');
  if (time !== undefined) expect(time).toMatch(/^\d*(\.\d*)?$/);
  children.forEach(checkRules);
}

/** Reads XML without CDATA, comments and a document type, none of which is written. */
function parsed(xml: string): Element {
  const [declaration, ...rest] = xml.split(/(?<=\?>)/);
  expect(declaration).toBe('<?xml version="1.0" encoding="UTF-8"?>');
  const top: Element = { name: '', attributes: new Map(), children: [] };
  const open = [top];
  for (const [, end, name, inside, single] of rest
    .join('')
    .matchAll(/<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/g)) {
    if (end === '/') {
      expect(open.pop()!.name).toBe(name);
      continue;
    }
    const attributes = [...inside!.matchAll(/([\w-]+)="([^"]*)"/g)].map(
      ([, key, value]): [string, string] => [key!, value!],
    );
    const element: Element = { name: name!, attributes: new Map(attributes), children: [] };
    expect(element.attributes.size, 'no attribute twice').toBe(attributes.length);
    open.at(-1)!.children.push(element);
    if (single === '') open.push(element);
  }
  expect(open).toEqual([top]);
  expect(top.children).toHaveLength(1);
  return top.children[0]!;
}
