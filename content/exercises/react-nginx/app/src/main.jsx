import { createRoot } from 'react-dom/client';
import { findTree, trees } from './trees.js';
import { go, usePath } from './use-path.js';
import './site.css';

function List() {
  return (
    <ul>
      {trees.map((tree) => (
        <li key={tree.id}>
          <a href={`/trees/${tree.id}`} onClick={go}>
            {tree.name}
          </a>{' '}
          {tree.free ? 'everyone may pick' : 'ask first'}
        </li>
      ))}
    </ul>
  );
}

function Tree({ id }) {
  const tree = findTree(id);
  if (!tree) return <p>There is no such tree.</p>;
  return (
    <article>
      <h2>{tree.name}</h2>
      <p>
        {tree.place}, ripe in {tree.ripe}
      </p>
      <a href="/" onClick={go}>
        All trees
      </a>
    </article>
  );
}

function App() {
  const [, place, id] = usePath().split('/');
  return (
    <main>
      <h1>Orchard map</h1>
      {place === 'trees' ? <Tree id={id} /> : <List />}
    </main>
  );
}

createRoot(document.getElementById('root')).render(<App />);
