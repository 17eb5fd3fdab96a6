import { fileURLToPath } from 'node:url';

/** Where the lesson is, and the tables that are kept: in the sources, from where they are measured. */
export const LESSON = fileURLToPath(new URL('../README.md', import.meta.url));
export const TABLES = fileURLToPath(
  new URL('../../../reports/tables/07-connection-error-cascade.json', import.meta.url),
);

/** The lesson with these tables in their places: between `<!-- table: NAME -->` and `<!-- /table -->`. */
export function withTables(lesson: string, tables: Readonly<Record<string, string>>): string {
  return lesson.replaceAll(
    /(<!-- table: (\w+) -->\n).*?(<!-- \/table -->)/gs,
    (_, start: string, name: string, end: string) => {
      const table = tables[name];
      if (table === undefined) throw new Error(`there is no table called "${name}"`);
      return `${start}\n${table}\n\n${end}`;
    },
  );
}
