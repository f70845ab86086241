/** High waters follow each other every 12 hours and 25 minutes; each harbour has its own first one, in minutes of the day. */
const betweenMinutes = 745;

export const harbours = {
  esbjerg: { title: 'Esbjerg', firstMinutes: 92 },
  hull: { title: 'Hull', firstMinutes: 371 },
  brest: { title: 'Brest', firstMinutes: 254 },
};

/** The high waters of a day, as `hh:mm`; `day` counts from some first of January. */
export function highWaters(harbour, day) {
  const first = (harbour.firstMinutes + day * 50) % betweenMinutes;
  const times = [];
  for (let minutes = first; minutes < 24 * 60; minutes += betweenMinutes) times.push(clock(minutes));
  return times;
}

function clock(minutes) {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
