import { describe, expect, test } from 'vitest';
import { builtEvidence, sampleDockerfile, sampleImage } from '../sample-evidence.ts';
import { labels } from './check.ts';

const SOURCE = 'org.opencontainers.image.source';

function judge(found: Record<string, string>, params: object, text = `${SOURCE}="$REPO"`) {
  const evidence = builtEvidence({
    dockerfile: sampleDockerfile([
      { name: 'builder', instructions: [{ keyword: 'LABEL', text: 'stage.only=1', line: 2 }] },
      { instructions: [{ keyword: 'LABEL', text, line: 8 }] },
    ]),
    image: sampleImage({ config: { labels: found } }),
  });
  return labels.judge(labels.schema.parse(params), evidence, 'one');
}

describe('labels', () => {
  test.each<[string, unknown]>([
    ['any value', true],
    ['the value itself', 'https://git.test/clock'],
    ['a pattern', '/^https:\\/\\//'],
  ])('passes %s', (_name, wanted) => {
    const judgement = judge({ [SOURCE]: 'https://git.test/clock' }, { labels: { [SOURCE]: wanted } });
    expect(judgement).toMatchObject({ status: 'passed', actual: '1 label' });
  });

  test('takes a number for its text', () => {
    expect(judge({ a: '2' }, { labels: { a: 2 } }, 'a=2').status).toBe('passed');
  });

  test('fails a label that is not there', () => {
    expect(judge({}, { labels: { [SOURCE]: true } }, '')).toMatchObject({
      status: 'failed',
      actual: `no ${SOURCE}`,
      message: `The image has no label \`${SOURCE}\`.`,
    });
  });

  test('says when the label is in a stage that is not shipped', () => {
    const judgement = judge({}, { labels: { 'stage.only': true } });
    expect(judgement).toMatchObject({ status: 'failed', line: 2 });
    expect(judgement.message).toContain('LABEL on line 2 is in a stage that is not shipped');
  });

  test('fails a label that the base image brought, unless that is fine', () => {
    const found = { 'org.opencontainers.image.version': '12' };
    const wanted = { labels: { 'org.opencontainers.image.version': true } };
    expect(judge(found, wanted).message).toContain('comes from the base image');
    expect(judge(found, { ...wanted, own: false }).status).toBe('passed');
  });

  test('fails a part of the value, another one and nothing, with the line', () => {
    const other = judge({ [SOURCE]: 'https://git.test/clock' }, { labels: { [SOURCE]: 'https://git.test' } });
    expect(other).toMatchObject({ status: 'failed', line: 8, actual: 'https://git.test/clock' });
    expect(other.message).toContain('expected `https://git.test`');
    const empty = judge({ [SOURCE]: ' ' }, { labels: { [SOURCE]: true } });
    expect(empty.message).toContain('is empty. A variable in it has no value there');
  });

  test('needs at least one label, and a pattern that is one', () => {
    expect(labels.schema.safeParse({ labels: {} }).success).toBe(false);
    expect(labels.schema.safeParse({ labels: { a: '/(/' } }).success).toBe(false);
    expect(labels.schema.safeParse({ labels: { a: false } }).success).toBe(false);
  });

  test('names the labels and their values in its expectation', () => {
    expect(labels.expected(labels.schema.parse({ labels: { a: true, b: '/^x/' } }))).toBe(
      'The image has the label a and the label b (`/^x/`).',
    );
  });

  test('shows a hostile value cut short and on one line', () => {
    const { message, actual } = judge({ [SOURCE]: `\n\u202e${'x'.repeat(9_000)}` }, { labels: { [SOURCE]: 'a' } });
    expect(message + actual).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(message.length).toBeLessThan(400);
  });
});
