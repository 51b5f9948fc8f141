import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMedicationTable } from '../../../src/terminology/medications.ts';
import { termTypes } from '../../../src/terminology/rxnorm/ingredients.ts';
import { readRelease } from '../../../src/terminology/rxnorm/read-release.ts';
import { findRelease } from '../../../src/terminology/rxnorm/release-folder.ts';
import { medicationLines, ndcLines } from '../../../src/terminology/rxnorm/tables.ts';
import { everyTermType, filesOf, type MadeRelease, madeRelease } from '../../support/rxnorm-release.ts';

const read = async (release: MadeRelease, changed: Readonly<Record<string, string | undefined>> = {}) =>
  readRelease(findRelease(madeRelease(release, changed)));

const withMore = (more: Partial<MadeRelease>): MadeRelease => ({
  ...everyTermType,
  ...more,
  concepts: [...everyTermType.concepts, ...(more.concepts ?? [])],
  relations: [...everyTermType.relations, ...(more.relations ?? [])],
});

describe('the drugs of a release', () => {
  it('have the ingredients that their relations lead to, whatever their term type', async () => {
    const { drugs } = await read(everyTermType);
    expect(Object.fromEntries([...drugs].map(([code, { ingredients }]) => [code, ingredients]))).toEqual({
      90: '90',
      200: '200',
      1000: '1000',
      210: '200',
      300: '90|200',
      310: '90',
      311: '200',
      312: '1000',
      320: '90|200',
      321: '90|200',
      322: '1000',
      330: '90|200',
      331: '90|200',
      340: '90|200',
      341: '1000',
      400: '90|200',
      410: '90|200',
      420: '90|200',
      421: '90|200',
      430: '90|200',
      440: '90|200',
      500: '90|200|1000',
      510: '90|200|1000',
    });
    expect(new Set(drugs.values().map(({ type }) => type))).toEqual(new Set(termTypes));
  });

  it('are named by the name of their term type, with synonyms counted and dose forms no drugs', async () => {
    const { drugs, leftOut } = await read(everyTermType);
    expect(drugs.get(340)?.name).toBe('amoxin 500 MG / clavin 125 MG Oral Tablet');
    expect(drugs.has(600)).toBe(false);
    expect(leftOut).toEqual([{ what: 'synonyms (PSN, SY, TMSY)', count: 2, why: 'the table holds one name a code' }]);
  });

  it('are left out when one of their parts is not known, because half of the ingredients would pass for all', async () => {
    const { drugs, leftOut } = await read(
      withMore({
        concepts: [
          [700, 'SCD', 'ibufen 200 MG / zed 1 MG Oral Tablet'],
          [701, 'SCDC', 'zed 1 MG', 'O'],
        ],
        relations: [
          [700, 'consists_of', 312],
          [700, 'consists_of', 701],
        ],
      }),
    );
    expect(drugs.has(700)).toBe(false);
    expect(leftOut).toContainEqual({
      what: 'drugs whose ingredients the relations do not give whole',
      count: 1,
      why: 'half of the ingredients would pass for all of them',
      examples: ['700 SCD'],
    });
  });

  it('are resolved by other relations where one lacks a part', async () => {
    const { drugs } = await read(
      withMore({
        concepts: [
          [700, 'SCD', 'amoxin 250 MG / clavin 62.5 MG Oral Tablet'],
          [701, 'SCDC', 'clavin 62.5 MG', 'O'],
        ],
        relations: [
          [700, 'consists_of', 310],
          [700, 'consists_of', 701],
          [700, 'isa', 320],
        ],
      }),
    );
    expect(drugs.get(700)?.ingredients).toBe('90|200');
  });

  it('have the ingredients of all relations where these differ, which is counted', async () => {
    const { drugs, leftOut } = await read(
      withMore({
        concepts: [[700, 'SCD', 'amoxin 500 MG / ibufen 200 MG Oral Tablet']],
        relations: [
          [700, 'consists_of', 310],
          [700, 'isa', 322],
        ],
      }),
    );
    expect(drugs.get(700)?.ingredients).toBe('90|1000');
    expect(leftOut).toContainEqual(
      expect.objectContaining({ what: 'drugs with the ingredients of relations that differ', examples: ['700'] }),
    );
  });

  it('do not take their ingredients from a brand name, from another vocabulary or from what they are part of', async () => {
    const { drugs } = await read(
      withMore({
        concepts: [
          [700, 'SBD', 'something 1 MG [Amclav]'],
          [701, 'SCDC', 'ibufen 1 MG'],
          [702, 'IN', 'zed'],
          [703, 'SCDC', 'another 1 MG', 'N', 'MTHSPL'],
        ],
        relations: [
          [700, 'has_ingredient', 400],
          [701, 'has_ingredient', 1_000],
          [701, 'has_ingredient', 702, 'MTHSPL'],
          [703, 'has_ingredient', 702],
          [312, 'consists_of', 500],
        ],
      }),
    );
    expect(drugs.has(700)).toBe(false);
    expect(drugs.get(701)?.ingredients).toBe('1000');
    expect(drugs.has(703)).toBe(false);
    expect(drugs.get(312)?.ingredients).toBe('1000');
  });

  it('end, when relations go round in circles', async () => {
    const { drugs } = await read(
      withMore({
        concepts: [
          [700, 'SCDF', 'round Oral Tablet'],
          [701, 'SCDF', 'about Oral Tablet'],
        ],
        relations: [
          [700, 'isa', 701],
          [701, 'isa', 700],
          [700, 'isa', 700],
        ],
      }),
    );
    expect(drugs.has(700)).toBe(false);
    expect(drugs.has(701)).toBe(false);
  });

  it('of term types that are not known here are counted by name', async () => {
    const { leftOut } = await read(withMore({ concepts: [[700, 'XYZ', 'new kind of thing']] }));
    expect(leftOut).toContainEqual(
      expect.objectContaining({ what: 'names of term types that are not known here', count: 1, examples: ['XYZ'] }),
    );
  });
});

