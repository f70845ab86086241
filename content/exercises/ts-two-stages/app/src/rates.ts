/** What it costs to ship a parcel between two harbours. Distances are in nautical miles, prices in euro cents. */

const harbours = ['lisbon', 'hamburg', 'piraeus'] as const;
export type Harbour = (typeof harbours)[number];

const distances: Record<Harbour, Record<Harbour, number>> = {
  lisbon: { lisbon: 0, hamburg: 1306, piraeus: 1872 },
  hamburg: { lisbon: 1306, hamburg: 0, piraeus: 3073 },
  piraeus: { lisbon: 1872, hamburg: 3073, piraeus: 0 },
};

export interface Quote {
  from: Harbour;
  to: Harbour;
  kg: number;
  cents: number;
}

export class BadRequest extends Error {}

export function quote(from: unknown, to: unknown, kg: unknown): Quote {
  const weight = Number(kg);
  if (!(weight > 0 && weight <= 1000)) throw new BadRequest('kg must be a number above 0 and at most 1000');
  const route = { from: harbour('from', from), to: harbour('to', to) };
  const cents = 450 + Math.ceil(distances[route.from][route.to] * weight * 0.08);
  return { ...route, kg: weight, cents };
}

function harbour(field: string, value: unknown): Harbour {
  const found = harbours.find((name) => name === value);
  if (found === undefined) throw new BadRequest(`${field} must be one of ${harbours.join(', ')}`);
  return found;
}
