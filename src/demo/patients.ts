import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Patient, Resource } from 'fhir/r4.js';
import { parse } from 'yaml';
import * as z from 'zod';

/** A synthetic patient of the demonstration, and what a clinician should see for this patient. */
export interface DemoPatient {
  readonly id: string;
  readonly name: string;
  readonly story: string;
  readonly resources: readonly Resource[];
}

interface DateParts {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly day: number;
}

const FILE = z.strictObject({
  story: z.string().min(1),
  resources: z.array(z.looseObject({ resourceType: z.string().min(1), id: z.string().min(1) })).min(1),
});

const RELATIVE = /^@today((?:[+-]\d{1,5}[ymd])*)(?:T([01]\d|2[0-3]):([0-5]\d))?$/;
const TODAY = /^(\d{4})-(\d\d)-(\d\d)$/;

/**
 * Reads every `*.yaml` of a folder, in the order of their names, with dates counted from `today` (YYYY-MM-DD).
 * @throws Error naming the file and what was expected in it.
 */
export function loadPatients(dir: string, today: string): readonly DemoPatient[] {
  const files = readdirSync(dir).filter((file) => file.endsWith('.yaml'));
  return files.sort().map((file) => {
    const path = join(dir, file);
    try {
      return patientIn(readFileSync(path, 'utf8'), basename(file, '.yaml'), today);
    } catch (error) {
      throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  });
}

/**
 * Gives a copy in which every string of the form `@today-45y+1m` is the date it stands for, counted from `today`
 * (YYYY-MM-DD): years and months first, clamped to the end of the month, then days; `T09:30` makes it a UTC dateTime.
 * @throws Error for a string that begins with `@` or names `@today` in any other way.
 */
export function resolveRelativeDates<T>(value: T, today: string): T {
  const start = partsOf(today);
  const resolve = (item: unknown, place: string): unknown => {
    if (typeof item === 'string')
      return item.startsWith('@') || item.includes('@today') ? dateOf(item, start, place) : item;
    if (Array.isArray(item)) return item.map((child, at) => resolve(child, `${place}[${at}]`));
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(
      Object.entries(item).map(([name, child]) => [name, resolve(child, place === '' ? name : `${place}.${name}`)]),
    );
  };
  return resolve(value, '') as T;
}

function patientIn(text: string, id: string, today: string): DemoPatient {
  const { data, error } = FILE.safeParse(parse(text, { merge: true, maxAliasCount: -1 }));
  if (error !== undefined) throw new Error(`expected a story and resources; ${z.prettifyError(error)}`);
  const { story, resources } = resolveRelativeDates(data, today);
  const [first] = resources;
  if (first?.resourceType !== 'Patient' || first.id !== id) {
    throw new Error(`expected the first resource to be Patient/${id}, got ${first?.resourceType}/${first?.id}`);
  }
  return { id, name: nameOf(first as unknown as Patient), story, resources };
}

function nameOf({ id, name }: Patient): string {
  const [first] = name ?? [];
  const parts = [...(first?.given ?? []), first?.family ?? ''].join(' ').trim();
  if (parts === '') throw new Error(`expected Patient/${id} to have a name with given and family`);
  return parts;
}

function dateOf(form: string, { year, month, day }: DateParts, place: string): string {
  const match = RELATIVE.exec(form);
  if (match === null) throw unreadable(form, place);
  const [, steps = '', hour, minute] = match;
  const sum = { y: 0, m: 0, d: 0 };
  for (const [, sign, size, unit] of steps.matchAll(/([+-])(\d+)([ymd])/g)) {
    sum[unit as 'y' | 'm' | 'd'] += Number(`${sign}${size}`);
  }
  const monthStart = new Date(Date.UTC(year + sum.y, month + sum.m, 1));
  const lastDay = new Date(Date.UTC(monthStart.getUTCFullYear(), monthStart.getUTCMonth() + 1, 0)).getUTCDate();
  const date = new Date(monthStart.setUTCDate(Math.min(day, lastDay) + sum.d));
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || date.getUTCFullYear() < 1000) {
    throw unreadable(form, place);
  }
  const text = date.toISOString().slice(0, 10);
  return hour === undefined ? text : `${text}T${hour}:${minute}:00Z`;
}

function partsOf(today: string): DateParts {
  const [, year, month, day] = TODAY.exec(today) ?? [];
  const parts = { year: Number(year), month: Number(month) - 1, day: Number(day) };
  const date = new Date(Date.UTC(parts.year, parts.month, parts.day));
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== today) {
    throw new Error(`expected today as YYYY-MM-DD, got '${today}'`);
  }
  return parts;
}

function unreadable(form: string, place: string): Error {
  const forms = "'@today', '@today-10y-3d', '@today-6m+2d' or '@today-20dT09:30'";
  return new Error(`${place}: expected a form such as ${forms}, got '${form}'`);
}
