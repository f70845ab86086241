/**
 * The sandbox CA: made once per cache folder, it signs the certificate of the HTTPS service that exercises call. Base
 * images that carry a CA bundle trust it; an image without a bundle trusts nothing, which is what the exercise teaches.
 */
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
// @peculiar/x509 needs this polyfill loaded before it.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 24 * 60 * 60_000;
const caDays = 3650;
const serverDays = 800;

/** Names that the HTTPS service answers for. */
export const httpsHostNames = ['clock.stagecraft.test', '*.stagecraft.test'];

interface Authority {
  certPem: string;
  keyPem: string;
}

/** The CA certificate in PEM, made when there is none yet. Safe to call from several processes at once. */
export async function sandboxCaPem(cacheDir: string): Promise<string> {
  return (await authority(cacheDir)).certPem;
}

/** Certificate and key for the HTTPS service, fresh each time; both in PEM. */
export async function issueServerCertificate(cacheDir: string, ip: string): Promise<Authority> {
  x509.cryptoProvider.set(crypto);
  const ca = await authority(cacheDir);
  const caCert = new x509.X509Certificate(ca.certPem);
  const signingKey = await importKey(ca.keyPem);
  const keys = await crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=clock.stagecraft.test',
    issuer: caCert.subject,
    ...validity(serverDays),
    signingAlgorithm: keyAlgorithm,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        ...httpsHostNames.map((value) => ({ type: 'dns' as const, value })),
        { type: 'ip', value: ip },
      ]),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      await x509.AuthorityKeyIdentifierExtension.create(caCert),
    ],
  });
  return { certPem: cert.toString('pem'), keyPem: await exportKey(keys.privateKey) };
}

async function authority(cacheDir: string): Promise<Authority> {
  const dir = join(cacheDir, 'sandbox-ca');
  const file = join(dir, 'authority.json');
  const made = (await readAuthority(file)) ?? (await makeAuthority(dir, file));
  // Written after the pair was decided, so that it always is the certificate that signs.
  const pem = join(dir, 'ca.pem');
  if ((await readFile(pem, 'utf8').catch(() => '')) !== made.certPem) {
    const temporary = `${pem}.${process.pid}.${serialNumber()}`;
    await writeFile(temporary, made.certPem);
    await rename(temporary, pem);
  }
  return made;
}

async function readAuthority(file: string): Promise<Authority | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Authority;
  } catch {
    return undefined;
  }
}

/** Certificate and key go into one file that appears whole: whoever links it first decides for everybody. */
async function makeAuthority(dir: string, file: string): Promise<Authority> {
  x509.cryptoProvider.set(crypto);
  await mkdir(dir, { recursive: true });
  const keys = await crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=Stagecraft sandbox CA',
    ...validity(caDays),
    signingAlgorithm: keyAlgorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const made = { certPem: `${cert.toString('pem')}\n`, keyPem: await exportKey(keys.privateKey) };
  const temporary = `${file}.${process.pid}.${serialNumber()}`;
  await writeFile(temporary, JSON.stringify(made), { mode: 0o600 });
  try {
    await link(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return (await readAuthority(file)) ?? made;
}

/** Backdated a day: clocks of containers and hosts need not agree to the second. */
function validity(days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - dayMs), notAfter: new Date(Date.now() + days * dayMs) };
}

function serialNumber(): string {
  return `01${Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString('hex')}`;
}

async function exportKey(key: CryptoKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/.{64}/g, '$&\n').trimEnd()}\n-----END PRIVATE KEY-----\n`;
}

async function importKey(pem: string): Promise<CryptoKey> {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  return crypto.subtle.importKey('pkcs8', der, keyAlgorithm, false, ['sign']);
}
