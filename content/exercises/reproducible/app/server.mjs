import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const read = (name) => JSON.parse(readFileSync(new URL(`dist/${name}.json`, import.meta.url), 'utf8'));
const guide = read('guide');
const about = read('about');

function answerTo(path) {
  if (path === '/about') return about;
  const [, number] = /^\/stops\/(\d+)$/.exec(path) ?? [];
  return guide.find((stop) => stop.number === Number(number));
}

const server = createServer((request, response) => {
  const found = answerTo(new URL(request.url, 'http://guide').pathname);
  response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(found ?? { error: 'there is no such stop' }));
});
server.listen(Number(process.env.PORT ?? 3000), () => console.log('the guide listens'));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
