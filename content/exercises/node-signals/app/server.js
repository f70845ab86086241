'use strict';

const { createDesk } = require('./lib/desk');

const harbour = process.env.HARBOUR ?? 'Nordby';
const port = Number(process.env.PORT ?? 3000);
const server = createDesk({ harbour, places: 120 }).listen(port, '0.0.0.0', () => {
  console.log(`ferry-desk ${harbour} listens on port ${port}`);
});

process.on('SIGTERM', () => {
  console.log('SIGTERM: no new passengers, finishing the bookings');
  server.close(() => {
    console.log('the last booking is done');
    process.exit(0);
  });
  server.closeIdleConnections();
});
