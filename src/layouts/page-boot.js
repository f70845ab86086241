// Runs before the first paint, so that neither the theme nor the width of a room changes under the reader's eyes, and so
// that a theme chosen while the page still loads is not lost.
{
  const page = document.documentElement;
  const themeKey = 'stagecraft.theme';

  try {
    const theme = localStorage.getItem(themeKey);
    if (theme === 'light' || theme === 'dark') page.dataset.theme = theme;
    const rooms = JSON.parse(localStorage.getItem('stagecraft.rooms') || '{}');
    for (const room of ['brief', 'evidence']) {
      if (rooms[room] > 0 && rooms[room] < 100) page.style.setProperty(`--room-${room}`, `${rooms[room]}%`);
    }
  } catch {
    // Storage may be forbidden or spoilt; then the page looks as it does for a new reader.
  }

  document.addEventListener('DOMContentLoaded', () => {
    document.querySelector('[data-theme-switch]').value = page.dataset.theme ?? 'system';
  });

  document.addEventListener('change', ({ target }) => {
    if (!target.matches('[data-theme-switch]')) return;
    const theme = target.value;
    if (theme === 'system') delete page.dataset.theme;
    else page.dataset.theme = theme;
    try {
      if (theme === 'system') localStorage.removeItem(themeKey);
      else localStorage.setItem(themeKey, theme);
    } catch {
      // Storage may be forbidden; then the choice lasts as long as the page.
    }
  });
}
