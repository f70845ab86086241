/** Every error leaves the API in one shape, with one clear sentence. */
import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ApiError } from '../contract/submission.ts';
import { type ErrorCode, StagecraftError, sentenceFor } from '../errors.ts';
import type { FaultLog } from '../fault-log.ts';
import { explainStoreError } from '../store/fault.ts';

const statuses: Record<ErrorCode, ContentfulStatusCode> = {
  bad_input: 400,
  not_permitted: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  too_many: 429,
  cancelled: 409,
  internal: 500,
  engine_unavailable: 503,
  not_ready: 503,
  host_lacks: 503,
  disk_full: 507,
};

const retryAfterSeconds: Partial<Record<ErrorCode, number>> = { too_many: 10, not_ready: 10, engine_unavailable: 30 };

type Field = NonNullable<ApiError['error']['fields']>[number];

/** A body or a query that is not as the contract says. */
export class InvalidFields extends StagecraftError {
  readonly fields: Field[];

  constructor(what: string, fields: Field[]) {
    const list = fields.map(({ path, message }) => `${path || 'the whole'}: ${message}`).join('; ');
    super('bad_input', `${what} is not as expected (${list}). See /api/openapi.json.`);
    this.fields = fields;
  }
}

export interface Issue {
  message: string;
  path?: ReadonlyArray<PropertyKey | { key: PropertyKey }>;
}

/** A hook for hono-openapi's `validator`. */
export const refuseInvalid =
  (what: string) =>
  (result: { success: boolean; error?: readonly Issue[] }): void => {
    if (result.success) return;
    const fields = (result.error ?? []).map(({ message, path = [] }) => ({
      path: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
      message,
    }));
    throw new InvalidFields(what, fields);
  };

const ours = new Set<ErrorCode>(['internal', 'host_lacks', 'disk_full', 'engine_unavailable']);

function toStagecraft(error: unknown): StagecraftError {
  const explained = explainStoreError(error);
  if (explained instanceof StagecraftError) return explained;
  if (error instanceof HTTPException && error.status < 500) {
    return new StagecraftError('bad_input', `The request could not be read: ${error.message}.`, { cause: error });
  }
  return new StagecraftError('internal', sentenceFor(error), { cause: error });
}

export function createErrorHandler(log: FaultLog): ErrorHandler {
  return (thrown, c) => {
    const error = toStagecraft(thrown);
    const id = ours.has(error.code) ? log(`${c.req.method} ${c.req.path}`, thrown) : undefined;
    const seconds = retryAfterSeconds[error.code];
    if (seconds !== undefined && !c.res.headers.has('Retry-After')) c.header('Retry-After', String(seconds));
    const fields = error instanceof InvalidFields ? error.fields : undefined;
    const body: ApiError = { error: { code: error.code, message: error.message, id, fields } };
    return c.json(body, statuses[error.code]);
  };
}

/** For addresses below `/api` that there are none of. */
export const apiNotFound: NotFoundHandler = (c: Context) => {
  const message = `There is no ${c.req.method} ${c.req.path} here. See /api/openapi.json for what there is.`;
  return c.json({ error: { code: 'not_found', message } } satisfies ApiError, 404);
};
