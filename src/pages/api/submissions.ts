/** Without a grader nobody has sent anything; see `health.ts`. */
import type { APIRoute } from 'astro';

export const GET: APIRoute = () => Response.json([]);
