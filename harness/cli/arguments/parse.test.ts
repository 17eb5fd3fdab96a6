import { expect, test } from 'vitest';
import { FAULT_KINDS, USUAL_FAULTS } from '../../faults/catalogue.js';
import { SERVER_FAULT_KINDS } from '../../faults/server-fault.js';
import { collectFault } from './parse.js';

test('faults are named one by one or as groups, and each counts once', () => {
  expect(collectFault('outage', ['late-reply'])).toEqual(['late-reply', 'outage']);
  expect(collectFault('server', ['server-oom'])).toHaveLength(SERVER_FAULT_KINDS.length);
  expect(collectFault('server', collectFault('client', undefined)).toSorted()).toEqual(
    FAULT_KINDS.toSorted(),
  );
  expect(collectFault('usual', undefined)).toEqual(USUAL_FAULTS);
  expect(() => collectFault('nonsense', undefined)).toThrow('Give a group (usual, client, server) or one of');
});
