import { describe, expect, it } from 'vitest';
import { sampleImage, sampleLayer } from '../checks/sample-evidence.ts';
import { imageReportSchema, stageReportSchema } from '../contract/report.ts';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import { limits } from '../limits.ts';
import { imageReport, stageReports } from './to-report.ts';

const dockerfile = parseDockerfile('FROM node:20 AS builder\nRUN x\nFROM node:20-slim\nRUN y\nFROM builder\nCMD ["z"]');

describe('imageReport', () => {
  it('fits the contract and names the image at the bottom of the chain of stages', () => {
    const layers = [sampleLayer({ fromBase: true, line: undefined }), sampleLayer({ line: 2 })];
    const report = imageReport(sampleImage({ layers }), dockerfile);
    expect(imageReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(JSON.parse(JSON.stringify(report)));
    expect(report.baseImage).toBe('node:20');
    expect(report.layers.map(({ line }) => line)).toEqual([undefined, 2]);
  });

  it('carries no file lists, which can be megabytes', () => {
    expect(JSON.stringify(imageReport(sampleImage({ layers: [sampleLayer()] }), dockerfile))).not.toContain('entries');
  });

  it('tells the history with the size of each layer, and cuts what is long', () => {
    const entry = { comment: '', line: undefined, fromBase: false };
    const history = [
      { ...entry, createdBy: `RUN ${'x'.repeat(10_000)}`, emptyLayer: false },
      { ...entry, createdBy: 'ENV A=\u001b]0;title\u0007b', emptyLayer: true },
      { ...entry, createdBy: 'COPY . .', emptyLayer: false, line: 3 },
    ];
    const layers = [sampleLayer({ sizeBytes: 5 }), sampleLayer({ sizeBytes: 7 })];
    const report = imageReport(sampleImage({ layers, history }), undefined);
    expect(report.history?.map(({ sizeBytes }) => sizeBytes)).toEqual([5, undefined, 7]);
    expect(report.history?.[0]?.createdBy).toHaveLength(limits.evidence.shownTextMax);
    expect(report.history?.[1]?.createdBy).toBe('ENV A=b');
    expect(report.history?.[2]?.line).toBe(3);
  });

  it('calls an unset user what it is', () => {
    expect(imageReport(sampleImage(), undefined).user).toBe('root');
    expect(imageReport(sampleImage({ config: { user: '1000:1000' } }), undefined).user).toBe('1000:1000');
  });
});

describe('stageReports', () => {
  it('lists every stage with the sizes that are known', () => {
    const reports = stageReports(dockerfile, new Map([[0, 5]]));
    expect(reports).toEqual([
      { name: 'builder', index: 0, line: 1, baseName: 'node:20', final: false, sizeBytes: 5 },
      { name: '1', index: 1, line: 3, baseName: 'node:20-slim', final: false, sizeBytes: undefined },
      { name: '2', index: 2, line: 5, baseName: 'builder', final: true, sizeBytes: undefined },
    ]);
    for (const report of reports) expect(stageReportSchema.safeParse(report).success).toBe(true);
  });

  it('has none for a file that could not be read', () => {
    expect(stageReports(undefined)).toEqual([]);
  });
});
