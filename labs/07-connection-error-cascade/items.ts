import type { Redis } from 'ioredis';

/** What is kept of an item. */
export interface Item {
  readonly processed: number;
}

export const itemKey = (id: string): string => `item:${id}`;
export const priceKey = (id: string): string => `price:${id}`;

/** The story's function: reads an item, changes it, writes it back. */
export async function processItem(redis: Redis, id: string): Promise<Item> {
  const item: Item = JSON.parse((await redis.get(itemKey(id))) ?? '{"processed":0}');
  const changed = { ...item, processed: item.processed + 1 };
  await redis.set(itemKey(id), JSON.stringify(changed));
  return changed;
}
