import type { SharedUse } from '../../scenario/running.js';
import { NOTHING, read, write, type Footprint } from '../events/footprint.js';
import { sharedValue } from '../events/resources.js';

/** What the use of a shared value touches; nothing for a step that uses none. @internal */
export function usedBy(use: Pick<SharedUse, 'shared' | 'mode'> | undefined): Footprint {
  if (use === undefined) return NOTHING;
  const resource = sharedValue(use.shared);
  return [use.mode === 'read' ? read(resource) : write(resource)];
}
