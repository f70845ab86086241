import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // On a laptop the API runs beside this; in the image both are one.
  server: { proxy: { '/api': 'http://localhost:8080' } },
});
