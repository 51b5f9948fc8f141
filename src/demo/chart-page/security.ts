import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { PageError } from './error-page.ts';

/** Nothing but our own files is loaded, nothing inline runs, nobody frames the page, and no chart stays in a cache. */
export const securityHeaders = (): RequestHandler => {
  const own = ["'self'"];
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: own,
        styleSrc: own,
        imgSrc: own,
        connectSrc: own,
        formAction: own,
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // The demonstration speaks HTTP on the loopback address.
    strictTransportSecurity: false,
  });
  return (request, response, next) => {
    response.set('Cache-Control', 'no-store');
    headers(request, response, next);
  };
};

/** Lets only this page's own forms change anything; a browser that sends neither header is refused. */
export const sameOriginOnly: RequestHandler = (request, _response, next) => {
  const site = request.get('sec-fetch-site');
  const own = site === undefined ? hostOf(request.get('origin')) === request.get('host') : site === 'same-origin';
  if (request.method === 'GET' || request.method === 'HEAD' || own) next();
  else next(new PageError(403, 'This was not sent from the chart page itself, so nothing was done.'));
};

const hostOf = (origin: string | undefined): string | undefined => URL.parse(origin ?? '')?.host;
