import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SaxesParser, type SaxesTagPlain } from 'saxes';

/** One expression of the HL7 conformance tests of CQL. */
export interface ConformanceTest {
  /** `file/group/test`, unlike any other. */
  readonly name: string;
  readonly file: string;
  readonly expression: string;
  /** Whether the expression must fail, at translation or when it is evaluated. */
  readonly invalid: boolean;
  /** What it gives, as a CQL literal; absent where the test says only that it fails. */
  readonly output?: string;
}

/** The tests of every XML file in a folder, in order. */
export const readConformanceTests = (dir: string): readonly ConformanceTest[] =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.xml'))
    .sort()
    .flatMap((name) => parseTests(name.slice(0, -4), readFileSync(join(dir, name), 'utf8')));

const parseTests = (file: string, xml: string): readonly ConformanceTest[] => {
  const tests: ConformanceTest[] = [];
  let group = '';
  let test = '';
  let invalid = false;
  let expression = '';
  let outputs: string[] = [];
  let text: string | undefined;
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    if (name === 'group') group = attributes.name ?? '';
    else if (name === 'test') {
      test = attributes.name ?? '';
      invalid = false;
      outputs = [];
    } else if (name === 'expression') invalid = (attributes.invalid ?? 'false') !== 'false';
    if (name === 'expression' || name === 'output') text = '';
  });
  parser.on('text', (part) => {
    if (text !== undefined) text += part;
  });
  parser.on('cdata', (part) => {
    if (text !== undefined) text += part;
  });
  parser.on('closetag', ({ name }) => {
    if (name === 'expression') expression = (text ?? '').trim();
    else if (name === 'output') outputs.push((text ?? '').trim());
    else if (name === 'test') {
      const [output] = outputs;
      // Several outputs are the items of one list.
      const whole = outputs.length > 1 ? `{ ${outputs.join(', ')} }` : output;
      tests.push({
        name: `${file}/${group}/${test}`,
        file,
        expression,
        invalid,
        ...(whole !== undefined && { output: whole }),
      });
    }
    if (name === 'expression' || name === 'output') text = undefined;
  });
  parser.write(xml).close();
  return tests;
};
