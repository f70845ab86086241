/** The four Dockerfiles of the home page: real ones of the exercise `go-scratch`, so their sizes are measured. */
export interface HomeStep {
  /** Folder below `content/exercises/go-scratch/`. */
  variant: string;
  title: string;
  /** What this change saved, or did not. */
  text: string;
}

export const homeExercise = 'go-scratch';

export const homeSteps: [HomeStep, ...HomeStep[]] = [
  {
    variant: 'starter',
    title: 'One stage',
    text: 'What runs is one file. What is shipped with it: the Go compiler, a C compiler, git, the sources, and a whole Debian.',
  },
  {
    variant: 'mistakes/compiler-shipped',
    title: 'Two stages, the wrong base',
    text: 'Only the finished program is copied out of the first stage. But the base of the second still brings a compiler that nothing will ever call.',
  },
  {
    variant: 'also-right/distroless-static',
    title: 'Two stages, a base without tools',
    text: 'The second stage starts from certificates, time zones and a user that is not root. No shell, no package manager: nothing to update, and little to attack.',
  },
  {
    variant: 'solution',
    title: 'Two stages, an empty base',
    text: 'The second stage starts from nothing at all. The program is built without symbols that only a debugger reads, and the one file it needs to trust an HTTPS server is copied by name.',
  },
];
