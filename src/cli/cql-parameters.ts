import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Elm } from '../cql/elm.ts';
import { type ParameterValue, type ParameterValues, parameterTypes, readParameter } from '../cql/parameters.ts';
import { CarehookError, messageOf } from '../errors.ts';
import { getOrCompute } from '../get-or-compute.ts';

/**
 * Values of CQL parameters by library, from a JSON or YAML file: `name: value` for every library that declares the
 * parameter, or `library: {name: value}` for one.
 *
 * @throws CONFIG_INVALID listing every name that no library declares and every value of another type
 */
export const readParameters = (
  file: string,
  libraries: ReadonlyMap<string, Elm>,
): ReadonlyMap<string, ParameterValues> => {
  const types = new Map([...libraries].map(([key, elm]) => [key, parameterTypes(elm)]));
  const values = new Map<string, Record<string, ParameterValue>>();
  const problems: string[] = [];
  const set = (key: string, name: string, value: ParameterValue): boolean => {
    const type = types.get(key)?.get(name);
    if (!type) return false;
    try {
      readParameter(value, type, 0);
      getOrCompute(values, key, (): Record<string, ParameterValue> => ({}))[name] = value;
    } catch (thrown) {
      problems.push(`${key}."${name}": ${messageOf(thrown)}`);
    }
    return true;
  };
  const declared = [...types].flatMap(([key, own]) => [...own.keys()].map((name) => `${key}."${name}"`));
  const unknown = (name: string) =>
    problems.push(`"${name}": expected a parameter of the libraries (${declared.join(', ') || 'they have none'})`);

  for (const [name, value] of Object.entries(readMap(file))) {
    const ofLibrary = [...libraries].filter(([key, { library }]) => key === name || library.identifier.id === name);
    const declaring = [...libraries.keys()].filter((key) => set(key, name, value));
    if (declaring.length > 0) continue;
    if (ofLibrary.length === 0 || !isMap(value)) unknown(name);
    else
      for (const [parameter, own] of Object.entries(value))
        if (ofLibrary.filter(([key]) => set(key, parameter, own)).length === 0) unknown(`${name}.${parameter}`);
  }
  if (problems.length > 0)
    throw new CarehookError(
      'CONFIG_INVALID',
      `--parameters ${file}:\n${problems.map((each) => `  ${each}`).join('\n')}`,
    );
  return values;
};

const isMap = (value: unknown): value is Record<string, ParameterValue> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const readMap = (file: string): Record<string, ParameterValue> => {
  let value: unknown;
  try {
    value = parse(readFileSync(file, 'utf8'));
  } catch (thrown) {
    throw new CarehookError('CONFIG_INVALID', `--parameters ${file}: ${messageOf(thrown)}`, { cause: thrown });
  }
  if (!isMap(value))
    throw new CarehookError(
      'CONFIG_INVALID',
      `--parameters ${file}: expected parameters by name, got ${JSON.stringify(value)}`,
    );
  return value;
};
