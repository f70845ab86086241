import { describe, expect, test } from 'vitest';
import { systemNamesIn } from './apt-names.ts';

describe('the packages that a command installs', () => {
  test.each([
    [
      'apt-get update && apt-get install -y --no-install-recommends libpq5 tini && rm -rf /var/lib/apt/lists/*',
      ['libpq5', 'tini'],
    ],
    ['apt-get -y -o Acquire::Retries=3 install curl', ['curl']],
    ['DEBIAN_FRONTEND=noninteractive apt install -t bookworm-backports golang-1.22=1.22.* "jq"', ['golang-1.22', 'jq']],
    ['set -eux; apt-get install -yqq \\\n  gcc \\\n  # a comment\n  libc6-dev; rm -rf x', ['gcc', 'libc6-dev']],
    ['apt-get install -y libstdc++6:amd64 curl/stable', ['libstdc++6', 'curl']],
    ['apt-get install -y $PACKAGES ${OTHER} git', ['git']],
    ['apt-get install ./local.deb', []],
    ['apt-get remove curl', []],
    ['echo apt-get', []],
  ])('of apt: %j', (command, names) => {
    expect(systemNamesIn(command)).toEqual({ apt: names, apk: [] });
  });

  test.each([
    ['apk add --no-cache tini ca-certificates~20 curl@edge', ['tini', 'ca-certificates', 'curl']],
    ['apk --no-cache add --virtual .build-deps gcc musl-dev && apk del .build-deps', ['gcc', 'musl-dev']],
    ['apk update', []],
  ])('of apk: %j', (command, names) => {
    expect(systemNamesIn(command)).toEqual({ apt: [], apk: names });
  });
});
