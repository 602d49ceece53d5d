/**
 * The form for each kind of ask, as data: pages render it, answers are read by it, tests fill it in.
 *
 * A form either offers its outcomes as a choice (a field named `outcome`), or has one outcome only (`outcome` of the
 * form). Documents are not fields: they are uploaded beside the form.
 */

import type { Bilingual } from '../text/language.ts';
import type { AskKind } from './ask-kinds.ts';

export interface FormOption {
  value: string;
  label: Bilingual;
}

/**
 * One field. `members` is a list of ticks, one for each member; `yes-no` sends `yes` or `no`; `select` is a long choice;
 * `code` is a one-time code, which is no part of the answer and never shown again.
 */
export interface FormField {
  name: string;
  type:
    | 'choice'
    | 'select'
    | 'text'
    | 'paragraph'
    | 'date'
    | 'whole'
    | 'decimal'
    | 'rupiah'
    | 'yes-no'
    | 'members'
    | 'code';
  label: Bilingual;
  hint?: Bilingual;
  /** Whether it must be filled in; with `onlyFor`, only then. */
  required: boolean;
  options?: readonly FormOption[];
  /** The outcomes that the field belongs to; absent: all. */
  onlyFor?: readonly string[];
  /** The longest text, in characters, or the limits of a number. */
  maxLength?: number;
  min?: number;
  max?: number;
}

export interface AskForm {
  title: Bilingual;
  /** What is asked, in one or two sentences. */
  question: Bilingual;
  /** The outcome, where there is no choice. */
  outcome?: string;
  fields: readonly FormField[];
  submit: Bilingual;
}

const send: Bilingual = { id: 'Kirim jawaban', en: 'Send the answer' };
const decide: Bilingual = { id: 'Kirim keputusan', en: 'Send the decision' };

const noteField: FormField = {
  name: 'note',
  type: 'paragraph',
  label: { id: 'Catatan', en: 'Note' },
  required: false,
  maxLength: 2000,
};
function paperFields(paper: string): FormField[] {
  return [
    {
      name: 'number',
      type: 'text',
      label: { id: `Nomor ${paper}`, en: `Number of the ${paper}` },
      required: true,
      maxLength: 60,
    },
    {
      name: 'date',
      type: 'date',
      label: { id: `Tanggal ${paper}`, en: `Date of the ${paper}` },
      required: true,
    },
  ];
}
const visitedOn: FormField = {
  name: 'visitedOn',
  type: 'date',
  label: { id: 'Tanggal kunjungan', en: 'Date of the visit' },
  required: true,
};
const positionFields: FormField[] = [
  {
    name: 'latitude',
    type: 'decimal',
    label: { id: 'Lintang', en: 'Latitude' },
    hint: { id: 'Derajat, misalnya -7.42', en: 'Degrees, for example -7.42' },
    required: false,
    min: -90,
    max: 90,
  },
  {
    name: 'longitude',
    type: 'decimal',
    label: { id: 'Bujur', en: 'Longitude' },
    hint: { id: 'Derajat, misalnya 109.24', en: 'Degrees, for example 109.24' },
    required: false,
    min: -180,
    max: 180,
  },
];
function reason(onlyFor: readonly string[]): FormField {
  return {
    name: 'reason',
    type: 'paragraph',
    label: { id: 'Alasan', en: 'Reason' },
    required: true,
    onlyFor,
    maxLength: 2000,
  };
}
function choice(label: Bilingual, options: readonly FormOption[]): FormField {
  return {
    name: 'outcome',
    type: 'choice',
    label,
    required: true,
    options,
  };
}
function option(value: string, id: string, en: string): FormOption {
  return { value, label: { id, en } };
}
const running: FormField = {
  name: 'running',
  type: 'yes-no',
  label: { id: 'Usaha atau pekerjaan masih berjalan?', en: 'Is the business or the work still going on?' },
  required: true,
};

