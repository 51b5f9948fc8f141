import express, { type RequestHandler } from 'express';
import { jsonTypes } from './read-json.ts';

/** What is beyond this is left to the garbage collector: a body that is too large is read off and not kept. */
const mostBytes = 32 * 1024 * 1024;

/**
 * Reads a JSON body into a Buffer and leaves it unparsed, unpacked where it came packed. The chunks that it came in are
 * freed at once: a thread that makes little other garbage collects them by marking its whole heap, every sixteen bodies of
 * 1 MB and at half the cost of the answers.
 *
 * @param limit the largest body, unpacked, in the form of the `bytes` package
 */
export const readBytes = (limit: string): RequestHandler => {
  const read = express.raw({ limit, type: jsonTypes });
  return (request, response, next) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const collect = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= mostBytes) chunks.push(chunk);
    };
    // Chunks of a packed body may still be in the hands of zlib's own threads.
    const isPacked = request.headers['content-encoding'] !== undefined;
    if (!isPacked) request.on('data', collect);
    read(request, response, (thrown?: unknown) => {
      request.off('data', collect);
      for (const { buffer, byteLength } of chunks)
        if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
      next(thrown);
    });
  };
};
