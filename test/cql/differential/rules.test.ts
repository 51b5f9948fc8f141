import { describeAgreement } from './suite.ts';
import { shippedTarget } from './targets.ts';

await describeAgreement(await shippedTarget());
