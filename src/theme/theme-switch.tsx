import { useEffect, useState } from 'preact/hooks';
import { strings } from '../strings.ts';
import { chooseTheme, readThemeChoice, type ThemeChoice } from './theme.ts';

export default function ThemeSwitch() {
  const [choice, setChoice] = useState<ThemeChoice>('system');
  useEffect(() => setChoice(readThemeChoice()), []);
  return (
    <label class="theme-switch">
      <span class="visually-hidden">{strings.theme.label}</span>
      <select
        value={choice}
        onChange={(event) => {
          const chosen = event.currentTarget.value as ThemeChoice;
          setChoice(chosen);
          chooseTheme(chosen);
        }}
      >
        <option value="system">{strings.theme.system}</option>
        <option value="light">{strings.theme.light}</option>
        <option value="dark">{strings.theme.dark}</option>
      </select>
    </label>
  );
}
