/** The group hands in the muster roll: again with all that was wrong with the one before. */
import { formatRupiah } from '#domain/money/rupiah.ts';
import { awardOf, wagesOf } from '#domain/proposal/proposal.ts';
import { rollFormKey } from '#domain/public-works/wages.ts';
import type { Bilingual } from '#domain/text/bilingual.ts';
import type { Behaviour, ShownAsk } from '#functions/asks/behaviour.ts';
import { type Fact, factTable, section } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

export const musterRoll: Behaviour<'muster-roll'> = {
  opening: (proposal) => ({ problems: wagesOf(proposal)?.problems }),
  page: {
    files: ({ proposal }) => [{ key: rollFormKey(proposal.id), bytes: 0 }],
    sections: (shown) => [rollFacts(shown), formSection(shown)],
  },
};

/** What a muster roll must fit: the works as they were planned, the roles, and the members by number and name. */
function rollFacts({ proposal, pack: { works }, content }: ShownAsk): Piece {
  const planned = content?.plan.works;
  if (works === undefined || planned === undefined) return undefined;
  const award = awardOf(proposal);
  return [
    section(
      { id: 'Pekerjaan', en: 'Works' },
      factTable([
        [{ id: 'Hari kerja menurut rencana', en: 'Days of work in the plan' }, String(planned.days)],
        [{ id: 'Upah per hari', en: 'Wage a day' }, formatRupiah(planned.dayRate)],
        [{ id: 'Dihitung sejak', en: 'Counted from' }, award?.pks.date],
        [
          { id: 'Paling banyak hari kerja seminggu', en: 'Most days of work in a week' },
          String(works.maxDaysPerWeek),
        ],
        ...works.roles.map(
          ({ name, maxDayRate }): Fact => [
            { id: `Upah tertinggi ${name.id}`, en: `Highest wage of ${name.en}` },
            formatRupiah(maxDayRate),
          ],
        ),
      ]),
    ),
    section(
      { id: 'Anggota menurut nomor', en: 'Members by number' },
      html`<table>${content?.members.map(
        ({ number, name }) => html`<tr><th scope="row">${number}</th><td>${name}</td></tr>`,
      )}</table>`,
    ),
  ];
}

/** The form of the muster roll, with the group's members and days. */
function formSection({ downloads: [form] }: ShownAsk): Piece {
  return (
    form !== undefined &&
    section(
      { id: 'Formulir daftar hadir', en: 'Form of the muster roll' },
      html`<p><a href="${form.url}" rel="noreferrer" data-download="${form.name}">${inBoth(rollForm)}</a></p>`,
    )
  );
}
const rollForm: Bilingual = {
  id: 'Unduh formulir .xlsx, isi 1 pada setiap hari hadir, cetak untuk ditandatangani, lalu unggah keduanya.',
  en: 'Download the .xlsx form, mark each day present with 1, print it to be signed, then upload both.',
};
