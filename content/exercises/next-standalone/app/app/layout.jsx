import './site.css';

export const metadata = { title: 'Tide table' };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
