import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { sourcesIn } from './support/imports.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const EXPORT =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|const|enum) (\w+)/;

/** An exported declaration, and the comment before it. */
interface Exported {
  readonly place: string;
  readonly comment: string | undefined;
}

function exportsOf(file: string): Exported[] {
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
  const seen = new Set<string>();
  return lines.flatMap((line, at) => {
    const name = EXPORT.exec(line)?.[1];
    // The first of several overloads speaks for all.
    if (name === undefined || seen.has(name)) return [];
    seen.add(name);
    const before = lines.slice(0, at).filter((one) => !one.startsWith('// oxlint-disable'));
    const start = before.findLastIndex((one) => one.startsWith('/**'));
    const documented = before.at(-1)?.endsWith('*/') === true;
    return {
      place: `${file}:${at + 1} ${name}`,
      comment: documented ? before.slice(start).join('\n') : undefined,
    };
  });
}

const exported = sourcesIn(ROOT, ['harness']).flatMap(exportsOf);
const places = (wrong: readonly Exported[]): string[] => wrong.map(({ place }) => place);

test('every export should be documented', () => {
  expect(exported.length).toBeGreaterThan(500);
  expect(places(exported.filter(({ comment }) => comment === undefined))).toEqual([]);
});

test('every export should say whether it is public or internal', () => {
  const undecided = exported.filter(
    ({ comment = '' }) => (comment.match(/@(?:public|internal)\b/g) ?? []).length !== 1,
  );
  expect(places(undecided)).toEqual([]);
});
