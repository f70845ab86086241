/** What a lesson, a brief or an after-note may use without importing it. */
import Dockerfile from './dockerfile.astro';
import Exercise from './exercise-card.astro';
import Measured from './measured.astro';
import Predict from './predict.astro';
import Sizes from './sizes.astro';
import Stages from './stages.astro';

export const mdxComponents = { Dockerfile, Exercise, Measured, Predict, Sizes, Stages };
