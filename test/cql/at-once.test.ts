import { AnnotatedError, type Context, Library, PatientContext } from 'cql-execution';
import { describe, expect, it } from 'vitest';
import { answerAtOnce, childOf, keepValue, type Node, type Steps, takeSteps, valuesOf } from '../../src/cql/at-once.ts';

const library = new Library({ library: { identifier: { id: 'Lib', version: '1' } } } as never, {
  resolve: () => undefined,
});
const context: Context = new PatientContext(library, null);

const answering = (answer: () => unknown): Node => {
  const node = Object.assign(Object.create({ getRecursiveLibraryIdentifier: () => 'Lib|1' }), { locator: '3:1-3:9' });
  answerAtOnce(node, answer);
  return node;
};

describe('a node that answers at once', () => {
  it('gives a value as it is', () => {
    expect(answering(() => 1).execute(context)).toBe(1);
  });

  it('gives a promise where something beneath it takes turns', async () => {
    const value = answering(async () => 1).execute(context);
    expect(value).toBeInstanceOf(Promise);
    expect(await value).toBe(1);
  });

  it.each([
    ['later', () => Promise.reject(new Error('no unit'))],
    [
      'at once',
      () => {
        throw new Error('no unit');
      },
    ],
  ])('says where it stands when it fails %s', async (_when, answer) => {
    const failed = await (async () => answering(answer).execute(context))().catch((thrown: unknown) => thrown);
    expect(failed).toBeInstanceOf(AnnotatedError);
    expect(failed).toMatchObject({ libraryName: 'Lib|1', locator: '3:1-3:9', cause: { message: 'no unit' } });
  });

  it('leaves an error that says where it was thrown as it is', () => {
    const error = new AnnotatedError(new Error('no unit'), 'Add', 'Other|2');
    const node = answering(() => {
      throw error;
    });
    expect(() => node.execute(context)).toThrow(error);
  });
});

describe('steps', () => {
  const sum = function* (values: readonly unknown[]): Steps<number> {
    let total = 0;
    for (const value of values) total += (yield value) as number;
    return total;
  };

  it('are taken at once while they wait for no promise', () => {
    expect(takeSteps(sum([1, 2, 3]))).toBe(6);
  });

  it('go on after each promise', async () => {
    const total = takeSteps(sum([1, Promise.resolve(2), 3, Promise.resolve(4)]));
    expect(total).toBeInstanceOf(Promise);
    expect(await total).toBe(10);
  });

  it('fail with what a promise fails with', async () => {
    await expect(takeSteps(sum([1, Promise.reject(new Error('none')), 2]))).rejects.toThrow('none');
  });
});

describe('the values of several nodes', () => {
  const asked = (answers: readonly unknown[]) => {
    const order: number[] = [];
    const nodes = answers.map((answer, i) =>
      answering(() => {
        order.push(i);
        return answer;
      }),
    );
    return { order, values: valuesOf(nodes, context) };
  };

  it('come at once when none is a promise', () => {
    expect(asked([1, null, 3]).values).toEqual([1, null, 3]);
  });

  it('are asked for one after the other when one is', async () => {
    const { order, values } = asked([1, Promise.resolve(2), 3]);
    expect(order).toEqual([0, 1]);
    expect(await values).toEqual([1, 2, 3]);
    expect(order).toEqual([0, 1, 2]);
  });
});

describe('a kept value', () => {
  it('is made once, even when it is undefined', () => {
    const kept = new Map<unknown, unknown>();
    let made = 0;
    const make = (): void => {
      made += 1;
    };
    for (let i = 0; i < 3; i++) keepValue(kept, 'key', make);
    expect(made).toBe(1);
  });

  it('is no promise any more once that is fulfilled', async () => {
    const kept = new Map<unknown, unknown>();
    await keepValue(kept, 'key', async () => 1);
    expect(keepValue(kept, 'key', () => 2)).toBe(1);
  });

  it('is made again when making it failed', async () => {
    const kept = new Map<unknown, unknown>();
    await expect(keepValue(kept, 'key', () => Promise.reject(new Error('none')))).rejects.toThrow('none');
    expect(() =>
      keepValue(kept, 'key', () => {
        throw new Error('none either');
      }),
    ).toThrow('none either');
    expect(keepValue(kept, 'key', () => 2)).toBe(2);
  });
});

describe('a child of a context', () => {
  it('has values of its own and finds the rest in its parents', () => {
    const row = childOf(childOf(context, { outer: 1, both: 1 }), { both: 2 });
    expect([row.get('outer'), row.get('both'), row.rootContext()]).toEqual([1, 2, context]);
  });

  it('finds what its parent finds and holds no parameters, as the child that cql-execution makes', () => {
    const own = context.childContext();
    const light = childOf(context);
    expect(light.parameters).toEqual(own.parameters);
    expect(light.getExecutionDateTime()).toBe(own.getExecutionDateTime());
    expect(light.getTimezoneOffset()).toBe(own.getTimezoneOffset());
  });
});
