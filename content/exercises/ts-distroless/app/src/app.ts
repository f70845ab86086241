import express, { type ErrorRequestHandler, type Express } from 'express';
import { BadRequest, quote } from './rates';

export function createApp(): Express {
  const app = express();
  app.disable('x-powered-by');

  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });

  app.get('/rates', (request, response) => {
    response.json(quote(request.query.from, request.query.to, request.query.kg));
  });

  const onError: ErrorRequestHandler = (error, _request, response, _next) => {
    const mistake = error instanceof BadRequest;
    if (!mistake) console.error(error);
    response.status(mistake ? 400 : 500).json({ error: mistake ? error.message : 'internal error' });
  };
  app.use(onError);
  return app;
}