/** The form of each kind. Those of `membership` and `receipt` are for a single member. */
export const askForms: Record<AskKind, AskForm> = {
  correction: {
    title: { id: 'Perbaikan proposal', en: 'Correction of the proposal' },
    question: {
      id: 'Proposal belum dapat diterima. Perbaiki semua hal di bawah ini, lalu unggah proposal.json dan lampirannya lagi ke folder yang sama. Formulir ini hanya untuk menarik kembali proposal.',
      en: 'The proposal cannot be accepted yet. Correct everything below, then upload proposal.json and its attachments again to the same folder. This form serves only to withdraw the proposal.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('withdrawn', 'Tarik kembali proposal', 'Withdraw the proposal'),
      ]),
      reason(['withdrawn']),
    ],
    submit: decide,
  },
  membership: {
    title: { id: 'Penegasan keanggotaan', en: 'Confirmation of membership' },
    question: {
      id: 'Nama Anda tercantum sebagai anggota kelompok ini. Apakah benar Anda anggota dan setuju dengan proposal ini?',
      en: 'You are named as a member of this group. Are you a member, and do you agree with this proposal?',
    },
    fields: [
      choice({ id: 'Jawaban Anda', en: 'Your answer' }, [
        option('confirmed', 'Ya, saya anggota dan setuju', 'Yes, I am a member and I agree'),
        option('denied', 'Tidak, itu bukan saya', 'No, that is not me'),
      ]),
      { ...noteField, onlyFor: ['denied'] },
    ],
    submit: send,
  },
  'membership-review': {
    title: { id: 'Pemeriksaan keanggotaan', en: 'Review of the membership' },
    question: {
      id: 'Seseorang yang tercantum sebagai anggota menyatakan bukan anggota. Proposal berhenti sampai Anda memeriksanya: hubungi orang itu dan kelompoknya, lalu putuskan.',
      en: 'Somebody who is named as a member says that they are not. The proposal stands still until you have looked into it: speak with that person and the group, then decide.',
    },
    fields: [
      choice({ id: 'Hasil pemeriksaan', en: 'Finding' }, [
        option('mistaken', 'Keliru: orang itu memang anggota', 'A mistake: the person is a member'),
        option('upheld', 'Benar: namanya dipakai tanpa izin', 'True: the name was used without consent'),
      ]),
      reason(['mistaken', 'upheld']),
    ],
    submit: decide,
  },
  'site-visit': {
    title: { id: 'Kunjungan lapangan', en: 'Site visit' },
    question: {
      id: 'Kunjungi kelompok di lokasinya, periksa orang, tempat, dan rencananya, lalu laporkan hasilnya dengan foto dan posisi.',
      en: 'Visit the group at its place, look at the people, the place and the plan, then report the result with photos and position.',
    },
    fields: [
      choice({ id: 'Hasil', en: 'Result' }, [
        option('pass', 'Sesuai', 'As stated'),
        option('fail', 'Tidak sesuai', 'Not as stated'),
      ]),
      visitedOn,
      ...positionFields,
      reason(['fail']),
      { ...noteField, onlyFor: ['pass'] },
    ],
    submit: send,
  },
  approval: {
    title: { id: 'Persetujuan bantuan', en: 'Approval of the grant' },
    question: {
      id: 'Proposal telah diverifikasi. Setujui, tolak, atau kembalikan untuk diperbaiki.',
      en: 'The proposal has been verified. Approve it, reject it, or return it for correction.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('approve', 'Setuju', 'Approve'),
        option('reject', 'Tolak', 'Reject'),
        option('return', 'Kembalikan untuk diperbaiki', 'Return for correction'),
      ]),
      reason(['reject', 'return']),
      { ...noteField, onlyFor: ['approve'] },
    ],
    submit: decide,
  },
  objection: {
    title: { id: 'Keberatan atas penolakan', en: 'Objection to the rejection' },
    question: {
      id: 'Proposal kelompok Anda ditolak. Anda dapat mengajukan keberatan satu kali, dengan alasan dan, bila perlu, berkas pendukung. Orang yang belum pernah memutuskan proposal ini akan menilainya, dan keputusannya bersifat akhir.',
      en: 'The proposal of your group was rejected. You may object once, with a reason and, if it helps, with files. Somebody who has decided nothing about this proposal will judge it, and that decision is final.',
    },
    fields: [
      choice({ id: 'Tanggapan Anda', en: 'Your response' }, [
        option('objected', 'Mengajukan keberatan', 'Object'),
        option('accepted', 'Menerima penolakan', 'Accept the rejection'),
      ]),
      reason(['objected']),
    ],
    submit: send,
  },
  appeal: {
    title: { id: 'Keputusan atas keberatan', en: 'Decision on an objection' },
    question: {
      id: 'Kelompok mengajukan keberatan atas penolakan proposalnya. Kabulkan, sehingga proposal diperiksa dari awal, atau tolak. Keputusan ini bersifat akhir.',
      en: 'The group objects to the rejection of its proposal. Grant the objection, so that the proposal is verified anew, or dismiss it. This decision is final.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('granted', 'Kabulkan keberatan', 'Grant the objection'),
        option('dismissed', 'Tolak keberatan', 'Dismiss the objection'),
      ]),
      reason(['granted', 'dismissed']),
    ],
    submit: decide,
  },
  'tranche-documents': {
    title: { id: 'Dokumen pencairan', en: 'Documents for the payment' },
    question: {
      id: 'Unggah semua dokumen di bawah ini, lalu kirim. Untuk tahap yang bergantung pada kemajuan, isi kemajuan pekerjaan.',
      en: 'Upload all documents below, then send. For a tranche that depends on progress, give the progress of the works.',
    },
    outcome: 'provided',
    fields: [
      {
        name: 'progress',
        type: 'whole',
        label: { id: 'Kemajuan pekerjaan (%)', en: 'Progress of the works (%)' },
        required: false,
        min: 0,
        max: 100,
      },
      noteField,
    ],
    submit: send,
  },
  spp: {
    title: { id: 'Penerbitan SPP', en: 'Issue of the SPP' },
    question: {
      id: 'Kelompok sudah menyerahkan dokumen tahap ini. Uji setiap dokumen: terima, atau kembalikan dengan alasan. Bila semua diterima, terbitkan Surat Permintaan Pembayaran dan isi nomor serta tanggalnya.',
      en: 'The group has handed in the documents of this tranche. Test each of them: accept it, or return it with a reason. When all are accepted, issue the payment request (SPP) and give its number and date.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('issued', 'Terbitkan SPP', 'Issue the SPP'),
        option('returned', 'Kembalikan dokumen kepada kelompok', 'Return papers to the group'),
      ]),
      ...paperFields('SPP').map((field) => ({ ...field, onlyFor: ['issued'] })),
    ],
    submit: decide,
  },
  spm: {
    title: { id: 'Pengujian dan penerbitan SPM', en: 'Test and issue of the SPM' },
    question: {
      id: 'Uji SPP dan kelengkapannya. Terbitkan Surat Perintah Membayar, atau tolak dengan alasan.',
      en: 'Test the SPP and its papers. Issue the payment order (SPM), or refuse it with a reason.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('issued', 'Terbitkan SPM', 'Issue the SPM'),
        option('refused', 'Tolak', 'Refuse'),
      ]),
      ...paperFields('SPM').map((field) => ({ ...field, onlyFor: ['issued'] })),
      reason(['refused']),
    ],
    submit: decide,
  },
  sp2d: {
    title: { id: 'Penerbitan SP2D', en: 'Issue of the SP2D' },
    question: {
      id: 'SPM telah terbit. Terbitkan Surat Perintah Pencairan Dana, dan dana dikirim ke rekening kelompok; atau kembalikan SPM dengan alasan, dan dana kembali ke pagu.',
      en: 'The SPM has been issued. Issue the disbursement order (SP2D), and the money goes to the account of the group; or return the SPM with a reason, and the money goes back to its budget line.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('issued', 'Terbitkan SP2D', 'Issue the SP2D'),
        option('refused', 'Kembalikan SPM', 'Return the SPM'),
      ]),
      ...paperFields('SP2D').map((field) => ({ ...field, onlyFor: ['issued'] })),
      reason(['refused']),
    ],
    submit: decide,
  },
  'bank-inquiry': {
    title: { id: 'Pertanyaan kepada bank', en: 'Inquiry at the bank' },
    question: {
      id: 'Bank belum menjawab pembayaran ini. Tanyakan kepada bank; pembayaran tidak dikirim ulang selama nasibnya belum jelas.',
      en: 'The bank has not answered for this payment. Ask the bank; the payment is not sent again while its fate is unclear.',
    },
    fields: [
      choice({ id: 'Jawaban bank', en: "The bank's answer" }, [
        option('settled', 'Dana sudah masuk', 'The money has arrived'),
        option('rejected', 'Ditolak', 'Rejected'),
        option('wait', 'Masih diproses', 'Still in process'),
      ]),
      {
        name: 'bankReference',
        type: 'text',
        label: { id: 'Nomor referensi bank', en: 'Reference of the bank' },
        required: true,
        onlyFor: ['settled'],
        maxLength: 35,
      },
      {
        name: 'valueDate',
        type: 'date',
        label: { id: 'Tanggal dana masuk', en: 'Value date' },
        required: true,
        onlyFor: ['settled'],
      },
      reason(['rejected']),
      { ...noteField, onlyFor: ['wait'] },
    ],
    submit: send,
  },
  'account-correction': {
    title: { id: 'Perbaikan rekening', en: 'Correction of the account' },
    question: {
      id: 'Bank menolak pembayaran ke rekening kelompok. Isi rekening yang benar, atas nama kelompok.',
      en: 'The bank refused the payment to the account of the group. Give the right account, in the name of the group.',
    },
    outcome: 'corrected',
    fields: [
      {
        name: 'bankCode',
        type: 'text',
        label: { id: 'Kode bank', en: 'Bank code' },
        hint: { id: 'Tiga angka, misalnya 002', en: 'Three digits, for example 002' },
        required: true,
        maxLength: 3,
      },
      {
        name: 'number',
        type: 'text',
        label: { id: 'Nomor rekening', en: 'Account number' },
        hint: { id: '5 sampai 20 angka', en: '5 to 20 digits' },
        required: true,
        maxLength: 30,
      },
      {
        name: 'holder',
        type: 'text',
        label: { id: 'Atas nama', en: 'Account holder' },
        required: true,
        maxLength: 70,
      },
    ],
    submit: send,
  },
  receipt: {
    title: { id: 'Penegasan penerimaan manfaat', en: 'Confirmation of receipt' },
    question: {
      id: 'Dana bantuan telah masuk ke rekening kelompok. Apakah Anda sendiri sudah menerima manfaatnya (upah, bahan, alat, atau bagian usaha)?',
      en: 'The grant has reached the account of the group. Have you yourself received the benefit (wages, materials, tools, or a share in the business)?',
    },
    fields: [
      choice({ id: 'Jawaban Anda', en: 'Your answer' }, [
        option('confirmed', 'Ya, saya sudah menerima', 'Yes, I have received it'),
        option('denied', 'Belum, saya tidak menerima', 'No, I have not received it'),
      ]),
      { ...noteField, onlyFor: ['denied'] },
    ],
    submit: send,
  },
  'receipt-review': {
    title: { id: 'Pemeriksaan penerimaan manfaat', en: 'Review of the receipt' },
    question: {
      id: 'Terlalu sedikit anggota menegaskan bahwa mereka menerima manfaat. Tahap pembayaran berikutnya menunggu. Periksa, lalu lepaskan atau hentikan pembayaran.',
      en: 'Too few members confirmed that they received the benefit. The next payment waits. Look into it, then release the payment or stop it.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('release', 'Lepaskan pembayaran berikutnya', 'Release the next payment'),
        option('stop', 'Hentikan pembayaran berikutnya', 'Stop the next payments'),
      ]),
      reason(['release', 'stop']),
    ],
    submit: decide,
  },
  'training-session': {
    title: { id: 'Pelatihan kelompok', en: 'Training session' },
    question: {
      id: 'Adakan pelatihan, lalu catat tanggal dan anggota yang hadir.',
      en: 'Hold the training session, then record its date and the members who were there.',
    },
    outcome: 'held',
    fields: [
      {
        name: 'heldOn',
        type: 'date',
        label: { id: 'Tanggal pelatihan', en: 'Date of the session' },
        required: true,
      },
      {
        name: 'present',
        type: 'members',
        label: { id: 'Anggota yang hadir', en: 'Members present' },
        required: false,
      },
      noteField,
    ],
    submit: send,
  },
  'mentor-visit': {
    title: { id: 'Kunjungan pendamping', en: 'Visit by the mentor' },
    question: {
      id: 'Kunjungi kelompok dan laporkan keadaannya.',
      en: 'Visit the group and report how it is doing.',
    },
    outcome: 'visited',
    fields: [visitedOn, ...positionFields, running, noteField],
    submit: send,
  },
  outcome: {
    title: { id: 'Hasil usaha kelompok', en: "The group's outcome" },
    question: {
      id: 'Laporkan hasil yang dicapai kelompok sampai hari ini.',
      en: 'Report what the group has reached up to today.',
    },
    outcome: 'recorded',
    fields: [
      running,
      {
        name: 'workers',
        type: 'whole',
        label: { id: 'Jumlah orang yang bekerja', en: 'People at work' },
        required: true,
        min: 0,
        max: 9999,
      },
      {
        name: 'turnover',
        type: 'rupiah',
        label: { id: 'Omzet sebulan (Rp)', en: 'Turnover of a month (Rp)' },
        required: true,
      },
      {
        name: 'creditReady',
        type: 'yes-no',
        label: { id: 'Siap mendapat kredit usaha?', en: 'Ready for a business loan?' },
        required: true,
      },
      noteField,
    ],
    submit: send,
  },
  'muster-roll': {
    title: { id: 'Daftar hadir pekerja', en: 'Muster roll' },
    question: {
      id: 'Unggah daftar hadir pekerja (formulir .xlsx atau JSON) dan pindaian lembar yang ditandatangani, lalu kirim. Jika ada pekerja pengganti, unggah juga keputusan desa. Upah dihitung dari hari hadir dan upah per hari; jika ada yang belum benar, daftar hadir dikembalikan dengan penjelasan.',
      en: 'Upload the muster roll (the .xlsx form, or JSON) and scans of the signed sheets, then send. If there were substitutes, upload the decision of the village as well. Wages follow from the days present and the day rates; if something is not right, the roll comes back with an explanation.',
    },
    outcome: 'handed-in',
    fields: [{ ...noteField, maxLength: 500 }],
    submit: send,
  },
  lpj: {
    title: { id: 'Laporan pertanggungjawaban (LPJ)', en: 'Accountability report (LPJ)' },
    question: {
      id: 'Unggah LPJ dan isi jumlah dana yang terpakai dan sisanya. Sisa dana harus disetor ke kas negara; Anda akan menerima kode billing dan batas waktunya.',
      en: 'Upload the LPJ and give the money spent and what is left of it. What is left goes back to kas negara; you will receive a billing code and a deadline.',
    },
    outcome: 'submitted',
    fields: [
      {
        name: 'spent',
        type: 'rupiah',
        label: { id: 'Dana terpakai (Rp)', en: 'Money spent (Rp)' },
        required: true,
      },
      {
        name: 'leftover',
        type: 'rupiah',
        label: { id: 'Sisa dana (Rp)', en: 'Money left over (Rp)' },
        hint: { id: 'Isi 0 jika tidak ada', en: 'Give 0 if there is none' },
        required: true,
      },
      { ...noteField, maxLength: 500 },
    ],
    submit: send,
  },
  'deposit-billing': {
    title: { id: 'Kode billing setoran ke kas negara', en: 'Billing code for a deposit into kas negara' },
    question: {
      id: 'Kelompok harus menyetor dana di bawah ini ke kas negara. Buat kode billing di SIMPONI (pengembalian belanja) untuk jumlah yang persis sama, lalu isi di sini. Sistem ini tidak dapat membuatnya.',
      en: 'The group has to deposit the money below into kas negara. Have SIMPONI issue a billing code (return of expenditure) for exactly this amount, then give it here. This system cannot issue it.',
    },
    outcome: 'issued',
    fields: [
      {
        name: 'billingCode',
        type: 'text',
        label: { id: 'Kode billing', en: 'Billing code' },
        hint: { id: '15 angka', en: '15 digits' },
        required: true,
        maxLength: 25,
      },
      {
        name: 'expiresOn',
        type: 'date',
        label: { id: 'Tanggal kedaluwarsa kode billing', en: 'Day on which the billing code expires' },
        required: true,
      },
    ],
    submit: send,
  },
  'deposit-slip': {
    title: { id: 'Setoran ke kas negara', en: 'Deposit into kas negara' },
    question: {
      id: 'Setorkan dana di bawah ini dengan kode billing di bank atau kantor pos, lalu isi NTPN dari bukti setor dan unggah pindaiannya. Jika kode billing sudah kedaluwarsa, mintalah yang baru di sini.',
      en: 'Deposit the money below with the billing code at a bank or post office, then give the NTPN of the slip and upload a scan of it. If the billing code has expired, ask for a new one here.',
    },
    fields: [
      choice({ id: 'Jawaban Anda', en: 'Your answer' }, [
        option('deposited', 'Dana sudah disetor', 'The money has been deposited'),
        option('code-expired', 'Kode billing kedaluwarsa', 'The billing code has expired'),
      ]),
      {
        name: 'ntpn',
        type: 'text',
        label: { id: 'NTPN', en: 'NTPN' },
        hint: { id: '16 huruf dan angka pada bukti setor', en: '16 letters and digits on the slip' },
        required: true,
        onlyFor: ['deposited'],
        maxLength: 25,
      },
      {
        name: 'depositedOn',
        type: 'date',
        label: { id: 'Tanggal setor', en: 'Date of the deposit' },
        required: true,
        onlyFor: ['deposited'],
      },
      {
        name: 'amount',
        type: 'rupiah',
        label: { id: 'Jumlah disetor (Rp)', en: 'Amount deposited (Rp)' },
        required: true,
        onlyFor: ['deposited'],
      },
    ],
    submit: send,
  },
  'deposit-check': {
    title: { id: 'Konfirmasi setoran ke kas negara', en: 'Confirmation of a deposit into kas negara' },
    question: {
      id: 'Kelompok menyatakan sudah menyetor. Periksa NTPN, tanggal, dan jumlahnya pada sistem penerimaan negara, lalu nyatakan setoran ada, atau tolak dengan alasan.',
      en: 'The group says that it has deposited the money. Look up the NTPN, the date and the amount in the state revenue system, then confirm the deposit, or refuse it with a reason.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('confirmed', 'Setoran ada di kas negara', 'The deposit is in kas negara'),
        option('refused', 'Tolak bukti setor', 'Refuse the slip'),
      ]),
      reason(['refused']),
    ],
    submit: decide,
  },
};

/** The field for a one-time code. @param onlyFor the outcomes that need one, where there are others */
export function codeField(hint: Bilingual, onlyFor?: readonly string[]): FormField {
  return {
    name: 'code',
    type: 'code',
    label: {
      id: 'Kode 6 angka dari aplikasi autentikator',
      en: 'Code of 6 digits from your authenticator app',
    },
    hint,
    required: true,
    ...(onlyFor === undefined ? {} : { onlyFor }),
    // Six digits, with blanks wherever somebody puts them.
    maxLength: 16,
  };
}

/** The outcomes that a form can have. */
export function offeredOutcomes({ outcome, fields }: AskForm): readonly string[] {
  if (outcome !== undefined) return [outcome];
  return fields.find(({ name }) => name === 'outcome')?.options?.map(({ value }) => value) ?? [];
}
