/** What the stage graph shows at most of a text that may say anything. */
export const stepTextCharactersMax = 160;
/** Of one stage; the rest is counted. */
export const stepsShownMax = 16;
/** The grader takes no longer one (`limits.admit.dockerfileBytes`). */
export const dockerfileCharactersMax = 64 * 1024;