describe('retired codes', () => {
  const retired = withMore({
    concepts: [
      [800, 'SCD', 'old ibufen 200 MG Oral Tablet', 'O'],
      [801, 'SCD', 'obsolete, moved nowhere', 'O'],
    ],
    archive: [
      [810, 'SCD', 'ibufen 0.2 GM Oral Tablet', 811],
      [811, 'SCD', 'ibufen 200 MG Tab', 812],
      [820, 'IN', 'round', 821],
      [821, 'IN', 'about', 820],
      [830, 'SY', 'a synonym that moved', 341],
      [340, 'SCD', 'an atom of a drug in use that moved', 341],
      [840, 'SCD', 'of another vocabulary', 341, 'MTHSPL'],
      [841, 'SCD', 'merged into nothing', ''],
      [842, 'SCD', 'archived, but not moved', 842],
    ],
    changes: [
      [812, 'SCD', 'ibufen 200 MG Oral Tab', 341],
      [870, '', '', 341],
      [871, 'PSN', 'a synonym that moved', 341],
    ],
    history: [
      [800, 341],
      [850, 341],
      [860, 340],
      [860, 341],
      [861, 340],
      [861, 320],
      [862, ''],
    ],
  });

  it('have the ingredients of the drug at the end of their chain, its term type, and their own old name', async () => {
    const { drugs } = await read(retired);
    const row = (code: number) => {
      const { type, name, ingredients } = drugs.get(code) ?? {};
      return [type, name, ingredients];
    };
    expect(row(810)).toEqual(['SCD', 'ibufen 0.2 GM Oral Tablet', '1000']);
    expect(row(811)).toEqual(['SCD', 'ibufen 200 MG Tab', '1000']);
    expect(row(812)).toEqual(['SCD', 'ibufen 200 MG Oral Tab', '1000']);
    expect(row(800)).toEqual(['SCD', 'old ibufen 200 MG Oral Tablet', '1000']);
    expect(row(850)).toEqual(['SCD', 'ibufen 200 MG Oral Tablet', '1000']);
    expect(row(870)).toEqual(['SCD', 'ibufen 200 MG Oral Tablet', '1000']);
    expect(drugs.get(340)).toMatchObject({ name: 'amoxin 500 MG / clavin 125 MG Oral Tablet', retired: false });
    expect([830, 840, 841, 842, 862, 871].filter((code) => drugs.has(code))).toEqual([]);
  });

  it('are left out when they go round in circles or were split into drugs with different ingredients', async () => {
    const { drugs, leftOut } = await read(retired);
    expect([820, 821, 860].filter((code) => drugs.has(code))).toEqual([]);
    expect(drugs.get(861)).toMatchObject({ type: 'SCDF', ingredients: '90|200', retired: true });
    const counts = Object.fromEntries(leftOut.map(({ what, count, examples }) => [what, [count, examples]]));
    expect(counts['retired codes whose successor is no drug of this release']).toEqual([2, ['820', '821']]);
    expect(counts['retired codes whose successors have different ingredients']).toEqual([1, ['860']]);
    expect(counts['obsolete or suppressed codes, without a successor that is known']).toEqual([1, ['801']]);
  });

  it('that only absent files record are spoken of in a note', async () => {
    expect((await read(everyTermType)).notes).toEqual([
      'RXNATOMARCHIVE.RRF, RXNCUICHANGES.RRF, RXNCUI.RRF not in this release: codes whose retirement only they record are not known.',
    ]);
    expect((await read(retired)).notes).toEqual([]);
  });
});

