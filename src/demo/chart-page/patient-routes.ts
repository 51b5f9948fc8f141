import express from 'express';
import { allergyWords, chartSections } from './chart-view.ts';
import { openChart } from './checks.ts';
import { chartUrl, type Desk, type PatientRequest, patientOf } from './desk.ts';
import type { Chart } from './ehr-client.ts';
import { type Problem, problemOf } from './exchange.ts';
import { ordersView } from './orders-view.ts';
import { personOf } from './person.ts';
import { whyView } from './why-view.ts';

/** Reading: the list, a chart, its cards on opening, and why every rule said what it said. */
export const patientRoutes = (desk: Desk): express.Router => {
  const { views, sessions } = desk;
  const router = express.Router();

  router.get('/', (request, response) => {
    const query = typeof request.query.q === 'string' ? request.query.q.slice(0, 100).trim() : '';
    const words = query.toLowerCase().split(/\s+/);
    const patients = desk.patients
      .filter(({ name, story }) => words.every((word) => `${name} ${story}`.toLowerCase().includes(word)))
      .map((patient) => ({ ...patient, url: chartUrl(request.baseUrl, patient) }));
    response.send(views.patients({ base: request.baseUrl, query, patients }));
  });

  router.get('/patients/:patient', async (request: PatientRequest, response) => {
    const listed = patientOf(desk, request);
    const url = chartUrl(request.baseUrl, listed);
    const { chart, problem } = await readChart(desk, listed.id);
    const person = chart && personOf(chart.patient, desk.today());
    const sections = chart ? chartSections(chart) : [];
    const page = {
      base: request.baseUrl,
      url,
      name: person?.name ?? listed.name,
      story: listed.story,
      person,
      allergies: allergyWords(sections),
      sections,
      problem,
      orders: ordersView(url, sessions.of(request, response, listed.id).get(), undefined),
    };
    response.status(problem ? 502 : 200).send(views.patient(page));
  });

  router.get('/patients/:patient/chart', async (request: PatientRequest, response) => {
    const { chart, problem } = await readChart(desk, patientOf(desk, request).id);
    response.send(views.chart({ sections: chart ? chartSections(chart) : [], problem }));
  });

  router.get('/patients/:patient/cards', async (request: PatientRequest, response) => {
    const { id } = patientOf(desk, request);
    const said = await openChart(desk, sessions.of(request, response, id), id);
    response.send(views.cards({ url: chartUrl(request.baseUrl, { id }), message: undefined, said }));
  });

  router.get('/patients/:patient/why', async (request: PatientRequest, response) => {
    const { id } = patientOf(desk, request);
    const drafts = sessions
      .of(request, response, id)
      .get()
      .drafts.map(({ resource }) => resource);
    try {
      const why = desk.explain && whyView(await desk.explain(id, drafts));
      response.send(views.why({ why, problem: undefined }));
    } catch (thrown) {
      desk.warn({ err: thrown }, 'the rules could not be explained');
      const details = [thrown instanceof Error ? thrown.message : String(thrown)];
      response.send(views.why({ why: undefined, problem: { title: 'The rules could not be explained', details } }));
    }
  });

  return router;
};

const readChart = async (
  { ehr }: Desk,
  patientId: string,
): Promise<{ chart?: Chart; problem: Problem | undefined }> => {
  try {
    return { chart: await ehr.chart(patientId), problem: undefined };
  } catch (thrown) {
    return { problem: problemOf('The chart could not be read from the FHIR server', thrown) };
  }
};
