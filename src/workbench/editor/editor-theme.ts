/** The editor's theme, made from the page's own tokens, so that there is one set of colours and not two. */
import { editor } from 'monaco-editor/editor';
import { isDark } from '../../theme/theme.ts';

export const themeName = 'stagecraft';

/** Reads the tokens as they are now and gives them to every editor on the page. */
export function applyEditorTheme(): void {
  const probe = document.createElement('span');
  document.body.append(probe);
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  /** Monaco wants hex, the tokens are OKLCH: a canvas converts. */
  const hex = (token: string): string => {
    probe.style.color = `var(${token})`;
    if (!canvas) return '#808080';
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = getComputedStyle(probe).color;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
  };
  editor.defineTheme(themeName, {
    base: isDark() ? 'vs-dark' : 'vs',
    inherit: true,
    rules: tokenRules(hex),
    colors: themeColours(hex),
  });
  editor.setTheme(themeName);
  probe.remove();
}

type Hex = (token: string) => string;

function tokenRules(hex: Hex): editor.ITokenThemeRule[] {
  const rule = (token: string, variable: string) => ({ token, foreground: hex(variable).slice(1) });
  return [
    rule('', '--ink'),
    rule('keyword', '--code-keyword'),
    rule('string', '--code-string'),
    rule('variable', '--code-variable'),
    rule('number', '--code-variable'),
    rule('flag', '--code-flag'),
    rule('tag', '--code-keyword'),
    rule('attribute.name', '--code-flag'),
    rule('type', '--ink'),
    rule('delimiter', '--ink-soft'),
    rule('operator', '--ink-faint'),
    rule('comment', '--code-comment'),
  ];
}

function themeColours(hex: Hex): editor.IColors {
  return {
    'editor.background': hex('--panel'),
    'editor.foreground': hex('--ink'),
    'editor.lineHighlightBackground': hex('--current-line'),
    'editor.lineHighlightBorder': hex('--current-line'),
    'editor.selectionBackground': hex('--selection'),
    'editor.inactiveSelectionBackground': hex('--selection'),
    'editorCursor.foreground': hex('--ink'),
    'editorLineNumber.foreground': hex('--ink-faint'),
    'editorLineNumber.activeForeground': hex('--ink'),
    'editorIndentGuide.background1': hex('--line'),
    'editorIndentGuide.activeBackground1': hex('--line'),
    'editorError.foreground': hex('--failed'),
    'editorWarning.foreground': hex('--warning'),
    'editorBracketMatch.background': hex('--selection'),
    'editorBracketMatch.border': hex('--line-strong'),
    'editorWidget.background': hex('--panel'),
    'editorWidget.border': hex('--line-strong'),
    'editorHoverWidget.background': hex('--panel'),
    'editorHoverWidget.border': hex('--line-strong'),
    'editorHoverWidget.statusBarBackground': hex('--sunken'),
    'textLink.foreground': hex('--ink'),
    'textLink.activeForeground': hex('--ink'),
    'editorGutter.background': hex('--panel'),
    'editorOverviewRuler.errorForeground': hex('--failed'),
    'editorOverviewRuler.warningForeground': hex('--warning'),
    'editorOverviewRuler.infoForeground': hex('--line-strong'),
    'editorInfo.foreground': hex('--ink-faint'),
    'diffEditor.insertedLineBackground': `${hex('--passed')}1f`,
    'diffEditor.removedLineBackground': `${hex('--failed')}1c`,
    'diffEditor.insertedTextBackground': `${hex('--passed')}33`,
    'diffEditor.removedTextBackground': `${hex('--failed')}2e`,
    'editorSuggestWidget.background': hex('--panel'),
    'editorSuggestWidget.border': hex('--line-strong'),
    'editorSuggestWidget.foreground': hex('--ink'),
    'editorSuggestWidget.selectedBackground': hex('--selection'),
    'editorSuggestWidget.selectedForeground': hex('--ink'),
    'editorSuggestWidget.highlightForeground': hex('--code-keyword'),
    'editorSuggestWidget.focusHighlightForeground': hex('--code-keyword'),
    'editorOverviewRuler.border': hex('--panel'),
    'scrollbar.shadow': hex('--panel'),
    'scrollbarSlider.background': `${hex('--line-strong')}66`,
    'scrollbarSlider.hoverBackground': `${hex('--line-strong')}99`,
    'scrollbarSlider.activeBackground': hex('--line-strong'),
    'input.background': hex('--paper'),
    'input.border': hex('--line-strong'),
    focusBorder: hex('--ink'),
  };
}
