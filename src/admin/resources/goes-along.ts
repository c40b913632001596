const MAX_COUNTED = 10_000;

/** `3 destinations`, or nothing for none. */
export function countLine(count: number, one: string, many: string): string[] {
  return count === 0 ? [] : [`${count.toLocaleString('en')} ${count === 1 ? one : many}`];
}

/** What becomes of deliveries that wait. `count`: asks for a number that stops above its argument. */
export async function waitingLine(count: (max: number) => Promise<number>): Promise<string[]> {
  const waiting = await count(MAX_COUNTED);
  if (waiting <= MAX_COUNTED) {
    return countLine(waiting, 'waiting delivery, which is cancelled', 'waiting deliveries, which are cancelled');
  }
  return [`More than ${MAX_COUNTED.toLocaleString('en')} waiting deliveries, which are cancelled`];
}
