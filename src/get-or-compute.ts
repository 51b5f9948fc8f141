/** The map's value for a key, computed and kept the first time it is asked for. */
export const getOrCompute = <K, V>(map: Map<K, V>, key: K, compute: () => V): V => {
  const known = map.get(key);
  if (known !== undefined || map.has(key)) return known as V;
  const value = compute();
  map.set(key, value);
  return value;
};
