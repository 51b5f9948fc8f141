import { columnsOf } from './rrf.ts';

/**
 * The columns of a release's files as the RxNorm Technical Documentation (section 12) gives them. Of RXNSAB only the first
 * are of use here.
 */
export const rxnconso = columnsOf(
  'RXCUI',
  'LAT',
  'TS',
  'LUI',
  'STT',
  'SUI',
  'ISPREF',
  'RXAUI',
  'SAUI',
  'SCUI',
  'SDUI',
  'SAB',
  'TTY',
  'CODE',
  'STR',
  'SRL',
  'SUPPRESS',
  'CVF',
);

/** The relationship is the one that the second concept has to the first: RXCUI2 RELA RXCUI1. */
export const rxnrel = columnsOf(
  'RXCUI1',
  'RXAUI1',
  'STYPE1',
  'REL',
  'RXCUI2',
  'RXAUI2',
  'STYPE2',
  'RELA',
  'RUI',
  'SRUI',
  'SAB',
  'SL',
  'DIR',
  'RG',
  'SUPPRESS',
  'CVF',
);

export const rxnsat = columnsOf(
  'RXCUI',
  'LUI',
  'SUI',
  'RXAUI',
  'STYPE',
  'CODE',
  'ATUI',
  'SATUI',
  'ATN',
  'SAB',
  'ATV',
  'SUPPRESS',
  'CVF',
);

export const rxnatomarchive = columnsOf(
  'RXAUI',
  'AUI',
  'STR',
  'ARCHIVE_TIMESTAMP',
  'CREATED_TIMESTAMP',
  'UPDATED_TIMESTAMP',
  'CODE',
  'IS_BRAND',
  'LAT',
  'LAST_RELEASED',
  'SAUI',
  'VSAB',
  'RXCUI',
  'SAB',
  'TTY',
  'MERGED_TO_RXCUI',
);

/** A retired concept (CUI1) with the one that it was moved to, or one of several when it was split. */
export const rxncui = columnsOf('CUI1', 'VSAB_START', 'VSAB_END', 'CARDINALITY', 'CUI2');

export const rxncuichanges = columnsOf('RXAUI', 'CODE', 'SAB', 'TTY', 'STR', 'OLD_RXCUI', 'NEW_RXCUI');

export const rxnsab = columnsOf('VCUI', 'RCUI', 'VSAB', 'RSAB');
