import Link from 'next/link';
import { harbours } from '../lib/tides';

export default function Page() {
  return (
    <main>
      <h1>Tide table</h1>
      <ul>
        {Object.entries(harbours).map(([name, { title }]) => (
          <li key={name}>
            <Link href={`/harbours/${name}?day=1`}>{title}</Link>
          </li>
        ))}
      </ul>
    </main>
  );
}
