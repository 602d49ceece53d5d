/** What each kind of ask is called and what it asks for, in mails and on pages. */
import type { AskKind } from '#domain/ask.ts';
import type { Bilingual } from '#functions/people/words.ts';

/** The name of an ask and the request in one or two sentences. */
export interface AskText {
  title: Bilingual;
  request: Bilingual;
}

export const askTexts: Record<AskKind, AskText> = {
  correction: {
    title: { id: 'Perbaikan proposal', en: 'Correct the proposal' },
    request: {
      id: 'Pemeriksaan otomatis menemukan masalah dalam proposal kelompok Anda. Perbaiki semuanya, lalu kirim proposal.json yang baru melalui halaman ini.',
      en: 'The automatic checks found problems in your group’s proposal. Correct all of them, then send the new proposal.json through this page.',
    },
  },
  membership: {
    title: { id: 'Konfirmasi keanggotaan', en: 'Confirm your membership' },
    request: {
      id: 'Nama Anda tercantum sebagai anggota kelompok yang mengajukan bantuan. Pastikan Anda memang anggota. Jika bukan, katakan di sini: proposal akan dihentikan.',
      en: 'You are named as a member of a group that applies for a grant. Confirm that you are a member. If you are not, say so here: the proposal will be stopped.',
    },
  },
  'site-visit': {
    title: { id: 'Kunjungan lapangan', en: 'Visit the site' },
    request: {
      id: 'Kunjungi kelompok di lokasinya, unggah foto, lalu catat hasil kunjungan.',
      en: 'Visit the group at its place, upload photos, then record what you found.',
    },
  },
  approval: {
    title: { id: 'Keputusan atas proposal', en: 'Decide on the proposal' },
    request: {
      id: 'Proposal ini sudah diverifikasi. Setujui, tolak, atau kembalikan untuk diverifikasi ulang.',
      en: 'This proposal has been verified. Approve it, reject it, or return it to verification.',
    },
  },
  'tranche-documents': {
    title: { id: 'Dokumen pencairan', en: 'Documents for the payment' },
    request: {
      id: 'Unggah semua dokumen untuk pencairan tahap ini, lalu nyatakan lengkap.',
      en: 'Upload all documents for this tranche, then state that they are complete.',
    },
  },
  spp: {
    title: { id: 'Surat Permintaan Pembayaran (SPP)', en: 'Payment request (SPP)' },
    request: {
      id: 'Dokumen kelompok sudah lengkap. Terbitkan SPP dan catat nomor serta tanggalnya.',
      en: 'The group’s documents are complete. Issue the SPP and record its number and date.',
    },
  },
  spm: {
    title: { id: 'Surat Perintah Membayar (SPM)', en: 'Payment order (SPM)' },
    request: {
      id: 'Uji permintaan pembayaran, lalu terbitkan SPM dengan nomor dan tanggalnya, atau tolak dengan alasan.',
      en: 'Test the payment request, then issue the SPM with its number and date, or refuse it with the reason.',
    },
  },
  sp2d: {
    title: { id: 'Surat Perintah Pencairan Dana (SP2D)', en: 'Disbursement order (SP2D)' },
    request: {
      id: 'SPM sudah terbit. Terbitkan SP2D dan catat nomor serta tanggalnya.',
      en: 'The SPM has been issued. Issue the SP2D and record its number and date.',
    },
  },
  'account-correction': {
    title: { id: 'Perbaikan rekening', en: 'Correct the bank account' },
    request: {
      id: 'Bank menolak pembayaran ke rekening kelompok. Berikan rekening yang benar, atas nama kelompok.',
      en: 'The bank refused the payment to the group’s account. Give the right account, in the group’s name.',
    },
  },
  'bank-inquiry': {
    title: { id: 'Tanyakan kepada bank', en: 'Ask the bank' },
    request: {
      id: 'Bank belum menjawab instruksi pembayaran ini. Tanyakan statusnya kepada bank lalu catat jawabannya. Pembayaran tidak dikirim ulang sebelum ada kepastian.',
      en: 'The bank has not answered this payment instruction. Ask the bank for its status and record the answer. The payment is not sent again until this is certain.',
    },
  },
  'training-session': {
    title: { id: 'Pelatihan kelompok', en: 'Training session' },
    request: {
      id: 'Selenggarakan pelatihan, lalu catat tanggal dan kehadiran.',
      en: 'Hold the training session, then record its date and the attendance.',
    },
  },
  'mentor-visit': {
    title: { id: 'Kunjungan pendamping', en: 'Mentor’s visit' },
    request: {
      id: 'Kunjungi kelompok dampingan Anda, lalu catat temuan kunjungan.',
      en: 'Visit the group you mentor, then record what you found.',
    },
  },
  outcome: {
    title: { id: 'Hasil usaha kelompok', en: 'Outcome of the business' },
    request: {
      id: 'Catat keadaan usaha kelompok: masih berjalan atau tidak, jumlah pekerja, dan omzetnya.',
      en: 'Record how the group’s business is doing: whether it runs, how many work there, and its turnover.',
    },
  },
  lpj: {
    title: { id: 'Laporan pertanggungjawaban (LPJ)', en: 'Accountability report (LPJ)' },
    request: {
      id: 'Unggah laporan pertanggungjawaban penggunaan dana bantuan, lalu kirim.',
      en: 'Upload the report that accounts for the use of the grant, then submit it.',
    },
  },
};
