import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import express from 'express';

export interface Assets {
  /** A hash of all files, in their addresses: a changed file is a new address. */
  readonly version: string;
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Reads what the pages load; htmx comes from its package, nothing from elsewhere. */
export const loadAssets = (): Assets => {
  const own = (name: string) => fileURLToPath(new URL(`assets/${name}`, import.meta.url));
  const paths = [
    ['htmx.js', createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js')],
    ...['chart-page.js', 'chart-page.css', 'favicon.svg'].map((name) => [name, own(name)] as const),
  ] as const;
  const files = new Map(paths.map(([name, path]) => [name, readFileSync(path)]));
  const hash = createHash('sha256');
  for (const [name, content] of files) hash.update(name).update(content);
  return { version: hash.digest('hex').slice(0, 16), files };
};

/** Serves them under `/assets/<version>/`, for a year. */
export const assetsRouter = ({ version, files }: Assets): express.Router => {
  const router = express.Router();
  router.get('/assets/:version/:name', ({ params }, response, next) => {
    const content = params.version === version ? files.get(params.name) : undefined;
    if (content === undefined) {
      next();
      return;
    }
    response.set('Cache-Control', 'public, max-age=31536000, immutable').type(params.name).send(content);
  });
  return router;
};
