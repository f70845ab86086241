/** Prices in euro cents. */
const prices = { roll: 45, loaf: 450 };

/** What an order costs. A dozen rolls or more are a tenth cheaper. */
export function priceOf({ rolls = 0, loaves = 0 }) {
  for (const count of [rolls, loaves]) {
    if (!Number.isInteger(count) || count < 0 || count > 500) throw new RangeError('expected a count from 0 to 500');
  }
  const forRolls = rolls * prices.roll;
  return Math.round(rolls >= 12 ? forRolls * 0.9 : forRolls) + loaves * prices.loaf;
}
