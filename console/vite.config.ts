import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The console as static files. `npx vite console` serves it with reload, asking a platform on port 7080. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Inlined files would be data: URLs in scripts and styles, which the policy of the server does not allow everywhere.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:7080', changeOrigin: true, headers: { origin: 'http://127.0.0.1:7080' } } } },
});
