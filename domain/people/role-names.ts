/** How the roles are called by people who do not work with them. */
import type { Role } from '../asks/roles.ts';
import type { Bilingual } from '../text/bilingual.ts';

export const roleNames: Record<Role, Bilingual> = {
  verifier: { id: 'Tim Verifikasi', en: 'the verification team' },
  ppk: { id: 'Pejabat Pembuat Komitmen (PPK)', en: 'the commitment officer (PPK)' },
  kpa: { id: 'Kuasa Pengguna Anggaran (KPA)', en: 'the budget holder (KPA)' },
  pa: { id: 'Pengguna Anggaran (PA)', en: 'the budget authority (PA)' },
  'pp-spm': { id: 'Pejabat Penguji SPM (PP-SPM)', en: 'the payment order officer (PP-SPM)' },
  kppn: { id: 'Kantor Perbendaharaan (KPPN)', en: 'the treasury office (KPPN)' },
  treasurer: { id: 'Bendahara Pengeluaran', en: 'the treasurer (Bendahara Pengeluaran)' },
  mentor: { id: 'Pendamping', en: 'the mentor' },
  admin: { id: 'Administrator program', en: 'the programme’s administrator' },
  auditor: { id: 'Auditor', en: 'the auditor' },
  leader: { id: 'Ketua kelompok', en: 'the group’s leader' },
  members: { id: 'Anggota kelompok', en: 'the group’s members' },
};
