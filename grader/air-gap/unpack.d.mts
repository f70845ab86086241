import type { Duplex } from 'node:stream';
import type { Bundle } from './bundle-file.mjs';

export interface UnpackRequest {
  bundle: Bundle;
  name: string;
  /** Made when it is not there. */
  into: string;
  /** Turns the part's bytes into a tar. */
  decompress: Duplex;
  /** A root file system: owners, devices, extended attributes and absolute links are kept. */
  isRoot?: boolean;
  /** Called with the size of each unpacked piece. */
  onBytes?: (bytes: number) => void;
  signal?: AbortSignal;
}

/** @throws BundleRefusal when an entry leads out of `into` or the tar is broken */
export function unpackPart(request: UnpackRequest): Promise<void>;
