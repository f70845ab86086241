/** A new lesson with one section, and its quiz with one question. */
import { placeMark } from './places.ts';

const fill = (what: string) => `${placeMark} ${what}`;
const lines = (...all: string[]) => `${all.join('\n')}\n`;

export interface NewLesson {
  slug: string;
  module: string;
  /** Slug of an exercise whose app the Dockerfile in the text is built with. */
  app: string;
}

const option = (id: string, text: string, feedback: string, right = false) => [
  `      - id: ${id}`,
  `        text: '${text}'`,
  ...(right ? ['        right: true'] : []),
  `        feedback: '${feedback}'`,
];

/** Paths relative to `content/`. */
export function lessonFiles({ slug, module, app }: NewLesson): Record<string, string> {
  return {
    [`lessons/${slug}.mdx`]: lines(
      '---',
      `title: '${fill('a short title')}'`,
      `summary: '${fill('what it is about and why it matters, in one sentence')}'`,
      'minutes: 20',
      `module: ${JSON.stringify(module)}`,
      `next: '${fill('a sentence that leads to the next lesson')}'`,
      '---',
      '',
      `## ${fill('one idea')}`,
      '',
      fill('the idea and its reason in production, with measured numbers only'),
      '',
      `\`\`\`dockerfile of="${app}/solution"`,
      '# Marks behind the word dockerfile say what this belongs to: CONTRIBUTING.md, "Write a lesson".',
      '```',
      '',
      '<Predict',
      `  question="${fill('what happens next?')}"`,
      '  options={[',
      `    { text: "${fill('the right answer')}", right: true, feedback: "${fill('why it is right')}" },`,
      `    { text: "${fill('a misconception that people really have')}", feedback: "${fill('what is wrong with it')}" },`,
      `    { text: "I don't know", feedback: "${fill('where to look')}" },`,
      '  ]}',
      '/>',
    ),
    [`quizzes/${slug}.yaml`]: lines(
      `lesson: ${slug}`,
      'questions:',
      `  - id: why-${slug.replace(/^\d+-/, '')}`,
      `    question: '${fill('why, not whether')}'`,
      '    # Cases that verify builds and that show it: <exercise>/solution, <exercise>/mistakes/<name>',
      `    proof: [${app}/solution]`,
      '    options:',
      ...option('right', fill('the right answer'), fill('why it is right, in a sentence'), true),
      ...option('wrong', fill('a real misconception'), fill('what is wrong with it, in a sentence')),
      ...option('other', fill('another one'), fill('what is wrong with it, in a sentence')),
      ...option('dont-know', "I don''t know.", fill('where the lesson says it, in a sentence')),
    ),
  };
}
