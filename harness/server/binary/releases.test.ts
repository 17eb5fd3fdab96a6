import { describe, expect, test } from 'vitest';
import { distribution, exchanged } from './releases.js';

describe('the distribution', () => {
  test('should be named with its version, and know the releases after its own', () => {
    const debian =
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n';
    expect(distribution(debian)).toEqual({
      name: 'debian-12',
      release: 'bookworm',
      newer: ['trixie', 'forky'],
    });
    const ubuntu = 'ID=ubuntu\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\n';
    expect(distribution(ubuntu)).toEqual({ name: 'ubuntu-24.04', release: 'noble', newer: [] });
    expect(distribution('ID=arch\n')).toEqual({ name: 'arch-rolling', release: '', newer: [] });
  });
});

describe('sources of another release', () => {
  const swap = (text: string, file: string) => exchanged(text, file, 'bookworm', 'trixie');

  test('should keep mirror and key of what serves the distribution, and leave out the rest', () => {
    const stanzas = `# a comment
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://other.example/bookworm
Suites: cloud-sdk-bookworm
Components: main

Types: deb-src
URIs: http://mirror.example/debian
Suites: bookworm
Components: main
`;
    expect(swap(stanzas, 'debian.sources')).toBe(`# a comment
Types: deb
URIs: http://mirror.example/debian
Suites: trixie trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`);
    const lines = `deb [signed-by=/k.gpg] http://mirror.example/debian bookworm main
deb-src http://mirror.example/debian bookworm main
# deb http://mirror.example/debian bookworm-backports main
deb http://mirror.example/debian-security bookworm-security/updates main
deb http://other.example/bookworm nodistro main
`;
    expect(swap(lines, 'sources.list')).toBe(`deb [signed-by=/k.gpg] http://mirror.example/debian trixie main
deb http://mirror.example/debian-security trixie-security/updates main
`);
  });

  test('should be none where nothing is of this release', () => {
    expect(swap('deb http://mirror.example/debian stable main\n', 'sources.list')).toBeUndefined();
    expect(swap('Types: deb\nSuites: nodistro\n', 'node.sources')).toBeUndefined();
  });
});
