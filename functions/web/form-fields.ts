/** Renders the declared form of an ask: labels in both languages, what was typed before, and what is wrong with it. */
import type { AskForm, FormField, FormFields, FormOption } from '#domain/asks/forms.ts';
import { type Bilingual, both, writtenProblem } from '#domain/text/bilingual.ts';
import type { Problem } from '#domain/text/problem.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

export interface FormState {
  form: Pick<AskForm, 'fields'>;
  /** What was posted before, when the form is shown again. */
  values: FormFields;
  problems: readonly Problem[];
  /** The ticks of `members` fields. */
  members: readonly { number: number; name: string }[];
  /** What the names of the fields begin with, where one page has several forms in one. */
  prefix?: string;
}

const yesNo: readonly FormOption[] = [
  { value: 'yes', label: { id: 'Ya', en: 'Yes' } },
  { value: 'no', label: { id: 'Tidak', en: 'No' } },
];

/** A choice that can be taken back: radio buttons have no other way to choose nothing. */
const later: FormOption = { value: '', label: { id: 'Nanti', en: 'Later' } };

/** By which a field that stands elsewhere on the page belongs to the form. */
export const answerFormId = 'jawaban';

/** The whole form, which posts to the page's own address. */
export function answerForm(state: FormState & { form: AskForm }): Piece {
  return formOf(state, html` id="${answerFormId}" data-answer="true"`);
}

/** The form by which an ask is delegated. @param action where it posts to, seen from the page */
export function reassignForm(state: FormState & { form: AskForm }, action: string): Piece {
  return formOf(state, html` action="${action}" data-reassign="true"`);
}

/** The form by which what was recorded is cancelled. */
export function cancelForm(state: FormState & { form: AskForm }): Piece {
  return formOf(state, html` data-cancel="true"`);
}

function formOf(state: FormState & { form: AskForm }, attributes: Piece): Piece {
  return html`<form method="post"${attributes}>
${formFields(state)}
<button type="submit">${inBoth(state.form.submit)}</button>
</form>`;
}

/** The fields alone, for a page that has its own form around them. With a prefix, every question may be left for later. */
export function formFields(state: FormState): Piece {
  return state.form.fields.map((field) => fieldOf(field, state));
}

function fieldOf(declared: FormField, state: FormState): Piece {
  const problems = state.problems.filter(({ where }) => where === declared.name);
  const value = textOf(state.values[declared.name]);
  const field =
    state.prefix === undefined ? declared : { ...declared, name: `${state.prefix}${declared.name}` };
  const described =
    problems.length > 0 || field.hint !== undefined || whenWanted(field, state.form) !== undefined;
  const about: Piece = described && html` aria-describedby="about-${field.name}"`;
  const invalid: Piece = problems.length > 0 && html` aria-invalid="true"`;
  // A field that belongs to some outcomes only cannot be required by the browser, which knows no conditions.
  const required: Piece =
    field.required && field.onlyFor === undefined && state.prefix === undefined && html` required`;
  const notes: Piece =
    described &&
    html`<div id="about-${field.name}" class="note">${whenWanted(field, state.form)}${field.hint && html`<p>${inBoth(field.hint)}</p>`}${problems.map(
      (problem) => html`<p><strong>${inBoth(writtenProblem({ ...problem, where: '' }))}</strong></p>`,
    )}</div>`;
  const attributes: Piece = [about, invalid, required];
  switch (field.type) {
    case 'choice':
      return group(
        field,
        choices(
          field,
          [...(state.prefix === undefined ? [] : [later]), ...(field.options ?? [])],
          value,
          required,
        ),
        notes,
        about,
      );
    case 'select':
      return html`<div>${labelOf(field)}${notes}<select id="field-${field.name}" name="${field.name}"${attributes}>${selectOptions(field, value)}</select></div>`;
    case 'yes-no':
      return group(field, choices(field, yesNo, value, required), notes, about);
    case 'members':
      return group(field, ticks(field, state.values[declared.name], state.members), notes, about);
    case 'paragraph':
      return html`<div>${labelOf(field)}${notes}<textarea id="field-${field.name}" name="${field.name}" rows="4" maxlength="${field.maxLength ?? 2000}"${attributes}>${value}</textarea></div>`;
    case 'numbers': {
      const given = state.values[declared.name];
      const all = typeof given === 'string' ? given : (given ?? []).filter((text) => text !== '').join(' ');
      return html`<div>${labelOf(field)}${notes}<textarea id="field-${field.name}" name="${field.name}" rows="2"${attributes}>${all}</textarea></div>`;
    }
    case 'date':
      return input(field, 'date', value, notes, attributes);
    case 'whole':
      return input(field, 'text', value, notes, [attributes, html` inputmode="numeric"`]);
    case 'decimal':
      return input(field, 'text', value, notes, [attributes, html` inputmode="decimal"`]);
    case 'rupiah':
      return input(field, 'text', value, notes, [attributes, html` inputmode="numeric"`]);
    case 'code':
      return input(field, 'text', '', notes, [
        attributes,
        html` inputmode="numeric" autocomplete="one-time-code" maxlength="${field.maxLength ?? 16}"`,
      ]);
    case 'text':
      return input(field, 'text', value, notes, [
        attributes,
        field.maxLength !== undefined && html` maxlength="${field.maxLength}"`,
      ]);
  }
}

