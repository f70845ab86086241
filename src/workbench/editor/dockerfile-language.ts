/**
 * How a Dockerfile is coloured. Monaco's own definition finds keywords in the middle of words and does not know `AS`
 * or flags.
 */
import { languages } from 'monaco-editor/editor';

export const dockerfileLanguage = 'stagecraft-dockerfile';

const instruction =
  /^(\s*)(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(?=\s|$)/i;

const tokens: languages.IMonarchLanguage = {
  ignoreCase: true,
  defaultToken: '',
  tokenizer: {
    root: [
      [/^\s*#.*$/, 'comment'],
      [instruction, ['', { token: 'keyword', next: '@words' }]],
    ],
    words: [
      [/^\s*#.*$/, 'comment'],
      // An instruction goes on over a line break only behind a backslash.
      [/\\\s*$/, 'operator'],
      [/<<-?(["']?)([A-Za-z_]\w*)\1/, { token: 'variable', next: '@heredoc.$2' }],
      [/--[a-z][\w-]*(?==|\s|$)/, 'flag'],
      [/\bAS\b/, 'keyword'],
      [/\$\{[^}]*\}|\$\w+/, 'variable'],
      [/"(?:[^"\\]|\\.)*"/, { cases: { '@eos': { token: 'string', next: '@pop' }, '@default': 'string' } }],
      [/'[^']*'/, { cases: { '@eos': { token: 'string', next: '@pop' }, '@default': 'string' } }],
      [/[^\s\\$"'<]+/, { cases: { '@eos': { token: '', next: '@pop' }, '@default': '' } }],
      [/\s+$/, { token: '', next: '@pop' }],
      [/./, { cases: { '@eos': { token: '', next: '@pop' }, '@default': '' } }],
      [/$/, { token: '', next: '@pop' }],
    ],
    heredoc: [
      [/^\s*(\w+)\s*$/, { cases: { '$1==$S2': { token: 'variable', next: '@popall' }, '@default': 'string' } }],
      [/.+/, 'string'],
    ],
  },
};

export function registerDockerfile(): void {
  if (languages.getLanguages().some((language) => language.id === dockerfileLanguage)) return;
  languages.register({ id: dockerfileLanguage, aliases: ['Dockerfile'] });
  languages.setMonarchTokensProvider(dockerfileLanguage, tokens);
  languages.setLanguageConfiguration(dockerfileLanguage, {
    comments: { lineComment: '#' },
    brackets: [
      ['{', '}'],
      ['[', ']'],
      ['(', ')'],
    ],
    autoClosingPairs: [
      { open: '[', close: ']' },
      { open: '{', close: '}' },
      { open: '"', close: '"', notIn: ['string'] },
    ],
  });
}
