import { existsSync, readFileSync } from 'node:fs';

const SUITES = new URL('../../suites/', import.meta.url);

/**
 * Are the packages of `suites/` there, every one in the version of the lock file? npm writes what it installed when it is done, so that half an
 * installation is none.
 */
export function areSuitesInstalled(): boolean {
  const done = new URL('node_modules/.package-lock.json', SUITES);
  if (!existsSync(done)) return false;
  const [wanted, there] = [new URL('package-lock.json', SUITES), done].map(versionsIn) as [
    Versions,
    Versions,
  ];
  // Those for other machines are left out.
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional === true || there[path]?.version === version,
  );
}

type Versions = Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>;

function versionsIn(file: URL): Versions {
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly packages: Versions }).packages;
}
