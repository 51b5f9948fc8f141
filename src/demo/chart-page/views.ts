import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { ListedPatient, MedicationChoice } from '../chart-page.ts';
import type { Assets } from './assets.ts';
import type { CardsView } from './card-view.ts';
import type { Section } from './chart-view.ts';
import type { Problem } from './exchange.ts';
import type { Person } from './person.ts';
import type { WhyView } from './why-view.ts';

/** What was just done, or not; it takes the focus. */
export interface Message {
  readonly tone: 'done' | 'problem';
  readonly text: string;
  readonly details?: readonly string[];
}

interface PatientsPage {
  readonly base: string;
  readonly query: string;
  readonly patients: readonly (ListedPatient & { readonly url: string })[];
}

export interface OrdersView {
  readonly url: string;
  readonly message: Message | undefined;
  readonly drafts: readonly { readonly id: string; readonly name: string }[];
  readonly services: readonly { readonly id: string; readonly name: string }[];
  readonly signing: boolean;
  /** What the services said of the drafts; undefined before any was asked. */
  readonly said: CardsView | undefined;
  readonly status: string;
}

interface CardsPart {
  readonly url: string;
  readonly message: Message | undefined;
  readonly said: CardsView;
}

interface ChartPart {
  readonly sections: readonly Section[];
  readonly problem: Problem | undefined;
}

interface PatientPage extends ChartPart {
  readonly base: string;
  readonly url: string;
  readonly name: string;
  readonly story: string;
  readonly person: Person | undefined;
  readonly allergies: string;
  readonly orders: OrdersView;
}

/** Draws pages and parts of pages; all text is escaped but the detail of cards, which is safe HTML already. */
export interface Views {
  patients(page: PatientsPage): string;
  patient(page: PatientPage): string;
  chart(part: ChartPart): string;
  cards(part: CardsPart): string;
  orders(view: OrdersView): string;
  medications(part: {
    readonly url: string;
    readonly query: string;
    readonly found: readonly MedicationChoice[];
  }): string;
  why(part: { readonly why: WhyView | undefined; readonly problem: Problem | undefined }): string;
  problem(problem: Problem): string;
  errorPage(base: string, problem: Problem): string;
}

interface Shell {
  readonly assets: Assets;
  /** Who is signed in. */
  readonly user: string;
  readonly explains: boolean;
}

export const createViews = ({ assets, user, explains }: Shell): Views => {
  const eta = new Eta({ views: fileURLToPath(new URL('views', import.meta.url)), cache: true });
  const draw = (template: string, data: object): string =>
    eta.render(template, { ...data, user, explains, version: assets.version });
  return {
    patients: (page) => draw('patients', page),
    patient: (page) => draw('patient', page),
    chart: (part) => draw('chart', part),
    cards: (part) => draw('cards', part),
    orders: (view) => draw('orders-part', { orders: view }),
    medications: (part) => draw('medications', part),
    why: (part) => draw('why', part),
    problem: (problem) => draw('problem', { problem }),
    errorPage: (base, problem) => draw('error', { base, problem }),
  };
};