describe('the NDCs of a release', () => {
  it('have eleven digits, are sorted, and belong to a drug whose ingredients are known', async () => {
    const { ndcs, leftOut } = await read(
      withMore({
        ndcs: [
          [440, '99999999999'],
          [341, '0904-5854-61'],
          [341, '0093-2275-3'],
          [341, '000093227599'],
          [701, '00093000001'],
        ],
      }),
    );
    expect(ndcs).toEqual([
      ['00093227599', 341],
      ['00904585461', 341],
      ['99999999999', 440],
    ]);
    const counts = Object.fromEntries(leftOut.map(({ what, count, examples }) => [what, [count, examples]]));
    expect(counts['NDCs in a form that is not known']).toEqual([1, ['"0093-2275-3"']]);
    expect(counts['NDCs of codes that are not among the drugs']).toEqual([1, undefined]);
  });

  it('of several drugs go to the lowest code when the ingredients are the same, else they are left out', async () => {
    const { ndcs, leftOut } = await read(
      withMore({
        ndcs: [
          [440, '00000000010'],
          [340, '00000000010'],
          [340, '00000000020'],
          [341, '00000000020'],
          [340, '00000000020'],
        ],
      }),
    );
    expect(ndcs).toEqual([['00000000010', 340]]);
    expect(leftOut).toContainEqual(
      expect.objectContaining({
        what: 'NDCs of drugs with different ingredients',
        count: 1,
        examples: ['00000000020'],
      }),
    );
  });

  it("are RxNorm's own first, then those of free sources; obsolete ones and those under licence are left out", async () => {
    const { ndcs, leftOut } = await read(
      withMore({
        ndcs: [
          [340, '00001-0002-03', 'MTHSPL'],
          [341, '00001000203'],
          [340, '000010002009', 'VANDF'],
          [340, '00001000299', 'NDDF'],
          [340, '00001000298', 'RXNORM', 'O'],
        ],
      }),
    );
    expect(ndcs).toEqual([
      ['00001000203', 341],
      ['00010002009', 340],
    ]);
    expect(leftOut.map(({ what, count }) => [what, count])).toEqual([
      ['synonyms (PSN, SY, TMSY)', 2],
      ['NDCs of sources with a licence of their own', 1],
      ['NDCs that are obsolete or suppressed', 1],
    ]);
  });

  it('may be of a retired code', async () => {
    const { ndcs } = await read(withMore({ history: [[850, 341]], ndcs: [[850, '00001000203']] }));
    expect(ndcs).toEqual([['00001000203', 850]]);
  });
});

describe('the date of a release', () => {
  it("is read from RXNSAB.RRF, else from the name of the folder or of NLM's readme, else a note says that it is not known", async () => {
    const { version: _, ...undated } = everyTermType;
    expect((await read(everyTermType)).date).toBe('2026-11-02');
    const named = madeRelease(undated, {}, `${madeRelease(undated)}/RxNorm_full_prescribe_10052026`);
    expect((await readRelease(findRelease(named))).date).toBe('2026-10-05');
    const unpacked = madeRelease(undated);
    writeFileSync(join(unpacked, 'Readme_Full_Prescribe_09082026.txt'), '');
    expect((await readRelease(findRelease(unpacked))).date).toBe('2026-09-08');
    expect((await readRelease(findRelease(join(unpacked, 'rrf')))).date).toBe('2026-09-08');
    const unknown = await read(undated);
    expect(unknown.date).toBeUndefined();
    expect(unknown.notes[0]).toBe(
      'The date of the release is neither in RXNSAB.RRF nor in the name of the folder or of a readme in it.',
    );
  });
});

