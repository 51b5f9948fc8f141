import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { linkVocabulary, loadVocabulary } from '../../src/rules/vocabulary.ts';
import { codeKeysOf, hasCode } from '../../src/terminology/code-set.ts';
import { codeKey, codeSystems } from '../../src/terminology/systems.ts';
import { makeRules, removeMadeRules } from '../support/made-rules.ts';

afterAll(removeMadeRules);

const load = (files: Parameters<typeof makeRules>[1] = {}) => loadVocabulary(makeRules([], files));
const valueSet = (id: string, codes: string, more = '') => `id: ${id}\ntitle: T\n${more}source: test\ncodes:\n${codes}`;

const analyte = (id: string, codes: string) =>
  valueSet(id, codes, 'kind: analyte\nunit: mmol/L\nunits: { meq/L: 1, umol/L: { factor: 0.001, offset: 1 } }\n');

describe('loadVocabulary', () => {
  it('reads value sets with the addresses of their systems', async () => {
    const { vocabulary, problems } = await load();
    const set = vocabulary.valueSets.get('http://carehook.org/fhir/ValueSet/ulcer');
    expect(problems).toEqual([]);
    expect(set?.codes).toEqual([{ system: codeSystems.ICD10CM, code: 'K25.0', display: 'Acute gastric ulcer' }]);
    expect(set && hasCode(set, 'urn:oid:2.16.840.1.113883.6.90', 'K25.0')).toBe(true);
    expect(set && hasCode(set, codeSystems.SNOMED, 'K25.0')).toBe(false);
    expect(set && codeKeysOf(set)).toEqual([codeKey(codeSystems.ICD10CM, 'K25.0')]);
    expect(set?.size).toBe(1);
  });

  it('reads drugs, and the classes of their ingredients', async () => {
    const { vocabulary } = await load({
      'vocabulary/drug-classes/painkiller.yaml': valueSet(
        'painkiller',
        "  RXNORM: { '5640': ibuprofen }\n",
        'kind: drug-class\n',
      ),
    });
    expect(vocabulary.medications.byCode('197806')?.ingredients).toMatchObject([{ code: '5640', name: 'ibuprofen' }]);
    expect(vocabulary.classesOf('5640')).toEqual(['nsaid', 'painkiller']);
    expect(vocabulary.classesOf('11289')).toEqual(['vitamin-k-antagonist']);
    expect(vocabulary.classesOf('1')).toEqual([]);
  });

  it('takes no value set of codes for a drug class', async () => {
    const { vocabulary } = await load({
      'vocabulary/value-sets/other.yaml': valueSet('other', "  RXNORM: { '5640': ibuprofen }\n"),
    });
    expect(vocabulary.classesOf('5640')).toEqual(['nsaid']);
    expect([...vocabulary.drugClasses]).toEqual(['nsaid', 'vitamin-k-antagonist']);
  });

  it('reads analytes, which are value sets, with the spellings of units and a site’s own codes', async () => {
    const files = {
      'vocabulary/analytes/potassium.yaml': analyte('potassium', "  LOINC: { '2823-3': Potassium }\n"),
      'vocabulary/unit-spellings.yaml': "spellings: { 'mEq per litre': 'meq/L' }\n",
    };
    const local = { potassium: { 'urn:our-lab': { K1: 'Potassium, venous' } } };
    const { vocabulary, problems } = await loadVocabulary(makeRules([], files), { localCodes: local });
    expect(problems).toEqual([]);
    const set = vocabulary.valueSets.get('http://carehook.org/fhir/ValueSet/potassium');
    for (const [system, code] of [
      ['http://loinc.org', '2823-3'],
      ['urn:our-lab', 'K1'],
    ] as const) {
      expect(set && hasCode(set, system, code)).toBe(true);
      expect(
        vocabulary.analytes.normaliseQuantity([{ system, code }], { value: 5.8, unit: 'meq per LITRE' }),
      ).toMatchObject({ value: 5.8, code: 'mmol/L' });
    }
    const linked = linkVocabulary(structuredClone(vocabulary.image));
    expect(
      linked.analytes.normaliseQuantity([{ system: 'urn:our-lab', code: 'K1' }], { value: 58000, unit: 'umol/L' }),
    ).toMatchObject({ value: 59, code: 'mmol/L' });
  });

  it.each([
    [
      'a code of two analytes',
      {
        'vocabulary/analytes/k.yaml': analyte('k', "  LOINC: { '2823-3': Potassium }\n"),
        'vocabulary/analytes/potassium.yaml': analyte('potassium', "  LOINC: { '2823-3': Potassium }\n"),
      },
      {
        file: 'vocabulary/analytes/potassium.yaml',
        line: 8,
        column: 12,
        message: 'codes: 2823-3 is an analyte already, "k"; expected each code to be of one analyte',
      },
    ],
    [
      'a factor that is no number',
      { 'vocabulary/analytes/k.yaml': analyte('k', '  LOINC: {}\n').replace('meq/L: 1', 'meq/L: one') },
      { file: 'vocabulary/analytes/k.yaml', line: 5, column: 10, message: 'units.meq/L: Invalid input' },
    ],
    [
      'an analyte without a unit',
      { 'vocabulary/analytes/k.yaml': analyte('k', '  LOINC: {}\n').replace('unit: mmol/L\n', '') },
      expect.objectContaining({ message: expect.stringMatching(/^unit: .*expected string/) }),
    ],
    [
      'a value set that is no analyte among the analytes',
      { 'vocabulary/analytes/k.yaml': valueSet('k', '  LOINC: {}\n', 'unit: mmol/L\n') },
      expect.objectContaining({ message: expect.stringMatching(/^kind: .*expected "analyte"/) }),
    ],
    [
      'spellings that are none',
      { 'vocabulary/unit-spellings.yaml': 'spellings: { mEq: 1 }\n' },
      {
        file: 'vocabulary/unit-spellings.yaml',
        line: 1,
        column: 14,
        message: expect.stringMatching(/^spellings.mEq: .*expected string/),
      },
    ],
  ])('places %s, among analytes', async (_, files, problem) => {
    expect((await load(files)).problems).toEqual([problem]);
  });

  it.each([
    [
      'an id that is not the file’s name',
      { 'vocabulary/value-sets/other.yaml': valueSet('inr', "  LOINC: { '6301-6': INR }\n") },
      {
        file: 'vocabulary/value-sets/other.yaml',
        line: 1,
        column: 1,
        message: 'expected the id to be the file\'s name, got "inr"',
      },
    ],
    [
      'a code system that is not known',
      { 'vocabulary/value-sets/inr.yaml': valueSet('inr', "  LOINCC: { '6301-6': INR }\n") },
      {
        file: 'vocabulary/value-sets/inr.yaml',
        line: 5,
        column: 3,
        message: expect.stringMatching(/^codes: expected one of LOINC, RXNORM, .*, got "LOINCC"$/),
      },
    ],
    [
      'an unknown key',
      { 'vocabulary/value-sets/inr.yaml': valueSet('inr', "  LOINC: { '6301-6': INR }\n", 'colour: red\n') },
      { file: 'vocabulary/value-sets/inr.yaml', line: 3, column: 1, message: 'the file: Unrecognized key: "colour"' },
    ],
    [
      'a drug class that does not say so, which no gate would ever find',
      { 'vocabulary/drug-classes/statin.yaml': valueSet('statin', "  RXNORM: { '5640': x }\n") },
      {
        file: 'vocabulary/drug-classes/statin.yaml',
        line: 1,
        column: 1,
        message: 'expected "kind: drug-class" in this folder',
      },
    ],
    [
      'two value sets of one id',
      { 'vocabulary/value-sets/nsaid.yaml': valueSet('nsaid', "  LOINC: { '6301-6': INR }\n") },
      {
        file: 'vocabulary/drug-classes/nsaid.yaml',
        line: 1,
        column: 1,
        message: 'id: "nsaid" is another value set\'s id already',
      },
    ],
    [
      'a table of drugs that cannot be read',
      { 'vocabulary/medications.tsv': 'rxcui\ttty\tname\tingredients\n5640 ibuprofen\n' },
      {
        file: 'vocabulary/medications.tsv',
        message: expect.stringMatching(/^line 2: expected rxcui, tty, name and ingredients/),
      },
    ],
    [
      'no table of drugs',
      { 'vocabulary/medications.tsv': null },
      { file: 'vocabulary/medications.tsv', message: expect.stringMatching(/ENOENT/) },
    ],
  ])('places %s', async (_, files, problem) => {
    expect((await load(files)).problems).toEqual([problem]);
  });

  it('has another hash when any of it is another, and the same when none is', async () => {
    const hash = async (files: Parameters<typeof makeRules>[1] = {}) => (await load(files)).vocabulary.hash;
    const first = await hash();
    expect(await hash()).toBe(first);
    const others = await Promise.all([
      hash({ 'vocabulary/value-sets/inr.yaml': valueSet('inr', "  LOINC: { '6301-6': INR }\n") }),
      hash({ 'vocabulary/medications.tsv': 'rxcui\ttty\tname\tingredients\n5640\tIN\tibuprofen\t5640\n' }),
      hash({
        'vocabulary/drug-classes/nsaid.yaml': valueSet('nsaid', "  RXNORM: { '11289': x }\n", 'kind: drug-class\n'),
      }),
    ]);
    const k = analyte('k', "  LOINC: { '2823-3': Potassium }\n");
    const ofAnalytes = await Promise.all([
      hash({ 'vocabulary/analytes/k.yaml': k }),
      hash({ 'vocabulary/analytes/k.yaml': k.replace('0.001', '0.002') }),
      hash({ 'vocabulary/unit-spellings.yaml': 'spellings: { mEq/L: meq/L }\n' }),
    ]);
    expect(new Set([first, ...others, ...ofAnalytes]).size).toBe(7);
  });
});

