/** A memo that holds the values of the few keys that were asked for last. */
export const createRecent = <V>(most: number): ((key: string, compute: () => V) => V) => {
  const values = new Map<string, V>();
  return (key, compute) => {
    const known = values.get(key);
    const value = known === undefined && !values.has(key) ? compute() : (known as V);
    values.delete(key);
    values.set(key, value);
    for (const oldest of values.keys()) {
      if (values.size <= most) break;
      values.delete(oldest);
    }
    return value;
  };
};
