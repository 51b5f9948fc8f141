import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { readModelInfoXml } from '../../src/cql/model-info.ts';
import { createTranslator, type Translator } from '../../src/cql/translate.ts';

const modelInfoXml = readModelInfoXml();
const job = (name: string, text = `library ${name}\ndefine "X": 1 + 1\n`) => ({
  name,
  sources: { [name]: text },
  modelInfoXml,
});
const idOf = (elm: string) => JSON.parse(elm).library.identifier.id;

const open: Translator[] = [];
const translatorOf = () => {
  const translator = createTranslator();
  open.push(translator);
  return translator;
};
afterEach(() => {
  for (const translator of open.splice(0)) translator.close();
});

const children = (): readonly number[] => {
  try {
    return execFileSync('pgrep', ['-P', String(process.pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return [];
  }
};

describe('the translator', () => {
  it('starts no process before the first job', () => {
    const before = children();
    translatorOf();
    expect(children()).toEqual(before);
  });

  it('gives each of two parallel jobs its own answer', async () => {
    const translator = translatorOf();
    const answers = await Promise.all([translator.translate(job('A')), translator.translate(job('B'))]);
    expect(answers.map(idOf)).toEqual(['A', 'B']);
  });

  it('gives errors as annotations and stays of use', async () => {
    const translator = translatorOf();
    const { library } = JSON.parse(await translator.translate(job('A', 'library A\ndefine "X": 1 + true\n')));
    expect(library.annotation).toContainEqual(expect.objectContaining({ errorSeverity: 'error', startLine: 2 }));
    expect(idOf(await translator.translate(job('B')))).toBe('B');
  });

  it('reads an included library anew when its text has changed, and once for as long as it has not', async () => {
    const translator = translatorOf();
    const typeOf = async (name: string, included: string) => {
      const sources = {
        [name]: `library ${name}\ninclude Shared\ndefine "X": Shared."Y"\n`,
        Shared: `library Shared\ndefine "Y": ${included}\n`,
      };
      const { library } = JSON.parse(await translator.translate({ name, sources, modelInfoXml }));
      return library.statements.def.find((each: { name: string }) => each.name === 'X').resultTypeName;
    };
    expect(await typeOf('A', '1')).toBe('{urn:hl7-org:elm-types:r1}Integer');
    expect(await typeOf('B', '1')).toBe('{urn:hl7-org:elm-types:r1}Integer');
    expect(await typeOf('A', "'words'")).toBe('{urn:hl7-org:elm-types:r1}String');
    expect(await typeOf('B', '1.5')).toBe('{urn:hl7-org:elm-types:r1}Decimal');
  });

  it('translates a library that others have included, in its own new text', async () => {
    const translator = translatorOf();
    const shared = 'library Shared\ndefine "Y": 1\n';
    const sources = { A: 'library A\ninclude Shared\ndefine "X": Shared."Y"\n', Shared: shared };
    await translator.translate({ name: 'A', sources, modelInfoXml });
    const elm = await translator.translate(job('Shared', `${shared}define "Z": "Y" + 1\n`));
    expect(JSON.parse(elm).library.statements.def.map(({ name }: { name: string }) => name)).toEqual(['Y', 'Z']);
  });

  it('rejects what is under way when its process dies, and starts anew for the next job', async () => {
    const translator = translatorOf();
    const before = children();
    await translator.translate(job('A'));
    const [pid] = children().filter((child) => !before.includes(child));
    const dying = expect(translator.translate(job('B'))).rejects.toMatchObject({
      code: 'RULES_INVALID',
      message: /ended with SIGKILL/,
    });
    const next = translator.translate(job('C'));
    process.kill(pid as number, 'SIGKILL');
    await dying;
    expect(idOf(await next)).toBe('C');
  });

  it('ends its process after many jobs, whose memory the process keeps, and goes on in another', async () => {
    const translator = translatorOf();
    const before = children();
    await translator.translate(job('A'));
    const own = () => children().filter((child) => !before.includes(child));
    const [first] = own();
    const names = Array.from({ length: 130 }, (_, i) => `L${i}`);
    const answers = await Promise.all(names.map((name) => translator.translate(job(name))));
    expect(answers.map(idOf)).toEqual(names);
    expect(own()).not.toContain(first);
  });

  it('rejects what is under way when it is closed', async () => {
    const translator = translatorOf();
    const answer = translator.translate(job('A'));
    translator.close();
    await expect(answer).rejects.toMatchObject({ code: 'RULES_INVALID' });
  });

  it('may be closed twice, and unused', async () => {
    const translator = translatorOf();
    translator.close();
    await translator.translate(job('A'));
    translator.close();
    translator.close();
  });

  it('opens again for a job that comes just after it is closed', async () => {
    const translator = translatorOf();
    await translator.translate(job('A'));
    translator.close();
    expect(idOf(await translator.translate(job('B')))).toBe('B');
  });
});
