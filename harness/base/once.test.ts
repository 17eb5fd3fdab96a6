import { expect, test, vi } from 'vitest';
import { once } from './once.js';

test('should call once, and give everybody the same result', () => {
  const action = vi.fn(() => ({}));
  const only = once(action);
  expect(action).not.toHaveBeenCalled();
  expect(only()).toBe(only());
  expect(action).toHaveBeenCalledOnce();
});

test('should call once also where the result is undefined', () => {
  const action = vi.fn(() => undefined);
  const only = once(action);
  only();
  only();
  expect(action).toHaveBeenCalledOnce();
});
