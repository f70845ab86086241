import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

function Shed() {
  const [tools, setTools] = useState([]);
  const load = () =>
    fetch('/api/tools')
      .then((response) => response.json())
      .then(setTools);
  useEffect(() => {
    load();
  }, []);
  const lend = (id) => fetch(`/api/tools/${id}/lend`, { method: 'POST' }).then(load);
  return (
    <main>
      <h1>Tool shed</h1>
      <ul>
        {tools.map((tool) => (
          <li key={tool.id}>
            {tool.name}{' '}
            {tool.lent ? (
              'is lent'
            ) : (
              <button type="button" onClick={() => lend(tool.id)}>
                I take it
              </button>
            )}
          </li>
        ))}
      </ul>
    </main>
  );
}

createRoot(document.getElementById('root')).render(<Shed />);
