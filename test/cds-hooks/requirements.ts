/** What CDS Hooks asks of a service, by number, in our words; `because` says why no test can show it. */
export interface Requirement {
  readonly says: string;
  readonly because?: string;
}

const item = (says: string, because?: string): Requirement => ({ says, ...(because && { because }) });

/**
 * Items 1–75 and 98–104. A test that shows one has `[CH-number]` in its title. Feedback (76–83) and security (84–97) come
 * with the parts of the service that they are about.
 */
export const requirements: Readonly<Record<number, Requirement>> = {
  1: item('JSON over HTTPS', 'the app speaks HTTP; TLS ends at what the operator puts before it'),
  2: item('embedded FHIR is FHIR JSON'),
  3: item('no comments, no trailing commas'),
  4: item('no null elements'),
  5: item('no empty elements'),
  6: item('what has no value is left out'),

  7: item('people can read which hooks are served, and for what'),
  8: item('actionSelectionBehavior only for clients known to support it'),

  9: item('discovery always answers'),
  10: item('an object with an array of services, empty when there are none'),
  11: item('a service names its hook'),
  12: item('a service has an id that is a path segment'),
  13: item('a service describes itself'),
  14: item('a service has a title'),
  15: item('prefetch is an object of queries'),
  16: item('usage requirements may be stated', 'optional, and no service has any to state'),
  17: item('a service names the version of the specification'),
  18: item("a service names the version of its hook's definition"),
  19: item('one id may serve several hooks'),
  20: item('discovery answers 200'),

  21: item('a service is called by POST with JSON'),
  22: item('a call names a hook that the service declares'),
  23: item('a call has a UUID, which may repeat'),
  24: item("a call has the hook's context"),
  25: item('fhirServer is a URL that goes with the authorization'),
  26: item('fhirAuthorization is optional'),
  27: item('prefetch is optional'),
  28: item('extensions are tolerated anywhere'),

  29: item('answers come within some 500 ms', 'a matter of measuring: bench/ times it, tests assert results'),
  30: item('prefetch or the FHIR server is enough'),
  31: item('prefetch is compared with the templates, and what is missing is fetched'),
  32: item('an OperationOutcome in prefetch is not "no data"'),
  33: item('an absent key is not supplied, null is no data'),
  34: item('a page of a prefetched search is not the whole'),
  35: item('412 when needed data is not to be had'),
  36: item('prefetch of other services is not relied on'),

  37: item('tokens are context paths in double braces'),
  38: item('tokens are context.field, and only fields that the hook allows as tokens'),
  39: item('functions in tokens are of 3.0'),
  40: item('variables between prefetch keys are experimental in 3.0'),
  41: item('templates keep to restricted queries'),

  42: item('the FHIR server may be read when it and a token are given'),
  43: item('the token goes with each FHIR call'),
  44: item('an authorization has its five required fields, and its patient is that of the context'),
  45: item('the token is transient'),

  46: item('success is 200 with an array of cards'),
  47: item('no guidance is an empty array'),
  48: item('failures are 412 and other 4xx and 5xx'),
  49: item('failures carry an OperationOutcome'),

  50: item('a card has a summary of less than 140 characters'),
  51: item('a card has an indicator of three'),
  52: item('a card has a source'),
  53: item('a card has a UUID'),
  54: item("a card's detail is GitHub-flavoured Markdown"),
  55: item('suggestions go with a selection behaviour'),
  56: item('override reasons are codings with a display'),
  57: item('a card may have links'),
  58: item('a source has a label'),
  59: item("a source's url is absolute and not about the patient"),
  60: item(
    "a source's icon is absolute",
    'optional, and no card has an icon; the response schema would refuse a relative one',
  ),
  61: item("a source's topic is a coding"),
  62: item('a suggestion has a label'),
  63: item('a suggestion has a UUID'),
  64: item('at most one suggestion is recommended where at most one may be chosen'),
  65: item("a suggestion's actions make one transaction"),
  66: item('actionSelectionBehavior is one of three'),
  67: item('an action has a type of three'),
  68: item('an action has a description'),
  69: item('a create holds a new resource, an update the whole'),
  70: item('a delete names its resource by a relative reference and holds none'),
  71: item('an override reason has a display'),
  72: item('a link has label, url and type'),
  73: item('appContext only with a SMART link'),
  74: item('autolaunchable is a hint', 'for services with a SMART app to launch; there is none'),
  75: item('no system actions for unknown clients'),

  98: item('browsers may call from other origins'),
  99: item('a new answer replaces the cards of an older one'),
  100: item('extensions are objects with globally unique names'),
  101: item('codings have system and code'),
  102: item('custom hooks have reverse-domain names'),
  103: item('added context fields are tolerated'),
  104: item(
    "a context's resources are all of one FHIR version",
    "the client's to keep; the version of a resource does not stand in it",
  ),
};
