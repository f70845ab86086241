/** @type {import('next').NextConfig} */
export default {
  // Besides .next/, a folder with a server and only the packages that it loads.
  output: 'standalone',
  generateBuildId: () => 'spring-tide',
  poweredByHeader: false,
};
