export const trees = [
  { id: '1', name: 'Gravenstein', place: 'behind the church', ripe: 'August', free: true },
  { id: '2', name: 'Cox Orange', place: 'old railway garden', ripe: 'September', free: true },
  { id: '3', name: 'Boskoop', place: 'mill lane 4', ripe: 'October', free: false },
];

export function findTree(id) {
  return trees.find((tree) => tree.id === id);
}
