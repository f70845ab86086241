'use strict';

const express = require('express');

const teas = [
  { id: 'assam', name: 'Assam', minutes: 4, celsius: 95 },
  { id: 'sencha', name: 'Sencha', minutes: 2, celsius: 70 },
  { id: 'rooibos', name: 'Rooibos', minutes: 6, celsius: 100 },
];

const router = express.Router();

router.get('/', (_request, response) => {
  response.json(teas);
});

router.get('/:id', (request, response) => {
  const tea = teas.find((candidate) => candidate.id === request.params.id);
  if (tea === undefined) {
    response.status(404).json({ error: `no such tea: ${request.params.id}` });
    return;
  }
  response.json(tea);
});

module.exports = router;
