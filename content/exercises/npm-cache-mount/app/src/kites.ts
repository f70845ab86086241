/** Wind in metres per second in which a kite flies well. */
const kites = {
  delta: { from: 2, to: 8 },
  diamond: { from: 4, to: 11 },
  box: { from: 6, to: 14 },
} as const;
export type Kite = keyof typeof kites;

export function isKite(name: string): name is Kite {
  return Object.hasOwn(kites, name);
}

export function advice(kite: Kite, wind: number): 'too calm' | 'good' | 'too strong' {
  const { from, to } = kites[kite];
  if (wind < from) return 'too calm';
  return wind > to ? 'too strong' : 'good';
}
