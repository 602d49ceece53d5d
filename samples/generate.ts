/**
 * Writes the two packets of `packets/` and the budget ceilings of `settings/` (npm run samples). The same every time.
 *
 * The first packet holds a mistake that the demonstration corrects: two digits of a sum in its budget are swapped.
 * `proposal.corrected.json` next to it is the same without the mistake.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { PacketInput } from '#domain/packet/packet.ts';
import { newestRulePack, newestRulePacks } from '#programmes/index.ts';
import { syntheticGroup } from './groups.ts';
import { proposalText, type SamplePacket, writePacketFolder } from './packet.ts';

type Line = PacketInput['rab'][number];

function line(
  item: string,
  quantity: number,
  unit: string,
  unitPrice: number,
  category: Line['category'] = 'material',
): Line {
  return { item, quantity, unit, unitPrice, total: quantity * unitPrice, category };
}

/** Palm sugar from Cilongok, where half the villages live by it. */
const tkm = syntheticGroup(newestRulePack('tkm-2020'), 1, {
  seed: 'packets',
  prefix: 'tkm-banyumas',
  name: 'Kelompok Gula Semut Sumber Rejeki',
  village: '33.02.17.2001',
  businessField: 'Gula semut kelapa',
  bankCode: '002',
  plan: {
    title: 'Dapur gula semut bersama',
    summary:
      'Dua puluh penderes dan pengolah yang kehilangan pekerjaan menyatukan dapur, mengayak dan mengeringkan gula semut, lalu menjualnya dalam kemasan bermerek.',
    activities: [
      'Menyiapkan dapur bersama dan tungku hemat kayu',
      'Melatih anggota mengolah, mengayak, dan mengeringkan',
      'Mengurus izin PIRT dan label',
      'Menjual ke toko dan koperasi di Purwokerto',
    ],
  },
  rab: [
    line('Wajan besar', 10, 'buah', 450_000),
    line('Tungku hemat kayu', 10, 'unit', 850_000),
    line('Mesin pengayak', 2, 'unit', 4_250_000),
    line('Oven pengering', 1, 'unit', 6_500_000),
    line('Kemasan dan label', 4_000, 'lembar', 1_500),
    line('Nira untuk produksi pertama', 500, 'liter', 8_000),
    line('Izin PIRT dan uji laboratorium', 1, 'paket', 2_000_000, 'other'),
  ],
});

/** A lane to the fields in the limestone hills of Gunungkidul. */
const padatKarya = syntheticGroup(newestRulePack('padat-karya-2020'), 2, {
  seed: 'packets',
  prefix: 'padat-karya-gunungkidul',
  name: 'Kelompok Karya Guyub Rukun',
  village: '34.03.01.2004',
  businessField: 'Prasarana pertanian',
  bankCode: '009',
  works: {
    description: 'Rabat beton jalan usaha tani sepanjang 300 meter, lebar 1,5 meter, beserta talud batu.',
    days: 15,
    dayRate: 100_000,
  },
  plan: {
    title: 'Jalan usaha tani Gari',
    summary:
      'Dua puluh warga yang menganggur membangun jalan usaha tani, supaya hasil panen dapat diangkut dengan kendaraan.',
    activities: [
      'Pengukuran dan pembersihan lahan',
      'Pemasangan talud batu',
      'Rabat beton',
      'Serah terima kepada desa',
    ],
  },
  rab: [
    line('Upah 20 orang selama 15 hari', 300, 'HOK', 100_000, 'labour'),
    line('Semen', 120, 'sak', 62_500),
    line('Pasir', 20, 'm3', 275_000),
    line('Batu belah', 30, 'm3', 250_000),
    line('Alat kerja dan pelindung diri', 20, 'set', 125_000),
    line('Papan proyek', 1, 'unit', 1_000_000, 'other'),
  ],
});

/** The first line's total with two digits swapped: 4.500.000 has become 5.400.000. */
function withMistake(packet: SamplePacket): SamplePacket {
  const rab = packet.proposal.rab.map((each, index) => (index === 0 ? { ...each, total: 5_400_000 } : each));
  return { ...packet, proposal: { ...packet.proposal, rab } };
}

function folder(prefix: string) {
  return fileURLToPath(new URL(`packets/${prefix}/`, import.meta.url));
}
await writePacketFolder(folder(tkm.prefix), withMistake(tkm));
await writeFile(`${folder(tkm.prefix)}proposal.corrected.json`, proposalText(tkm.proposal));
await writePacketFolder(folder(padatKarya.prefix), padatKarya);

/** One ceiling for each programme and province, enough for a few hundred groups. */
const provinces = await readFile(new URL(import.meta.resolve('idn-area-data/data/provinces.csv')), 'utf8');
const budgets = {
  schemaVersion: 1,
  ceilings: [...new Set(newestRulePacks().map((pack) => pack.budgetProgramme))].flatMap((programme) =>
    [...provinces.matchAll(/^(\d{2}),/gm)].map(([, province]) => ({
      programme,
      year: 2020,
      province,
      ceiling: 20_000_000_000,
    })),
  ),
};
await writeFile(new URL('settings/budgets.json', import.meta.url), `${JSON.stringify(budgets, null, 2)}\n`);
