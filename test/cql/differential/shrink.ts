/** A value of JSON. */
type Json = unknown;

/**
 * The smallest value for which `fails` still holds: items of lists and elements of objects are taken away, the outermost and
 * in halves first, until nothing more can go. `fails` must hold for the value itself; what it throws counts as false.
 */
export const shrink = async <T>(value: T, fails: (candidate: T) => boolean | Promise<boolean>): Promise<T> => {
  const stillFails = async (candidate: Json): Promise<boolean> => {
    try {
      return await fails(candidate as T);
    } catch {
      return false;
    }
  };

  /** Tries to make what stands at `at` smaller within the whole; `put` gives the whole with another value there. */
  const within = async (at: Json, put: (other: Json) => Json): Promise<Json> => {
    if (Array.isArray(at)) return inList(at, put);
    if (typeof at === 'object' && at !== null) return inObject(at as Record<string, Json>, put);
    return at;
  };

  const inList = async (list: readonly Json[], put: (other: Json) => Json): Promise<Json> => {
    let kept = list;
    for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
      for (let start = 0; start < kept.length; ) {
        const fewer = kept.toSpliced(start, size);
        if (await stillFails(put(fewer))) kept = fewer;
        else start += size;
      }
    for (let i = 0; i < kept.length; i++) {
      const item = await within(kept[i], (other) => put(kept.with(i, other)));
      kept = kept.with(i, item);
    }
    return kept;
  };

  const inObject = async (object: Record<string, Json>, put: (other: Json) => Json): Promise<Json> => {
    let kept = object;
    for (const key of Object.keys(object)) {
      const { [key]: _, ...fewer } = kept;
      if (await stillFails(put(fewer))) kept = fewer;
    }
    for (const key of Object.keys(kept)) {
      const item = await within(kept[key], (other) => put({ ...kept, [key]: other }));
      kept = { ...kept, [key]: item };
    }
    return kept;
  };

  // What one pass takes away can let the next take more.
  let smallest: Json = value;
  for (;;) {
    const next = await within(smallest, (other) => other);
    if (JSON.stringify(next).length >= JSON.stringify(smallest).length) return next as T;
    smallest = next;
  }
};
