const crossings = { 'harbour-island': 420, 'mainland-north': 780 };
const discounts = { adult: 1, child: 0.5, islander: 0.25 };

/** In cents, or undefined for a crossing or a passenger that there isn't. */
export function fare(crossing, passenger) {
  const price = Object.hasOwn(crossings, crossing) ? crossings[crossing] : undefined;
  const share = Object.hasOwn(discounts, passenger) ? discounts[passenger] : undefined;
  return price === undefined || share === undefined ? undefined : Math.round(price * share);
}
