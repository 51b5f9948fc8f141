import { describe, expect, it } from 'vitest';
import { createMetrics } from '../src/metrics.ts';
import { appOf } from './support/app.ts';
import { patient, patientView } from './support/requests.ts';
import { shippedRuleSet } from './support/rule-set.ts';

describe('the metrics', () => {
  it('name the libraries that run interpreted, as they are when asked', async () => {
    const libraries = new Set(['Odd']);
    const metrics = createMetrics({ interpreted: () => libraries });
    expect(await metrics.text()).toContain('carehook_cql_library_interpreted{library="Odd"} 1');
    libraries.clear();
    expect(await metrics.text()).not.toContain('Odd');
  });

  it('count answers by service and status, and name neither a patient nor a service that a caller made up', async () => {
    const { agent, post } = appOf(await shippedRuleSet(), { metrics: createMetrics({ interpreted: () => [] }) });
    await post(
      patientView({
        prefetch: { patient: patient('canary-id') },
        context: { userId: 'Practitioner/1', patientId: 'canary-id' },
      }),
    ).expect(200);
    await post(patientView(), 'made-up').expect(404);
    const { text } = await agent
      .get('/metrics')
      .expect(200)
      .expect('content-type', /^text\/plain/);
    expect(text).toContain('carehook_hook_answer_seconds_count{service="carehook-patient-view",status="200"} 1');
    expect(text).toContain('carehook_hook_answer_seconds_count{service="unknown",status="404"} 1');
    expect(text).not.toMatch(/made-up|maria|canary/i);
  });
});
