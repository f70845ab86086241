fetch('/teas')
  .then((response) => response.json())
  .then((teas) => {
    for (const tea of teas) {
      const item = document.createElement('li');
      item.textContent = `${tea.name}: ${tea.minutes} minutes at ${tea.celsius} °C`;
      document.getElementById('teas').append(item);
    }
  });
