// Runs before the first paint, so that neither the theme nor the width of a room changes under the reader's eyes.
try {
  const page = document.documentElement;
  const theme = localStorage.getItem('stagecraft.theme');
  if (theme === 'light' || theme === 'dark') page.dataset.theme = theme;
  const rooms = JSON.parse(localStorage.getItem('stagecraft.rooms') || '{}');
  for (const room of ['brief', 'evidence']) {
    if (rooms[room] > 0 && rooms[room] < 100) page.style.setProperty(`--room-${room}`, `${rooms[room]}%`);
  }
} catch {
  // Storage may be forbidden or spoilt; then the page looks as it does for a new reader.
}
