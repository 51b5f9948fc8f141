/** Loads the tables of drugs once and prints how many CPU milliseconds and megabytes that took, their texts not counted. */
import { linkMedicationFiles, readMedicationFiles } from '../../src/rules/read-medication-files.ts';

const [rulesDir = '', rxnormDir] = process.argv.slice(2);
const { files } = await readMedicationFiles(rulesDir, rxnormDir);
const held = (): number => {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
const before = held();
const started = process.cpuUsage();
const tables = linkMedicationFiles(files);
const { user, system } = process.cpuUsage(started);
const megabytes = (held() - before) / 1e6;
process.stdout.write(
  `${JSON.stringify({ ms: (user + system) / 1000, megabytes, known: tables.medications.byCode('5640') !== undefined })}\n`,
);
