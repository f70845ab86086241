import { notFound } from 'next/navigation';
import { harbours, highWaters } from '../../../lib/tides';

/** Rendered on the server for each request: the day is in the address. */
export default async function Harbour({ params, searchParams }) {
  const { name } = await params;
  if (!Object.hasOwn(harbours, name)) notFound();
  const harbour = harbours[name];
  const day = Math.max(0, Number.parseInt((await searchParams).day ?? '0', 10) || 0);
  return (
    <main>
      <h1>{harbour.title}</h1>
      <p>High water on day {day}:</p>
      <ul>
        {highWaters(harbour, day).map((time) => (
          <li key={time}>{time}</li>
        ))}
      </ul>
    </main>
  );
}