describe('an imported release of RxNorm', () => {
  const imported = (files: Readonly<Record<string, string>>): string => {
    const dir = mkdtempSync(join(tmpdir(), 'carehook-rxnorm-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
    return dir;
  };

  it('adds its drugs and packages to those that are shipped', async () => {
    const dir = imported({
      'medications.tsv': 'rxcui\ttty\tname\tingredients\n99\tIN\tnewmab\t99\n',
      'ndc.tsv': 'ndc\trxcui\n00002003004\t99\n',
    });
    const { vocabulary, problems } = await loadVocabulary(makeRules([], {}), { rxnormDir: dir });
    expect(problems).toEqual([]);
    expect(vocabulary.medications.byCode('99')?.name).toBe('newmab');
    expect(vocabulary.medications.byNdc('0002-0030-04')?.name).toBe('newmab');
    expect(vocabulary.medications.byCode('5640')?.name).toBe('ibuprofen');
  });

  it('changes nothing where there is none', async () => {
    const dir = makeRules([], {});
    const { vocabulary } = await loadVocabulary(dir, { rxnormDir: join(dir, 'nowhere') });
    expect(vocabulary.hash).toBe((await loadVocabulary(dir)).vocabulary.hash);
  });

  it('is refused where a file of it is broken, naming file and line', async () => {
    const dir = imported({ 'medications.tsv': 'rxcui\ttty\tname\tingredients\n99 newmab\n', 'ndc.tsv': '' });
    const { problems } = await loadVocabulary(makeRules([], {}), { rxnormDir: dir });
    expect(problems).toMatchObject([
      { file: expect.stringMatching(/medications\.tsv$/), message: expect.stringMatching(/^line 2: expected rxcui/) },
    ]);
  });
});
