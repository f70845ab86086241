'use strict';

const path = require('node:path');
const compression = require('compression');
const express = require('express');
const helmet = require('helmet');
const teas = require('./routes/teas');

function createApp() {
  const app = express();
  app.use(helmet());
  app.use(compression());
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.use('/teas', teas);
  app.use(express.static(path.join(__dirname, '..', 'public')));
  return app;
}

module.exports = { createApp };