function textOf(value: FormFields[string]) {
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}

function labelOf(field: FormField): Piece {
  return html`<label for="field-${field.name}">${inBoth(field.label)}</label>`;
}

function input(field: FormField, type: string, value: string, notes: Piece, attributes: Piece): Piece {
  return html`<div>${labelOf(field)}${notes}<input type="${type}" id="field-${field.name}" name="${field.name}" value="${value}"${attributes}></div>`;
}

function group(field: FormField, content: Piece, notes: Piece, about: Piece): Piece {
  return html`<fieldset id="field-${field.name}"${about}><legend>${inBoth(field.label)}</legend>${notes}${content}</fieldset>`;
}

function choices(field: FormField, options: readonly FormOption[], value: string, required: Piece): Piece {
  return options.map(
    (option) =>
      html`<div><input type="radio" id="field-${field.name}-${option.value}" name="${field.name}" value="${option.value}"${option.value === value && html` checked`}${required}> <label for="field-${field.name}-${option.value}">${inBoth(option.label)}</label></div>`,
  );
}

/** The choice begins with an empty line, so that no one is chosen by accident. */
function selectOptions({ options = [] }: FormField, chosen: string): Piece {
  return [
    html`<option value="">–</option>`,
    ...options.map(
      ({ value, label }) =>
        html`<option value="${value}"${value === chosen && html` selected`}>${label.id}</option>`,
    ),
  ];
}

function ticks(field: FormField, given: FormFields[string], members: FormState['members']): Piece {
  const ticked = new Set(typeof given === 'string' ? [given] : (given ?? []));
  return members.map(
    ({ number, name }) =>
      html`<div><input type="checkbox" id="field-${field.name}-${number}" name="${field.name}" value="${number}"${ticked.has(String(number)) && html` checked`}> <label for="field-${field.name}-${number}">${number}. ${name}</label></div>`,
  );
}

/** Says to which decisions a field belongs: a page without script shows all fields. */
function whenWanted(field: FormField, form: FormState['form']): Piece {
  const outcomes = form.fields.find(({ name }) => name === 'outcome')?.options ?? [];
  const wanted = outcomes.filter(({ value }) => field.onlyFor?.includes(value));
  // With one outcome only, or where it belongs to all, there is nothing to say.
  if (wanted.length === 0 || wanted.length === outcomes.length) return undefined;
  const names = (language: keyof Bilingual) => wanted.map(({ label }) => `“${label[language]}”`).join(', ');
  const says: Bilingual = field.required
    ? { id: `Wajib untuk ${names('id')}`, en: `Required for ${names('en')}` }
    : { id: `Hanya untuk ${names('id')}`, en: `Only for ${names('en')}` };
  return html`<p>${inBoth(says)}</p>`;
}

/** Everything that is wrong, at the top of the page, each with a link to its field. */
export function problemSummary(problems: readonly Problem[], form: AskForm): Piece {
  if (problems.length === 0) return undefined;
  const lines = problems.map((problem) => {
    const field = form.fields.find(({ name }) => name === problem.where);
    const text = inBoth(writtenProblem({ ...problem, where: '' }));
    return field === undefined
      ? html`<li>${text}</li>`
      : html`<li><a href="#field-${field.name}">${inBoth(field.label)}</a>: ${text}</li>`;
  });
  const title: Bilingual = {
    id: 'Jawaban belum dapat dicatat. Perbaiki hal berikut:',
    en: 'The answer could not be recorded yet. Correct the following:',
  };
  return html`<div class="problems" role="alert" tabindex="-1" autofocus><p>${inBoth(title)}</p><ul>${lines}</ul></div>`;
}

/** How an outcome is called on the form that offers it. */
export function outcomeName(form: AskForm, outcome: string): Bilingual {
  const option = form.fields
    .find(({ name }) => name === 'outcome')
    ?.options?.find(({ value }) => value === outcome);
  return option?.label ?? otherOutcomes[outcome] ?? both(outcome);
}

/** Outcomes that no form offers, or that a form with one outcome has. */
const otherOutcomes: Record<string, Bilingual> = {
  revised: { id: 'Proposal yang diperbaiki sudah diterima', en: 'The corrected proposal has been received' },
  quorum: { id: 'Cukup anggota mengonfirmasi', en: 'Enough members confirmed' },
  short: { id: 'Terlalu sedikit anggota mengonfirmasi', en: 'Too few members confirmed' },
  provided: { id: 'Dokumen sudah diserahkan', en: 'The documents were handed in' },
  issued: { id: 'Diterbitkan', en: 'Issued' },
  corrected: { id: 'Rekening sudah diperbaiki', en: 'The account was corrected' },
  held: { id: 'Pelatihan dilaksanakan', en: 'The session was held' },
  visited: { id: 'Kunjungan dilaksanakan', en: 'The visit took place' },
  recorded: { id: 'Hasil dicatat', en: 'The outcome was recorded' },
  submitted: { id: 'LPJ sudah diserahkan', en: 'The LPJ was submitted' },
};