describe('a release that is not whole', () => {
  const { 'RXNCONSO.RRF': conso = '', 'RXNREL.RRF': rel = '', 'RXNSAT.RRF': sat = '' } = filesOf(everyTermType);

  it.each([
    [
      'a line cut off',
      { 'RXNSAT.RRF': `${sat}341|||1|AUI` },
      /RXNSAT\.RRF:4: expected 13 columns separated by \|, got 5: "341\|\|\|1\|AUI"$/,
    ],
    [
      'a code of letters',
      { 'RXNCONSO.RRF': conso.replace(/^200\|/m, 'C200|') },
      /RXNCONSO\.RRF:2: expected the digits of an RxCUI in RXCUI \(column 1\), got "C200"$/,
    ],
    [
      'a drug without a name',
      { 'RXNCONSO.RRF': conso.replace('|clavin|', '| |') },
      /RXNCONSO\.RRF:2: expected words in STR \(column 15\), got none$/,
    ],
    ['an empty RXNCONSO', { 'RXNCONSO.RRF': '' }, /RXNCONSO\.RRF: expected rows, got an empty file$/],
    [
      'no drug at all',
      { 'RXNCONSO.RRF': conso.replaceAll('|RXNORM|', '|GS|') },
      /RXNCONSO\.RRF: expected drugs \(SAB RXNORM, LAT ENG, not suppressed\), found none$/,
    ],
    [
      'no relation at all',
      { 'RXNREL.RRF': rel.replaceAll('|RXNORM|', '|GS|') },
      /RXNREL\.RRF: expected relations of RxNorm's drugs \(SAB RXNORM\), found none$/,
    ],
    [
      'relations of another release',
      { 'RXNREL.RRF': `${rel.split('\n').slice(0, 4).join('\n')}\n` },
      /RXNREL\.RRF: expected relations that lead from drugs to their ingredients, got them for 5 of 23 drugs: is it of the same release\?$/,
    ],
  ])('is refused with file and line: %s', async (_, changed, message) => {
    await expect(read(everyTermType, changed)).rejects.toThrow(message);
  });

  it('may end its last line without a line feed, and its lines with carriage returns', async () => {
    const { drugs } = await read(everyTermType, {
      'RXNCONSO.RRF': conso.replaceAll('\n', '\r\n').trimEnd(),
      'RXNREL.RRF': rel.replaceAll('\n', '\r\n'),
    });
    expect(drugs.size).toBe(23);
  });
});

describe('the tables of a release', () => {
  it('begin with the notice of NLM and the date, hold ingredients first and retired codes last', async () => {
    const release = await read(withMore({ history: [[85, 341]] }));
    const lines = [...medicationLines(release)];
    expect(lines.slice(0, 7)).toEqual([
      '# RxNorm, release of 2026-11-02: code, term type, name, ingredient codes joined by |.',
      expect.stringMatching(/^# This product uses publicly available data courtesy of .*\(NLM\).*not responsible/),
      'rxcui\ttty\tname\tingredients',
      '90\tIN\tamoxin\t90',
      '200\tIN\tclavin\t200',
      '1000\tIN\tibufen\t1000',
      '210\tPIN\tclavin potassium\t200',
    ]);
    expect(lines.slice(-2)).toEqual([
      '# Retired codes: the ingredients and the term type of their successors.',
      '85\tSCD\tibufen 200 MG Oral Tablet\t1000',
    ]);
    expect([...ndcLines(release)]).toEqual(['ndc\trxcui', '00093227534\t440', '00904585461\t341']);
  });

  it('are read by the medication table', async () => {
    const table = createMedicationTable({
      medications: [...medicationLines(await read(everyTermType)), ''].join('\n'),
    });
    expect(table.byCode('510')?.ingredients.map(({ name }) => name)).toEqual(['amoxin', 'clavin', 'ibufen']);
    expect(table.byName('AMCLAV')?.code).toBe('400');
    expect(table.byCode('340')?.route).toBe('systemic');
  });

  it('keep their promises for any relations: ingredients are known and sorted, an NDC is of a drug of the table', async () => {
    const code = fc.integer({ min: 1, max: 12 });
    const relations = ['has_ingredient', 'has_part', 'consists_of', 'contains', 'tradename_of', 'isa', 'form_of'];
    const anyRelease = fc.record({
      types: fc.array(fc.constantFrom(...termTypes), { minLength: 1, maxLength: 12 }),
      relations: fc.array(fc.tuple(code, fc.constantFrom(...relations), code), { maxLength: 40 }),
      ndcs: fc.array(
        fc.tuple(
          code,
          fc.integer({ min: 1, max: 9 }).map((ndc) => String(ndc).padStart(11, '0')),
        ),
      ),
      history: fc.array(fc.tuple(code, code)),
    });
    await fc.assert(
      fc.asyncProperty(anyRelease, async ({ types, ...rest }) => {
        // Ingredients enough that a release of odd relations is not taken for one of another month.
        const base = Array.from({ length: 20 }, (_, i) => [100 + i, 'IN', `base ${i}`] as const);
        const made = types.map((type, i) => [i + 1, type, `drug ${i + 1}`] as const);
        const anchor = [500, 'SCDC', 'anchor'] as const;
        const { drugs, ndcs } = await read({
          ...rest,
          concepts: [...base, anchor, ...made],
          relations: [[500, 'has_ingredient', 100], ...rest.relations],
        });
        for (const { ingredients } of drugs.values()) {
          const codes = ingredients.split('|').map(Number);
          expect(codes.every((each) => drugs.get(each)?.type === 'IN')).toBe(true);
          expect(codes).toEqual([...new Set(codes)].sort((a, b) => a - b));
        }
        expect(ndcs.every(([, drug]) => drugs.has(drug))).toBe(true);
        expect(ndcs.map(([ndc]) => ndc)).toEqual([...new Set(ndcs.map(([ndc]) => ndc))].sort());
      }),
      { numRuns: 60 },
    );
  });
});
