import { expect, test } from 'vitest';
import { settingsOf } from './settings.js';

test('a server should get the settings that its version knows, since it does not start with others', () => {
  expect(settingsOf('5.0.14')).toEqual({});
  expect(settingsOf('6.2.14')).toEqual({ 'jemalloc-bg-thread': 'no' });
  const all = {
    'jemalloc-bg-thread': 'no',
    'enable-debug-command': 'yes',
    'enable-protected-configs': 'yes',
  };
  expect(settingsOf('7.0.0')).toEqual(all);
  expect(settingsOf('10.1.0')).toEqual(all);
});
