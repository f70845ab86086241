import { expect, test } from 'vitest';
import { explainPostgresFailure, isAnotherServer } from './postgres-faults.ts';

const place = {
  rootDir: '/home/a/database',
  dataDir: '/home/a/database/data',
  socketDir: '/run',
  logFile: '/home/a/database/postgres.log',
  runAs: undefined,
};

test('a full disk is told from its words', () => {
  const error = explainPostgresFailure(
    'FATAL:  could not write lock file "postmaster.pid": No space left on device\n',
    place,
  );
  expect(error.code).toBe('disk_full');
  expect(error.message).toContain('Free some space');
});

test('a folder that may not be written is told from its words', () => {
  const error = explainPostgresFailure(
    'initdb: error: could not create directory "/home/a/database/data": Permission denied',
    place,
  );
  expect(error.code).toBe('not_permitted');
  expect(error.message).toContain('/home/a/database');
});

test('a missing library is named', () => {
  const error = explainPostgresFailure(
    'postgres: error while loading shared libraries: libicui18n.so.60: cannot open shared object file',
    place,
  );
  expect(error.code).toBe('host_lacks');
  expect(error.message).toContain('libicui18n.so.60');
});

test('anything else quotes the last fatal line and names the log', () => {
  const error = explainPostgresFailure(
    'LOG: x\nFATAL:  could not map anonymous shared memory: Cannot allocate memory\n',
    place,
  );
  expect(error.message).toBe(
    'The database could not start: could not map anonymous shared memory: Cannot allocate memory. Its log is /home/a/database/postgres.log.',
  );
  expect((error.cause as Error).message).toContain('LOG: x');
});

test('another server at the door is told from a failure', () => {
  expect(
    isAnotherServer('FATAL:  lock file "postmaster.pid" already exists\nHINT:  Is another postmaster (PID 12) running'),
  ).toBe(true);
  expect(isAnotherServer('FATAL:  data directory has wrong ownership')).toBe(false);
});
