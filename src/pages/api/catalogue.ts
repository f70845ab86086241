/** Without a grader nothing is known of its base images; see `health.ts`. */
import type { APIRoute } from 'astro';
import type { CatalogueView } from '../../../grader/contract/exercise.ts';

const answer: CatalogueView = { source: 'stand-in', images: [] };

export const GET: APIRoute = () => Response.json(answer);
