/**
 * Every problem that Jaring can find, in plain words: what is wrong, then what to do. `{facts}` are filled in.
 *
 * A new code is written in both languages here; nothing else has to change.
 */
import type { Bilingual } from './language.ts';

const texts = {
  // The file proposal.json itself
  'not-json': {
    id: 'Berkas proposal.json tidak dapat dibaca sebagai JSON ({detail}). Perbaiki tanda baca atau simpan ulang dari formulir, lalu unggah lagi.',
    en: 'The file proposal.json cannot be read as JSON ({detail}). Correct its punctuation or save it again from the form, then upload it again.',
  },
  'packet-gone': {
    id: 'Berkas proposal.json sudah dihapus sebelum dapat dibaca. Unggah lagi.',
    en: 'The file proposal.json was deleted before it could be read. Upload it again.',
  },
  'json-empty': {
    id: 'Berkas proposal.json kosong. Simpan ulang dari formulir, periksa ukurannya, lalu unggah lagi.',
    en: 'The file proposal.json is empty. Save it again from the form, look at its size, then upload it again.',
  },
  'json-encoding': {
    id: 'Berkas proposal.json tidak disimpan sebagai UTF-8, sehingga huruf tertentu dapat terbaca salah. Buka di penyunting teks, pilih "Simpan sebagai" dengan pengodean (encoding) UTF-8, lalu unggah lagi.',
    en: 'The file proposal.json was not saved as UTF-8, so some letters may be read wrongly. Open it in a text editor, choose "Save as" with the encoding UTF-8, then upload it again.',
  },
  'json-web-page': {
    id: 'Berkas proposal.json berisi halaman web (HTML atau XML), bukan isian proposal. Unduh atau simpan ulang berkas JSON-nya, bukan halamannya, lalu unggah lagi.',
    en: 'The file proposal.json holds a web page (HTML or XML), not the data of the proposal. Download or save the JSON file itself, not the page, then upload it again.',
  },
  'json-other-file': {
    id: 'Berkas proposal.json sebenarnya berkas jenis lain (PDF, gambar, Word, atau Excel) yang diganti namanya. Simpan isian proposal sebagai JSON; dokumen lain diunggah sebagai lampiran.',
    en: 'The file proposal.json is really a file of another kind (PDF, picture, Word or Excel) that was renamed. Save the data of the proposal as JSON; other documents are uploaded as attachments.',
  },
  'json-cut-off': {
    id: 'Berkas proposal.json tidak dapat dibaca sebagai JSON karena terpotong: bagian akhirnya tidak ada (setelah baris {line}, kolom {column}). Simpan ulang dari formulir, atau lengkapi tanda kutip dan kurung penutupnya, lalu unggah lagi.',
    en: 'The file proposal.json cannot be read as JSON because it is cut off: its end is missing (after line {line}, column {column}). Save it again from the form, or add the closing quotes and brackets, then upload it again.',
  },
  'json-after-end': {
    id: 'Ada isi lain setelah akhir proposal.json (baris {line}, kolom {column}). Hapus semua setelah kurung kurawal penutup, lalu unggah lagi.',
    en: 'Something follows the end of proposal.json (line {line}, column {column}). Delete everything behind the closing brace, then upload it again.',
  },
  'json-too-deep': {
    id: 'Isi proposal.json bersarang terlalu dalam (baris {line}, kolom {column}). Simpan ulang dari formulir, lalu unggah lagi.',
    en: 'The content of proposal.json is nested too deeply (line {line}, column {column}). Save it again from the form, then upload it again.',
  },
  'json-curly-quotes': {
    id: 'Ada tanda kutip melengkung (\u201c \u201d) mulai baris {line}, kolom {column}, seperti yang dibuat Word atau WhatsApp. Ganti semuanya dengan tanda kutip lurus ("), lalu unggah lagi.',
    en: 'There are curly quotes (\u201c \u201d) from line {line}, column {column} on, as Word or WhatsApp write them. Replace all of them with straight quotes ("), then upload it again.',
  },
  'json-single-quotes': {
    id: 'Ada tanda kutip tunggal (\') mulai baris {line}, kolom {column}. Ganti tanda kutip pembuka dan penutup dengan tanda kutip ganda ("), lalu unggah lagi.',
    en: 'There are single quotes (\') from line {line}, column {column} on. Replace opening and closing quotes with double quotes ("), then upload it again.',
  },
  'json-trailing-comma': {
    id: 'Ada koma berlebih sebelum kurung penutup (mulai baris {line}, kolom {column}). Hapus koma itu, lalu unggah lagi.',
    en: 'There is a comma too many before a closing bracket (from line {line}, column {column} on). Delete it, then upload it again.',
  },
  'json-comment': {
    id: 'Ada komentar (// atau #) mulai baris {line}, kolom {column}. JSON tidak mengenal komentar: hapus semuanya, lalu unggah lagi.',
    en: 'There are comments (// or #) from line {line}, column {column} on. JSON has no comments: delete them all, then upload it again.',
  },
  'json-line-break': {
    id: 'Ada ganti baris atau tab di dalam tanda kutip (mulai baris {line}, kolom {column}). Tulis sebagai \\n atau \\t, atau jadikan satu baris, lalu unggah lagi.',
    en: 'There is a line break or a tab within quotes (from line {line}, column {column} on). Write it as \\n or \\t, or make it one line, then upload it again.',
  },
  'json-backslash': {
    id: 'Ada garis miring terbalik (\\) yang tidak sah (mulai baris {line}, kolom {column}). Tulis dua kali (\\\\) atau hapus, lalu unggah lagi.',
    en: 'There is a backslash (\\) that means nothing (from line {line}, column {column} on). Write it twice (\\\\) or delete it, then upload it again.',
  },
  'json-odd-space': {
    id: 'Ada spasi yang tidak biasa di antara isian (mulai baris {line}, kolom {column}), biasanya karena disalin dari halaman web. Hapus dan ketik ulang spasinya, lalu unggah lagi.',
    en: 'There are unusual spaces between the fields (from line {line}, column {column} on), mostly because they were copied from a web page. Delete them and type the spaces again, then upload it again.',
  },
  'json-number-form': {
    id: 'Ada bilangan yang tidak dapat ditulis begitu (mulai baris {line}, kolom {column}), misalnya 0812 atau 40.000.000. Nomor ditulis dalam tanda kutip ("0812"), jumlah tanpa titik (40000000); lalu unggah lagi.',
    en: 'There is a number that cannot be written so (from line {line}, column {column} on), such as 0812 or 40.000.000. Write identifying numbers in quotes ("0812") and amounts without dots (40000000), then upload it again.',
  },
  'json-word': {
    id: 'Ada kata tanpa tanda kutip (mulai baris {line}, kolom {column}), misalnya None atau NaN. Tulis dalam tanda kutip ganda, atau isi nilainya, lalu unggah lagi.',
    en: 'There is a word without quotes (from line {line}, column {column} on), such as None or NaN. Put it in double quotes, or give the value, then upload it again.',
  },
  'packet-too-large': {
    id: 'Berkas proposal.json berukuran {bytes} byte, lebih dari batas {maxBytes} byte. Pindahkan gambar dan dokumen ke lampiran, lalu unggah lagi.',
    en: 'The file proposal.json has {bytes} bytes, above the limit of {maxBytes} bytes. Move pictures and documents to the attachments, then upload it again.',
  },
  'schema-version-unknown': {
    id: 'Versi skema "{version}" tidak dikenal. Gunakan "schemaVersion": 1.',
    en: 'The schema version "{version}" is unknown. Use "schemaVersion": 1.',
  },
  'programme-unknown': {
    id: 'Program "{programme}" tidak dikenal atau tidak berlaku pada {date}. Pilih salah satu dari: {known}.',
    en: 'The programme "{programme}" is unknown or not in force on {date}. Choose one of: {known}.',
  },
  'programme-changed': {
    id: 'Program diubah dari "{pinned}" menjadi "{programme}". Perbaikan harus tetap pada program semula; untuk program lain, ajukan proposal baru.',
    en: 'The programme was changed from "{pinned}" to "{programme}". A revision must keep its programme; submit a new proposal for another one.',
  },

  // The shape of a field
  'field-missing': {
    id: 'Isian ini wajib tetapi kosong. Lengkapi isian ini.',
    en: 'This is required but missing. Fill it in.',
  },
  'field-unknown': {
    id: 'Isian "{field}" tidak dikenal. Hapus atau perbaiki namanya.',
    en: 'The field "{field}" is unknown. Remove it or correct its name.',
  },
  'field-doubled': {
    id: 'Isian ini terkirim lebih dari satu kali. Isi satu kali saja.',
    en: 'This was sent more than once. Fill it in only once.',
  },
  'field-wrong-kind': {
    id: 'Isian ini harus berupa {expected}. Perbaiki isiannya.',
    en: 'This must be of the kind "{expected}". Correct it.',
  },
  'field-number-for-text': {
    id: 'Isian ini tertulis sebagai bilangan, padahal harus teks: angka nol di depan atau angka terakhir dapat hilang. Tulis dalam tanda kutip, misalnya "0012345678", dan cocokkan dengan aslinya.',
    en: 'This is written as a number but must be text: zeros in front or the last digits may be lost. Write it in quotes, for example "0012345678", and compare it with the original.',
  },
  'field-malformed': {
    id: 'Bentuk isian ini tidak sesuai ({expected}). Perbaiki isiannya.',
    en: 'This is not in the expected form ({expected}). Correct it.',
  },
  'field-not-a-date': {
    id: 'Isian ini bukan tanggal yang ada. Tulis sebagai tahun-bulan-hari, misalnya 2020-10-05.',
    en: 'This is not an existing date. Write it as year-month-day, for example 2020-10-05.',
  },
  'field-not-an-email': {
    id: 'Isian ini bukan alamat surel. Tulis seperti nama@contoh.id.',
    en: 'This is not an e-mail address. Write it like name@example.id.',
  },
  'field-not-a-number': {
    id: 'Isian ini bukan bilangan. Tulis dengan angka saja, misalnya 40.',
    en: 'This is not a number. Write digits only, for example 40.',
  },
  'field-not-whole': {
    id: 'Isian ini harus bilangan bulat. Tulis tanpa koma.',
    en: 'This must be a whole number. Write it without a fraction.',
  },
  'field-not-rupiah': {
    id: 'Isian ini bukan jumlah rupiah. Tulis bilangan bulat tanpa sen, misalnya 40000000 atau Rp40.000.000.',
    en: 'This is not an amount in rupiah. Write whole rupiah without cents, for example 40000000 or Rp40.000.000.',
  },
  'field-too-short': {
    id: 'Isian ini terlalu pendek: paling sedikit {minimum}. Lengkapi isian ini.',
    en: 'This is too short: at least {minimum}. Add what is missing.',
  },
  'field-too-long': {
    id: 'Isian ini terlalu panjang: paling banyak {maximum}. Persingkat isian ini.',
    en: 'This is too long: at most {maximum}. Shorten it.',
  },
  'field-too-small': {
    id: 'Nilai ini terlalu kecil: paling sedikit {minimum}. Perbaiki nilainya.',
    en: 'This value is too small: at least {minimum}. Correct it.',
  },
  'field-too-large': {
    id: 'Nilai ini terlalu besar: paling banyak {maximum}. Perbaiki nilainya.',
    en: 'This value is too large: at most {maximum}. Correct it.',
  },
  'field-not-a-choice': {
    id: 'Pilihan ini tidak tersedia. Pilih salah satu dari: {choices}.',
    en: 'This choice does not exist. Choose one of: {choices}.',
  },
  'field-has-control-characters': {
    id: 'Isian ini memuat karakter yang tidak dapat dicetak. Hapus dan ketik ulang.',
    en: 'This holds characters that cannot be printed. Delete it and type it again.',
  },
  'region-code-malformed': {
    id: 'Kode wilayah tidak sesuai bentuknya. Tulis seperti 33.02.15.2003 (provinsi.kabupaten.kecamatan.desa).',
    en: 'The region code is not in the expected form. Write it like 33.02.15.2003 (province.regency.district.village).',
  },
  'village-unknown': {
    id: 'Kode {village} bukan kode desa atau kelurahan yang dikenal. Periksa kode pada daftar wilayah Kemendagri.',
    en: 'The code {village} is not a known village. Check it against the region list of Kemendagri.',
  },

  // NIK
  'nik-malformed': {
    id: 'NIK tidak sah. Salin NIK dari KTP: 16 angka.',
    en: 'The NIK is not valid. Copy it from the identity card: 16 digits.',
  },
  'nik-not-16-digits': {
    id: 'NIK harus 16 angka, tertulis {length} karakter. Salin NIK dari KTP, dalam tanda kutip, tanpa spasi.',
    en: 'A NIK has 16 digits; this has {length} characters. Copy it from the identity card, in quotes, without spaces.',
  },
  'nik-region-impossible': {
    id: 'Dua angka pertama NIK bukan kode provinsi. Salin ulang NIK dari KTP.',
    en: 'The first two digits of the NIK are not a province. Copy the NIK again from the identity card.',
  },
  'nik-date-impossible': {
    id: 'Angka ke-7 sampai ke-12 NIK bukan tanggal lahir yang ada. Salin ulang NIK dari KTP.',
    en: 'Digits 7 to 12 of the NIK are not an existing birth date. Copy the NIK again from the identity card.',
  },
  'nik-birth-date-differs': {
    id: 'NIK tidak cocok dengan tanggal lahir {birthDate}. Periksa keduanya pada KTP dan perbaiki yang salah.',
    en: 'The NIK does not match the birth date {birthDate}. Check both on the identity card and correct the wrong one.',
  },
  'nik-sex-differs': {
    id: 'NIK tidak cocok dengan jenis kelamin yang tertulis. Periksa keduanya pada KTP dan perbaiki yang salah.',
    en: 'The NIK does not match the stated sex. Check both on the identity card and correct the wrong one.',
  },
  'nik-serial-zero': {
    id: 'Empat angka terakhir NIK tidak boleh 0000. Salin ulang NIK dari KTP.',
    en: 'The last four digits of a NIK are never 0000. Copy the NIK again from the identity card.',
  },
  'nik-region-differs': {
    id: 'NIK ini pertama kali diterbitkan di wilayah {nikRegion}, bukan di {addressRegion}. Ini tidak menghalangi proposal; verifikator akan memeriksa domisili.',
    en: 'This NIK was first issued in region {nikRegion}, not in {addressRegion}. This does not stop the proposal; the verifier will look at the residence.',
  },

  // Group and members
  'group-too-small': {
    id: 'Kelompok berisi {count} orang, kurang dari {minimum}. Lengkapi anggota kelompok.',
    en: 'The group has {count} people, fewer than {minimum}. Add the missing members.',
  },
  'group-too-large': {
    id: 'Kelompok berisi {count} orang, lebih dari {maximum}. Kurangi anggota kelompok.',
    en: 'The group has {count} people, more than {maximum}. Remove the surplus members.',
  },
  'member-nik-doubled': {
    id: 'NIK anggota nomor {number} sama dengan anggota nomor {other}. Setiap orang hanya boleh satu kali; ganti salah satunya.',
    en: 'The NIK of member number {number} is the same as that of member number {other}. A person counts only once; replace one of them.',
  },
  'member-number-doubled': {
    id: 'Nomor anggota {number} dipakai lebih dari satu kali. Beri nomor 1, 2, 3 dan seterusnya.',
    en: 'The member number {number} is used more than once. Number the members 1, 2, 3 and so on.',
  },
  'leader-not-a-member': {
    id: 'Ketua bernomor {leader} tidak ada di daftar anggota. Isi nomor anggota yang menjadi ketua.',
    en: 'The leader with number {leader} is not in the list of members. Give the number of the member who leads.',
  },
  'member-too-young': {
    id: 'Anggota nomor {number} berumur {age} tahun pada {date}, kurang dari {minimum}. Ganti dengan orang yang memenuhi syarat umur.',
    en: 'Member number {number} is {age} years old on {date}, younger than {minimum}. Replace by someone who meets the age rule.',
  },
  'member-too-old': {
    id: 'Anggota nomor {number} berumur {age} tahun pada {date}, lebih dari {maximum}. Ganti dengan orang yang memenuhi syarat umur.',
    en: 'Member number {number} is {age} years old on {date}, older than {maximum}. Replace by someone who meets the age rule.',
  },
  'too-few-reachable': {
    id: 'Hanya ada {count} surel anggota yang berbeda, padahal {needed} orang harus menegaskan keanggotaannya lewat surel. Lengkapi surel anggota.',
    en: 'There are only {count} different e-mail addresses of members, but {needed} must confirm their membership by e-mail. Add the missing addresses.',
  },
  'too-few-contacts': {
    id: 'Hanya ada {count} surel atau nomor ponsel anggota yang berbeda, padahal {needed} orang harus menegaskan keanggotaannya lewat surel atau SMS. Lengkapi surel atau nomor ponsel anggota.',
    en: 'There are only {count} different e-mail addresses or mobile numbers of members, but {needed} must confirm their membership by e-mail or text message. Add the missing ones.',
  },
  'email-shared': {
    id: 'Surel anggota nomor {number} sama dengan anggota nomor {other}, sehingga hanya dihitung satu kali. Setiap anggota sebaiknya menegaskan sendiri keanggotaannya dengan surel masing-masing.',
    en: 'The e-mail address of member number {number} is the same as that of member number {other}, so it counts only once. Each member should confirm in person, with their own address.',
  },
  'phone-shared': {
    id: 'Nomor telepon anggota nomor {number} sama dengan anggota nomor {other}. Ini tidak menghalangi proposal; verifikator akan menanyakannya.',
    en: 'The phone number of member number {number} is the same as that of member number {other}. This does not stop the proposal; the verifier will ask about it.',
  },
  'person-already-held': {
    id: 'Anggota nomor {number} sudah tercatat dalam proposal lain yang masih berjalan atau sudah didanai. Satu orang hanya boleh menerima satu bantuan; ganti anggota ini.',
    en: 'Member number {number} is already part of another live or funded proposal. One person may receive one award; replace this member.',
  },
  'person-has-overdue-report': {
    id: 'Anggota nomor {number} masih memiliki laporan yang belum diserahkan atau dana yang belum dikembalikan dari bantuan sebelumnya. Selesaikan itu dahulu atau ganti anggota ini.',
    en: 'Member number {number} still owes a report or money to return from an earlier award. Hand that in first, or replace this member.',
  },

  // Money
  'rab-line-wrong': {
    id: 'Baris RAB tidak cocok: {quantity} × {unitPrice} = {expected}, tertulis {total}. Perbaiki jumlah, harga satuan, atau total.',
    en: 'The RAB line does not add up: {quantity} × {unitPrice} = {expected}, but it says {total}. Correct quantity, unit price or total.',
  },
  'rab-sum-wrong': {
    id: 'Jumlah seluruh baris RAB adalah {sum}, tetapi dana yang diminta {asked}. Samakan keduanya.',
    en: 'The lines of the RAB add up to {sum}, but the amount asked is {asked}. Make them equal.',
  },
  'amount-not-fixed': {
    id: 'Dana yang diminta {asked}, padahal program ini memberikan tepat {amount}. Sesuaikan RAB dan dana yang diminta.',
    en: 'The amount asked is {asked}, but this programme grants exactly {amount}. Adjust the RAB and the amount asked.',
  },
  'amount-too-large': {
    id: 'Dana yang diminta {asked} melebihi batas {maximum}. Kurangi RAB dan dana yang diminta.',
    en: 'The amount asked, {asked}, is above the limit of {maximum}. Reduce the RAB and the amount asked.',
  },
  'works-missing': {
    id: 'Program ini memerlukan rencana pekerjaan (plan.works): uraian, jumlah hari, jumlah pekerja, dan upah harian. Lengkapi isian itu.',
    en: 'This programme needs a works plan (plan.works): description, days, workers and day rate. Fill it in.',
  },
  'works-days-outside': {
    id: 'Pekerjaan direncanakan {days} hari; yang diperbolehkan {minimum} sampai {maximum} hari. Sesuaikan rencana.',
    en: 'The works are planned for {days} days; allowed are {minimum} to {maximum} days. Adjust the plan.',
  },
  'works-day-rate-too-high': {
    id: 'Upah harian {dayRate} melebihi batas {maximum}. Turunkan upah harian.',
    en: 'The day rate of {dayRate} is above the limit of {maximum}. Lower the day rate.',
  },
  'works-workers-differ': {
    id: 'Rencana menyebut {workers} pekerja, tetapi kelompok berisi {members} orang. Samakan keduanya.',
    en: 'The plan names {workers} workers, but the group has {members} people. Make them equal.',
  },
  'works-labour-wrong': {
    id: 'Upah dalam RAB berjumlah {labour}, padahal {workers} pekerja × {days} hari × {dayRate} = {expected}. Samakan keduanya.',
    en: 'The labour lines of the RAB add up to {labour}, but {workers} workers × {days} days × {dayRate} = {expected}. Make them equal.',
  },
  'works-materials-too-large': {
    id: 'Bahan dan lain-lain berjumlah {materials}, lebih dari {percent} % dana yang diminta. Kurangi belanja selain upah.',
    en: 'Materials and other costs are {materials}, more than {percent} % of the amount asked. Reduce what is not wages.',
  },
  'account-not-the-groups': {
    id: 'Nama pemilik rekening tidak menyebut kelompok "{group}". Rekening harus atas nama kelompok; verifikator akan memeriksa surat referensi bank.',
    en: 'The holder of the account does not name the group "{group}". The account must be in the name of the group; the verifier will look at the bank reference letter.',
  },

  // Attachments and evidence
  'attachment-type-missing': {
    id: 'Lampiran jenis "{type}" belum ada{memberId}. Unggah berkasnya dan cantumkan di proposal.json.',
    en: 'There is no attachment of the type "{type}"{memberEn}. Upload the file and list it in proposal.json.',
  },
  'attachment-type-unknown': {
    id: 'Jenis lampiran "{type}" tidak dikenal program ini. Gunakan salah satu dari: {known}.',
    en: 'The attachment type "{type}" is unknown to this programme. Use one of: {known}.',
  },
  'attachment-name-doubled': {
    id: 'Nama berkas "{name}" tercantum lebih dari satu kali. Beri nama yang berbeda.',
    en: 'The file name "{name}" is listed more than once. Give the files different names.',
  },
  'attachment-member-unknown': {
    id: 'Lampiran ini menyebut anggota nomor {member}, yang tidak ada. Perbaiki nomor anggota.',
    en: 'This attachment names member number {member}, who does not exist. Correct the member number.',
  },
  'attachment-not-uploaded': {
    id: 'Berkas "{name}" tercantum tetapi belum diunggah. Unggah ke folder attachments.',
    en: 'The file "{name}" is listed but was not uploaded. Upload it to the folder attachments.',
  },
  'attachment-altered': {
    id: 'Isi berkas "{name}" berbeda dari SHA-256 yang tercantum. Unggah berkas yang benar atau perbaiki SHA-256.',
    en: 'The content of the file "{name}" differs from the listed SHA-256. Upload the right file or correct the SHA-256.',
  },
  'attachment-size-differs': {
    id: 'Berkas "{name}" berukuran {found} byte, tercantum {bytes} byte. Unggah berkas yang benar atau perbaiki ukurannya.',
    en: 'The file "{name}" has {found} bytes, but {bytes} are listed. Upload the right file or correct the size.',
  },
  'attachment-too-large': {
    id: 'Berkas "{name}" berukuran {bytes} byte, lebih dari batas {maxBytes} byte. Perkecil berkasnya.',
    en: 'The file "{name}" has {bytes} bytes, above the limit of {maxBytes}. Make the file smaller.',
  },
  'attachment-empty': {
    id: 'Berkas "{name}" kosong. Unggah ulang berkasnya.',
    en: 'The file "{name}" is empty. Upload it again.',
  },
  'attachment-wrong-content': {
    id: 'Isi berkas "{name}" adalah {found}, padahal yang diterima: {allowed}. Simpan ulang dalam bentuk itu.',
    en: 'The content of the file "{name}" is {found}, but accepted are: {allowed}. Save it in one of these forms.',
  },
  'attachment-name-misleads': {
    id: 'Nama berkas "{name}" tidak sesuai dengan isinya ({found}). Perbaiki akhiran nama berkas.',
    en: 'The name of the file "{name}" does not match its content ({found}). Correct the ending of the name.',
  },
  'attachment-unlisted': {
    id: 'Berkas "{name}" ada di folder tetapi tidak tercantum di proposal.json; berkas ini tidak dibaca.',
    en: 'The file "{name}" is in the folder but not listed in proposal.json; it is not read.',
  },
  'document-missing': {
    id: 'Dokumen "{document}" belum lengkap: ada {found}, perlu {needed}. Unggah dokumen itu.',
    en: 'The document "{document}" is not complete: {found} there, {needed} needed. Upload it.',
  },
  'document-too-many': {
    id: 'Dokumen "{document}" terlalu banyak: ada {found}, paling banyak {maximum}. Hapus yang tidak perlu.',
    en: 'There are too many files for "{document}": {found} there, at most {maximum}. Remove what is not needed.',
  },
  'document-pages-too-few': {
    id: 'Dokumen "{document}" hanya {pages} halaman, paling sedikit {minimum}. Pindai semua halamannya ke dalam satu berkas, lalu unggah lagi.',
    en: 'The document "{document}" has {pages} pages, at least {minimum} are needed. Scan all its pages into one file, then upload it again.',
  },
  'document-pages-too-many': {
    id: 'Dokumen "{document}" {pages} halaman, paling banyak {maximum}. Pindai dokumen itu saja, tanpa yang lain, lalu unggah lagi.',
    en: 'The document "{document}" has {pages} pages, at most {maximum} are taken. Scan this document alone, without others, then upload it again.',
  },
  'scan-broken': {
    id: 'Berkas "{name}" rusak atau tidak lengkap, sehingga halamannya tidak dapat dibaca. Buka berkasnya; bila tidak terbuka, pindai ulang, lalu unggah lagi.',
    en: 'The file "{name}" is damaged or incomplete, so that its pages cannot be read. Open it; if it does not open, scan it again, then upload it again.',
  },
  'scan-encrypted': {
    id: 'Berkas "{name}" dikunci kata sandi atau dibatasi haknya. Simpan ulang tanpa kata sandi (misalnya dengan "cetak ke PDF"), lalu unggah lagi.',
    en: 'The file "{name}" is locked by a password or by restrictions. Save it without one (for example by "print to PDF"), then upload it again.',
  },
  'scan-active': {
    id: 'Berkas "{name}" memuat skrip, perintah, atau berkas lain di dalamnya, yang tidak ada pada hasil pindai. Pindai dari kertas atau "cetak ke PDF", lalu unggah lagi.',
    en: 'The file "{name}" holds a script, a command or another file, which no scan has. Scan it from paper or "print to PDF", then upload it again.',
  },
  'scan-too-complex': {
    id: 'Susunan berkas "{name}" terlalu rumit untuk diperiksa. Pindai ulang dari kertas atau "cetak ke PDF", lalu unggah lagi.',
    en: 'The file "{name}" is built in too complicated a way to be checked. Scan it from paper or "print to PDF", then upload it again.',
  },
  'scan-too-many-pixels': {
    id: 'Gambar "{name}" lebih dari {megapixels} juta piksel. Perkecil gambarnya atau foto ulang dengan mutu biasa, lalu unggah lagi.',
    en: 'The picture "{name}" has more than {megapixels} million pixels. Make it smaller or take it again in usual quality, then upload it again.',
  },

  // Answers
  'reason-missing': {
    id: 'Keputusan ini memerlukan alasan. Tulis alasannya.',
    en: 'This decision needs a reason. Write the reason.',
  },
  'progress-too-low': {
    id: 'Kemajuan pekerjaan {progress} % belum mencapai {required} % yang disyaratkan untuk tahap ini. Laporkan lagi setelah tercapai.',
    en: 'The progress of {progress} % is below the {required} % that this tranche requires. Report again when it is reached.',
  },
  'date-in-future': {
    id: 'Tanggal ini belum terjadi. Isi tanggal hari ini atau sebelumnya.',
    en: 'This date has not come yet. Give today or an earlier date.',
  },
  'date-before-paper': {
    id: 'Tanggal ini lebih awal daripada tanggal {paper} ({date}), yang mendahuluinya. Periksa kembali tanggalnya.',
    en: 'This date is before that of the {paper} ({date}), which comes first. Look at the date again.',
  },
  'paper-outside-fiscal-year': {
    id: 'Tanggal ini di luar tahun anggaran {year}, yang membiayai bantuan ini. Isi tanggal dalam tahun {year}; bila tahunnya sudah lewat, dana tidak dapat dicairkan lagi dari anggaran itu.',
    en: 'This date is outside the fiscal year {year}, whose budget pays this grant. Give a date in {year}; if that year is over, its budget can pay no more.',
  },
  'paper-year-closed': {
    id: 'Tahun anggaran {year} sudah ditutup: {paper} untuk anggaran itu tidak dapat dicatat lagi, juga tidak dengan tanggal mundur. Pilih keputusan lain (kembalikan atau tolak); dana tahap ini lalu kembali ke pagu {year}.',
    en: 'The fiscal year {year} is closed: no {paper} of its budget can be entered any more, and none dated back. Choose the other decision (return or refuse); the money of this tranche then goes back to the budget line of {year}.',
  },
  'paper-dated-back': {
    id: 'Tanggal ini lebih dari {days} hari yang lalu. Surat dicatat paling lambat {days} hari setelah tanggalnya, jadi paling awal {date}. Periksa tanggal pada surat; bila benar, surat harus diterbitkan lagi.',
    en: 'This date is more than {days} days ago. A paper is entered within {days} days of its date, so {date} at the earliest. Look at the date on the paper; if it is right, the paper must be issued again.',
  },
  'paper-after-last-day': {
    id: 'Hari terakhir {paper} tahun anggaran {year} adalah {date}. Surat dengan tanggal sesudahnya tidak berlaku. Isi tanggal surat yang sebenarnya, atau pilih keputusan lain (kembalikan atau tolak).',
    en: 'The last day of an {paper} of the fiscal year {year} is {date}; one dated later does not count. Give the true date of the paper, or choose the other decision (return or refuse).',
  },
  'paper-number-malformed': {
    id: 'Nomor ini tidak berbentuk seperti {example}. Salin nomornya persis seperti tercetak pada surat.',
    en: 'This number is not of the form {example}. Copy the number exactly as it is printed on the paper.',
  },
  'paper-number-taken': {
    id: 'Nomor {paper} ini sudah dipakai pada tahun {year}. Periksa nomor pada surat; setiap surat memerlukan nomor sendiri.',
    en: 'This number was given to another {paper} of {year} already. Look at the number on the paper; each needs a number of its own.',
  },
  'papers-returned': {
    id: 'Ada dokumen yang Anda kembalikan ({papersId}), sehingga SPP tidak dapat diterbitkan. Pilih "Kembalikan dokumen kepada kelompok", atau terima dokumen itu.',
    en: 'You return some papers ({papersEn}), so the SPP cannot be issued. Choose "Return papers to the group", or accept them.',
  },
  'papers-not-returned': {
    id: 'Semua dokumen Anda terima. Pilih dokumen yang dikembalikan beserta alasannya, atau terbitkan SPP.',
    en: 'You accept all papers. Choose those that you return, each with a reason, or issue the SPP.',
  },
  'paper-returned': {
    id: 'Dokumen "{document}" dikembalikan: {reason} Perbaiki, lalu unggah lagi.',
    en: 'The document "{document}" was returned: {reason} Correct it, then upload it again.',
  },
  'paper-account-changed': {
    id: 'Dokumen "{document}" menyebut rekening yang lama. Unduh yang baru dari halaman ini, tanda tangani, pindai, lalu unggah.',
    en: 'The document "{document}" names the old account. Download the new one from this page, sign, scan and upload it.',
  },
  'account-holder-not-the-group': {
    id: 'Nama pemilik rekening tidak menyebut kelompok "{group}". Dana hanya dibayarkan ke rekening atas nama kelompok. Tulis nama persis seperti pada buku tabungan; bila rekening itu atas nama orang, bukalah rekening atas nama kelompok.',
    en: 'The holder of the account does not name the group "{group}". Money goes only to an account in the name of the group. Write the name exactly as in the passbook; if the account is in a person’s name, open one in the name of the group.',
  },
  'paper-not-cancellable': {
    id: 'Surat ini tidak dapat dibatalkan lagi: surat berikutnya sudah terbit atau prosesnya sudah berlanjut. Muat ulang halaman ini untuk melihat keadaannya.',
    en: 'This paper can be cancelled no more: the one after it was issued, or things have gone on. Open the page again to see how they stand.',
  },
  'position-missing': {
    id: 'Posisi kunjungan (lintang dan bujur) wajib diisi. Isi dari peta di telepon, misalnya -7.42 dan 109.24.',
    en: 'The position of the visit (latitude and longitude) is required. Read it from the map of a phone, for example -7.42 and 109.24.',
  },
  'attendance-unknown-member': {
    id: 'Anggota nomor {number} tidak ada dalam kelompok. Pilih dari daftar anggota.',
    en: 'Member number {number} is not in the group. Choose from the list of members.',
  },
  'lpj-sum-wrong': {
    id: 'Dana terpakai {spent} ditambah sisa dana {leftover} tidak sama dengan dana yang harus dipertanggungjawabkan, {received}. Perbaiki angkanya.',
    en: 'What was spent, {spent}, and what is left, {leftover}, do not add up to what is to be accounted for, {received}. Correct the figures.',
  },
  'billing-code-malformed': {
    id: 'Kode billing terdiri atas 15 angka. Salin dari bukti pembuatan tagihan SIMPONI.',
    en: 'A billing code has 15 digits. Copy it from the billing receipt of SIMPONI.',
  },
  'billing-code-expired': {
    id: 'Kode billing ini sudah kedaluwarsa. Buat kode billing baru di SIMPONI.',
    en: 'This billing code has expired. Have SIMPONI issue a new one.',
  },
  'ntpn-malformed': {
    id: 'NTPN terdiri atas 16 huruf dan angka. Salin dari bukti setor (BPN), dan perhatikan angka 0 dan huruf O, angka 1 dan huruf I.',
    en: 'An NTPN has 16 letters and digits. Copy it from the slip (BPN), and mind the digit 0 and the letter O, the digit 1 and the letter I.',
  },
  'ntpn-used': {
    id: 'NTPN ini sudah dipakai untuk setoran lain. Satu NTPN hanya untuk satu setoran: periksa lagi bukti setornya.',
    en: 'This NTPN belongs to another deposit already. An NTPN is for one deposit only: look at the slip again.',
  },
  'receipt-amount-differs': {
    id: 'Daftar penerimaan kas negara memuat NTPN ini dengan jumlah {listed}, bukan {owed}. Cocokkan dengan bukti setor: tolak buktinya, atau konfirmasikan bila daftar itu yang keliru.',
    en: 'The treasury’s list of receipts has this NTPN with {listed}, not {owed}. Compare it with the slip: refuse the slip, or confirm it if the list is wrong.',
  },
  'receipt-day-differs': {
    id: 'Daftar penerimaan kas negara memuat NTPN ini pada tanggal {listed}, sedangkan bukti setor bertanggal {stated}. Cocokkan, lalu konfirmasikan atau tolak.',
    en: 'The treasury’s list of receipts has this NTPN on {listed}, and the slip is of {stated}. Compare them, then confirm or refuse.',
  },
  'receipt-billing-differs': {
    id: 'Daftar penerimaan kas negara memuat NTPN ini untuk kode billing {listed}, bukan {issued}. Cocokkan, lalu konfirmasikan atau tolak.',
    en: 'The treasury’s list of receipts has this NTPN for the billing code {listed}, not {issued}. Compare them, then confirm or refuse.',
  },
  'credit-bears-ntpn': {
    id: 'Rekening pembayar hibah menerima {amount} dengan NTPN ini sebagai referensi. Uang itu tidak di kas negara, dan tidak membuktikan setoran. Periksa NTPN pada sistem penerimaan negara.',
    en: 'The account that grants are paid from received {amount} under this NTPN as a reference. That money is not in kas negara, and proves no deposit. Look the NTPN up in the state revenue system.',
  },
  'deposit-after-expiry': {
    id: 'Kode billing hanya dapat dibayar sampai {date}. Periksa tanggal setor, atau minta kode billing baru.',
    en: 'The billing code could be paid until {date} only. Look at the date of the deposit, or ask for a new billing code.',
  },
  'deposit-amount-wrong': {
    id: 'Jumlah yang harus disetor {owed}, tidak lebih dan tidak kurang. Periksa bukti setornya.',
    en: 'The amount to deposit is {owed}, neither more nor less. Look at the slip.',
  },
  'deposit-more-than-paid': {
    id: 'Sisa dana lebih besar daripada dana yang masih pada kelompok, karena sebagian sudah ditagih kembali. Perbaiki angkanya.',
    en: 'More is left over than the group still has, because a part has been recalled. Correct the figures.',
  },
  'tranche-held': {
    id: 'Uang tahap ini mungkin sudah keluar atau masih ditanyakan kepada bank ({of}). Jangan terbitkan SP2D baru sebelum pertanyaannya terjawab; tanyakan kepada administrator.',
    en: 'The money of this tranche may be out, or the bank is still being asked about it ({of}). Issue no other SP2D before that is answered; ask the administrator.',
  },
  'ask-not-answerable': {
    id: 'Pertanyaan ini tidak dapat dijawab dengan isian tersebut. Buka lagi tautannya dan isi formulir yang tampil.',
    en: 'This question cannot be answered with these fields. Open the link again and fill in the form it shows.',
  },

  // The muster roll of paid works
  'roll-file-altered': {
    id: 'Berkas daftar hadir berubah setelah dikirim. Unggah berkas yang benar, lalu kirim lagi.',
    en: 'The file of the muster roll was changed after it was handed in. Upload the right file, then hand it in again.',
  },
  'roll-file-too-large': {
    id: 'Berkas daftar hadir berukuran {bytes} byte, lebih dari batas {maximum} byte. Gunakan formulir daftar hadir tanpa gambar dan tanpa lembar lain.',
    en: 'The file of the muster roll has {bytes} bytes, above the limit of {maximum} bytes. Use the form without pictures and other sheets.',
  },
  'roll-not-xlsx': {
    id: 'Berkas daftar hadir tidak dapat dibaca sebagai buku kerja .xlsx ({detail}). Simpan ulang sebagai "Buku Kerja Excel (.xlsx)", tanpa kata sandi.',
    en: 'The file of the muster roll cannot be read as an .xlsx workbook ({detail}). Save it again as "Excel Workbook (.xlsx)", without a password.',
  },
  'roll-unpacked-too-large': {
    id: 'Isi berkas daftar hadir terlalu besar setelah dibuka: lebih dari {maximum} {unit}. Salin daftar hadir ke formulir yang baru.',
    en: 'The muster roll is too large once it is unpacked: more than {maximum} {unit}. Copy it into a new form.',
  },
  'roll-has-macros': {
    id: 'Berkas daftar hadir memuat makro, sehingga tidak dibuka. Simpan sebagai "Buku Kerja Excel (.xlsx)" tanpa makro.',
    en: 'The file of the muster roll holds macros, so it is not opened. Save it as "Excel Workbook (.xlsx)" without macros.',
  },
  'roll-not-json': {
    id: 'Berkas daftar hadir tidak dapat dibaca sebagai JSON ({detail}). Perbaiki tanda bacanya, atau gunakan formulir .xlsx.',
    en: 'The file of the muster roll cannot be read as JSON ({detail}). Correct its punctuation, or use the .xlsx form.',
  },
  'roll-no-headings': {
    id: 'Baris judul kolom tidak ditemukan: harus ada kolom "{number}" dan "{name}". Gunakan formulir daftar hadir.',
    en: 'The row of headings was not found: there must be the columns "{number}" and "{name}". Use the form of the muster roll.',
  },
  'roll-no-days': {
    id: 'Tidak ada kolom tanggal. Beri satu kolom untuk setiap hari kerja, dengan tanggal seperti 2020-11-02 sebagai judulnya.',
    en: 'There is no column with a date. Give a column to each day of work, headed by its date like 2020-11-02.',
  },
  'roll-column-unknown': {
    id: 'Judul kolom "{column}" bukan tanggal dan bukan salah satu dari: {known}. Perbaiki atau hapus kolomnya.',
    en: 'The heading "{column}" is no date and none of: {known}. Correct it or remove the column.',
  },
  'roll-too-many-rows': {
    id: 'Daftar hadir berisi {rows} baris, lebih dari {maximum} yang mungkin untuk kelompok ini. Tulis satu baris untuk setiap pekerja, dengan satu kolom untuk setiap hari.',
    en: 'The muster roll has {rows} rows, more than the {maximum} that this group can have. Write one row for each worker, with a column for each day.',
  },
  'roll-cell-formula': {
    id: 'Sel ini berisi rumus. Ketik nilainya saja.',
    en: 'This cell holds a formula. Type its value instead.',
  },
  'roll-cell-error': {
    id: 'Sel ini berisi pesan kesalahan aplikasi tabel. Ketik nilainya.',
    en: 'This cell holds an error of the spreadsheet. Type its value.',
  },
  'roll-mark-unknown': {
    id: 'Tanda "{mark}" tidak dikenal. Tulis 1, H, atau x untuk hadir sehari penuh; kosongkan, atau tulis 0, A, I, atau S, untuk tidak hadir.',
    en: 'The mark "{mark}" is unknown. Write 1, H or x for a whole day present; leave it empty, or write 0, A, I or S, for absent.',
  },
  'roll-nik-number': {
    id: 'NIK ditulis sebagai bilangan, sehingga angka terakhirnya hilang. Ubah format sel menjadi Teks, lalu ketik ulang NIK dari KTP.',
    en: 'The NIK is written as a number, which loses its last digit. Format the cell as text, then type the NIK again from the identity card.',
  },
  'roll-number-malformed': {
    id: 'Nomor anggota harus bilangan bulat dari 1 sampai 99. Salin nomor dari daftar anggota; untuk pekerja pengganti, kosongkan.',
    en: 'The member number must be a whole number from 1 to 99. Copy it from the list of members; leave it empty for a substitute.',
  },
  'roll-number-unknown': {
    id: 'Anggota nomor {number} tidak ada dalam kelompok. Perbaiki nomornya; untuk pekerja pengganti, kosongkan nomor dan isi kolom pengganti.',
    en: 'Member number {number} is not in the group. Correct the number; for a substitute leave it empty and fill in the columns of substitutes.',
  },
  'roll-worker-unnamed': {
    id: 'Baris ini tidak menyebut nomor anggota. Isi nomornya; untuk pekerja pengganti, isi NIK, siapa yang digantikan, dan keputusan desa.',
    en: 'This row names no member. Give the number; for a substitute give the NIK, who is replaced, and the decision of the village.',
  },
  'roll-worker-unknown': {
    id: 'Orang dengan NIK ini bukan anggota kelompok. Jika pengganti, isi siapa yang digantikan serta nomor dan tanggal keputusan desa.',
    en: 'The person of this NIK is no member of the group. If it is a substitute, give who is replaced and the number and date of the decision of the village.',
  },
  'roll-name-differs': {
    id: 'Nama ini bukan nama anggota nomor {number}. Periksa nomor dan nama pada daftar anggota.',
    en: 'This is not the name of member number {number}. Check number and name against the list of members.',
  },
  'roll-nik-differs': {
    id: 'NIK ini bukan NIK anggota nomor {number}. Perbaiki, atau kosongkan NIK anggota.',
    en: 'This is not the NIK of member number {number}. Correct it, or leave the NIK of members empty.',
  },
  'roll-member-is-no-substitute': {
    id: 'Kolom ini hanya untuk pekerja pengganti. Kosongkan pada baris anggota, atau kosongkan nomor anggota jika ini pengganti.',
    en: 'This column is for substitutes only. Leave it empty in the row of a member, or leave the number empty if this is a substitute.',
  },
  'roll-substitute-is-member': {
    id: 'Orang ini adalah anggota nomor {number}, jadi bukan pengganti. Tulis hari kerjanya pada baris anggota itu.',
    en: 'This person is member number {number}, and so no substitute. Write the days into the row of that member.',
  },
  'roll-substitute-held': {
    id: 'Pengganti anggota nomor {number} tercatat dalam proposal lain yang masih berjalan atau masih memiliki laporan, sehingga tidak dapat menjadi pengganti.',
    en: 'The substitute of member number {number} is part of another live proposal or still owes a report, and so cannot be one.',
  },
  'roll-place-unknown': {
    id: '"{text}" bukan nomor anggota kelompok. Isi nomor anggota yang digantikan.',
    en: '"{text}" is not the number of a member. Give the number of the member who is replaced.',
  },
  'roll-decision-late': {
    id: 'Keputusan desa bertanggal {date}, padahal pengganti sudah bekerja pada {first}. Isi keputusan yang mendahului hari kerja pertama.',
    en: 'The decision of the village is dated {date}, but the substitute was at work on {first} already. Give a decision from before the first day of work.',
  },
  'roll-worker-doubled': {
    id: 'Orang yang bekerja di tempat anggota nomor {number} ini tercantum di lebih dari satu baris. Gabungkan hari kerjanya dalam satu baris.',
    en: 'This person, in the place of member number {number}, is in more than one row. Put all the days into one row.',
  },
  'roll-place-taken': {
    id: 'Pada {date} tempat anggota nomor {number} terisi dua orang. Sisakan yang benar-benar bekerja hari itu.',
    en: 'On {date} two people are in the place of member number {number}. Keep who really worked on that day.',
  },
  'roll-day-outside': {
    id: 'Tanggal {date} di luar masa pekerjaan, {from} sampai {until}. Perbaiki tanggalnya atau kosongkan.',
    en: 'The date {date} is outside the works, {from} to {until}. Correct the date or leave it empty.',
  },
  'roll-day-doubled': {
    id: 'Tanggal {date} tercantum lebih dari satu kali untuk orang ini. Sisakan satu.',
    en: 'The date {date} is there more than once for this person. Keep one.',
  },
  'roll-too-many-days': {
    id: 'Daftar hadir memuat {days} hari kerja, padahal rencana pekerjaan {planned} hari. Perbaiki tanggalnya.',
    en: 'The muster roll has {days} days of work, but the works are planned for {planned}. Correct the dates.',
  },
  'roll-week-too-long': {
    id: 'Orang ini bekerja {days} hari dalam minggu yang dimulai {monday}; paling banyak {maximum} hari. Perbaiki daftar hadirnya.',
    en: 'This person worked {days} days in the week from {monday}; at most {maximum} are allowed. Correct the roll.',
  },
  'roll-too-young': {
    id: 'Orang ini berumur {age} tahun pada {date}, kurang dari {minimum}. Ia tidak boleh bekerja pada pekerjaan ini.',
    en: 'This person was {age} years old on {date}, younger than {minimum}, and may not work on these works.',
  },
  'roll-too-old': {
    id: 'Orang ini berumur {age} tahun pada {date}, lebih dari {maximum}. Ia tidak boleh bekerja pada pekerjaan ini.',
    en: 'This person was {age} years old on {date}, older than {maximum}, and may not work on these works.',
  },
  'roll-rate-too-low': {
    id: 'Upah {rate} sehari lebih rendah dari upah dalam rencana, {minimum}. Bayarkan paling sedikit sebesar itu.',
    en: 'The wage of {rate} a day is below that of the plan, {minimum}. Pay at least as much.',
  },
  'roll-rate-too-high': {
    id: 'Upah {rate} sehari untuk {role} melebihi batas {maximum}. Turunkan upahnya.',
    en: 'The wage of {rate} a day for {role} is above the limit of {maximum}. Lower it.',
  },
  'roll-rates-differ': {
    id: 'Peran "{role}" ditulis dengan upah yang berbeda-beda: {rates}. Satu peran, satu upah harian.',
    en: 'The role "{role}" is given different wages: {rates}. One role has one day rate.',
  },
  'roll-empty': {
    id: 'Tidak seorang pun tercatat hadir. Isi daftar hadir, lalu kirim lagi.',
    en: 'No worker is marked as present. Fill in the muster roll, then hand it in again.',
  },
  'roll-wages-too-large': {
    id: 'Jumlah upah {wages} melebihi dana upah yang tersedia, {limit}. Periksa hari kerja dan upah hariannya.',
    en: 'The wages add up to {wages}, above the {limit} that there is for wages. Check the days and the day rates.',
  },
  'roll-double-presence': {
    id: 'Pada {date} orang yang bekerja di tempat anggota nomor {number} sudah tercatat hadir pada pekerjaan lain. Satu orang hanya dapat bekerja di satu tempat sehari; perbaiki daftar hadirnya.',
    en: 'On {date} the person in the place of member number {number} is already marked as present at other works. A person can be in one place a day; correct the roll.',
  },

  // One-time codes
  'code-malformed': {
    id: 'Kode terdiri atas 6 angka, misalnya 123 456. Tulis kode yang kini tampil di aplikasi autentikator.',
    en: 'A code has 6 digits, for example 123 456. Give the code that the authenticator app shows now.',
  },
  'code-wrong': {
    id: 'Kode ini salah. Tulis kode yang kini tampil di aplikasi autentikator. Sisa percobaan sebelum permintaan ini terkunci: {left}.',
    en: 'This code is wrong. Give the code that the authenticator app shows now. Tries left before this request is locked: {left}.',
  },
  'code-used': {
    id: 'Kode ini sudah dipakai. Tunggu kode berikutnya (paling lama 30 detik), lalu kirim lagi.',
    en: 'This code has been used. Wait for the next code (30 seconds at most), then send again.',
  },
  'code-not-enrolled': {
    id: 'Anda belum terdaftar untuk kode. Tautan pendaftaran sudah dikirim ke surel Anda: daftarkan aplikasi autentikator, lalu kirim jawaban ini lagi.',
    en: 'You are not enrolled for codes yet. A link to enrol was sent to your e-mail address: enrol an authenticator app, then send this answer again.',
  },
  'code-not-proved': {
    id: 'Kode ini tidak cocok. Pindai ulang kode QR, periksa apakah jam ponsel diatur otomatis, lalu tulis kode yang kini tampil.',
    en: 'This code does not match. Scan the QR code again, check that the phone sets its clock by itself, then give the code that it shows now.',
  },

  // Payments that a rail cannot carry
  'bank-not-in-clearing': {
    id: 'Kode bank {bankCode} tidak dikenal dalam kliring antarbank. Periksa kode pada buku tabungan atau surat referensi bank; bila benar, minta administrator menambahkannya ke aturan program.',
    en: 'The bank code {bankCode} is not known in the clearing between banks. Check it against the passbook or the bank reference letter; if it is right, ask the administrator to add it to the rules of the programme.',
  },
  'bank-unknown': {
    id: 'Tidak ada bank dengan kode {bankCode}. Salin kode tiga angka dari buku tabungan atau surat referensi bank, misalnya 002 untuk BRI; bila benar, minta administrator menambahkannya ke aturan program.',
    en: 'There is no bank with the code {bankCode}. Copy the three digits from the passbook or the bank reference letter, for example 002 for BRI; if they are right, ask the administrator to add the bank to the rules of the programme.',
  },
  'account-length': {
    id: 'Nomor rekening di {bank} terdiri atas {digits} angka, tertulis {found}. Salin seluruh nomor dari buku tabungan, dengan angka nol di depannya.',
    en: 'An account number at {bank} has {digits} digits, this has {found}. Copy the whole number from the passbook, with the zeros in front.',
  },
  'account-in-use': {
    id: 'Rekening ini sudah dipakai proposal lain yang masih berjalan. Isi rekening milik kelompok ini sendiri; bila rekening ini memang milik kelompok ini, mintalah dinas memeriksa surat referensi bank kedua proposal.',
    en: 'This account is already that of another proposal that is still under way. Give the account of this very group; if it is this group’s own, ask the office to look at the bank reference letters of both proposals.',
  },
  'account-claimed-elsewhere': {
    id: 'Proposal {by}, yang datang kemudian dan dihentikan, mencantumkan rekening yang sama. Cocokkan pemilik rekening dengan surat referensi bank.',
    en: 'Proposal {by}, which came later and was stopped, gives the same account. Compare its holder with the bank reference letter.',
  },
  'account-claim-note-missing': {
    id: 'Proposal lain mencantumkan rekening yang sama. Sebelum menyetujui, cocokkan dengan surat referensi bank dan tulis dalam catatan milik siapa rekening ini.',
    en: 'Another proposal gives the same account. Before you approve, compare it with the bank reference letter and write in the note whose account it is.',
  },
  'account-not-the-letters': {
    id: 'Rekening yang tidak sama dengan surat bank tidak dapat diterima. Kembalikan kepada kelompok dengan alasan.',
    en: 'An account that is not the one of the bank’s letter cannot be accepted. Send it back to the group with a reason.',
  },
  'account-sent-back': {
    id: 'Rekening yang Anda berikan dikembalikan oleh PPK. Alasan: {reason} Perbaiki, lampirkan surat bank yang sesuai, lalu kirim lagi.',
    en: 'The account that you gave was sent back by the PPK. Reason: {reason} Correct it, attach the bank’s letter that goes with it, and send it again.',
  },
  'account-changed': {
    id: 'Rekening diganti sejak {since}: sebelumnya {from}; diterima oleh PPK {by}.',
    en: 'The account was changed on {since}: before it was {from}; accepted by the PPK {by}.',
  },
  'account-not-accepted': {
    id: 'Menyetujui bantuan berarti menerima rekeningnya. Bila bank, nomor, atau nama pemilik berbeda dari surat bank, kembalikan proposal dengan alasan.',
    en: 'To approve the grant is to accept its account. Where bank, number or holder are not those of the bank’s letter, return the proposal with a reason.',
  },
  'file-altered': {
    id: 'Isi berkas "{document}" tidak sama dengan yang tercatat, sehingga tidak dapat menjadi dasar keputusan. Jangan setujui; kembalikan dengan alasan dan beri tahu administrator program.',
    en: 'The file "{document}" is not what was recorded, so nothing can be decided by it. Do not approve; return it with a reason, and tell the programme’s administrator.',
  },
  'file-gone': {
    id: 'Versi berkas "{document}" yang tercatat tidak dapat dibaca lagi, sehingga tidak dapat menjadi dasar keputusan. Kembalikan dengan alasan agar berkas diserahkan lagi, dan beri tahu administrator program.',
    en: 'The version of the file "{document}" that was recorded cannot be read any more, so nothing can be decided by it. Return it with a reason, so that the file is handed in again, and tell the programme’s administrator.',
  },
  'file-unpinned': {
    id: 'Berkas "{document}" diserahkan sebelum versinya dicatat, sehingga tidak dapat menjadi dasar keputusan. Kembalikan dengan alasan agar berkas diserahkan lagi.',
    en: 'The file "{document}" was handed in before versions were recorded, so nothing can be decided by it. Return it with a reason, so that the file is handed in again.',
  },
  'account-holder-near': {
    id: 'Nama pemilik rekening mirip, tetapi tidak sama dengan nama kelompok "{group}". Cocokkan dengan surat referensi bank sebelum menerima rekening ini.',
    en: 'The name of the account holder is near the name of the group but not the same, "{group}". Compare it with the bank reference letter before the account is accepted.',
  },
  'refused-number': {
    id: 'Bank menolak pembayaran: nomor rekening tidak ada di bank itu (kode {code}). Cocokkan bank dan setiap angka dengan buku tabungan.',
    en: 'The bank refused the payment: it has no account of this number (code {code}). Compare the bank and every digit with the passbook.',
  },
  'refused-closed': {
    id: 'Bank menolak pembayaran: rekening sudah ditutup atau tidak aktif (kode {code}). Datangi bank untuk membukanya kembali, atau isi rekening kelompok yang lain.',
    en: 'The bank refused the payment: the account is closed or dormant (code {code}). Go to the bank to have it opened again, or give another account of the group.',
  },
  'refused-blocked': {
    id: 'Bank menolak pembayaran: rekening diblokir atau tidak boleh menerima dana ini (kode {code}). Tanyakan sebabnya kepada bank, atau isi rekening kelompok yang lain.',
    en: 'The bank refused the payment: the account is blocked or may not receive such money (code {code}). Ask the bank why, or give another account of the group.',
  },
  'refused-name': {
    id: 'Bank menolak pembayaran: nama pemilik tidak cocok dengan rekening (kode {code}). Tulis nama persis seperti pada buku tabungan, dan periksa nomornya.',
    en: 'The bank refused the payment: the holder’s name does not match the account (code {code}). Write the name exactly as in the passbook, and check the number.',
  },
  'refused-account': {
    id: 'Bank menolak rekening penerima (kode {code}). Tanyakan sebabnya kepada bank, lalu isi rekening yang benar.',
    en: 'The bank refused the payee’s account (code {code}). Ask the bank why, then give the right account.',
  },
  'refused-text': {
    id: 'Kata bank sendiri: “{text}”.',
    en: 'In the bank’s own words: “{text}”.',
  },
  'refused-unclear': {
    id: 'Bank mengembalikan pembayaran tanpa alasan tentang rekening yang dapat dibaca (kode {code}). Cocokkan bank, nomor, dan nama dengan buku tabungan, lalu perbaiki yang keliru; bila semua benar, kirim rekening yang sama.',
    en: 'The bank sent the payment back without a reason about the account that can be read (code {code}). Compare bank, number and name with the passbook and correct what is wrong; if all is right, send the same account.',
  },
  'payments-ticked': {
    id: 'Ada {count} pembayaran yang dicentang untuk ditahan, tetapi keputusannya lain. Pilih “Tahan pembayaran yang dicentang”, atau hapus centangnya.',
    en: 'Payments are ticked to be held ({count}), but the decision is another. Choose “Hold the payments that are ticked”, or clear the ticks.',
  },
  'payments-none': {
    id: 'Belum ada pembayaran yang dicentang. Centang pada daftar, atau tulis nomor pembayarannya.',
    en: 'No payment is ticked. Tick some in the list, or write their payment numbers.',
  },
  'payments-not-in-run': {
    id: 'Ada {count} nomor yang bukan pembayaran dalam kelompok bayar ini, atau sudah ditahan: {payments}. Salin nomornya dari daftar.',
    en: 'Numbers that are no payments of this run, or are held already ({count}): {payments}. Copy the numbers from the list.',
  },
  'payments-too-many': {
    id: 'Paling banyak {max} pembayaran dapat ditahan dari satu kelompok bayar. Bila lebih, tahan semuanya.',
    en: 'At most {max} payments can be held out of one run. Hold all of it where there are more.',
  },
  'run-file-altered': {
    id: 'Di tempat berkas {file} terdapat berkas lain, yang tidak ditulis oleh Jaring. Kelompok bayar ini tidak dapat dilepas. Tahan, dan beri tahu administrator program.',
    en: 'Another file lies in the place of {file}, which Jaring did not write. This run cannot be released. Hold it, and tell the programme’s administrator.',
  },
  'payment-not-sent': {
    id: 'Pembayaran {endToEndId} belum dikirim ke bank: masih menunggu kelompok bayar atau pelepasannya. Pilih “Masih diproses”.',
    en: 'The payment {endToEndId} has not gone to the bank yet: it waits for a run, or for its release. Choose “Still in process”.',
  },
  'text-not-in-bank-file': {
    id: 'Tidak dapat ditulis dalam berkas bank: {marks}. Tulis dengan huruf lain.',
    en: 'It cannot be written in the bank’s file: {marks}. Write it with other characters.',
  },
  'text-too-long-for-bank-file': {
    id: 'Berkas bank memuat paling banyak {maximum} karakter; di sini ada {length}. Persingkat.',
    en: 'The bank’s file holds {maximum} characters at most; these are {length}. Shorten it.',
  },
  'name-not-writable': {
    id: 'Nama pemilik rekening tidak memuat huruf atau angka yang dapat ditulis bagi bank. Tulis nama seperti pada buku tabungan.',
    en: 'The name of the account holder has no letter or digit that can be written for the bank. Write it as in the passbook.',
  },

  // Files from the bank
  'bank-file-header': {
    id: 'Baris kepala berkas bank tidak dikenal: diharapkan {expected}. Minta bank mengirim ulang.',
    en: 'The head line of the bank file is not known: expected {expected}. Ask the bank to send it again.',
  },
  'bank-file-trailer': {
    id: 'Baris penutup berkas bank tidak ada; berkas mungkin terpotong. Minta bank mengirim ulang.',
    en: 'The closing line of the bank file is missing; the file may be cut off. Ask the bank to send it again.',
  },
  'bank-file-line': {
    id: 'Baris {line} tidak dapat dibaca: {detail}. Minta bank mengirim ulang.',
    en: 'Line {line} cannot be read: {detail}. Ask the bank to send it again.',
  },
  'bank-file-count': {
    id: 'Berkas bank menyebut {stated} transaksi, tetapi berisi {found}. Minta bank mengirim ulang.',
    en: 'The bank file states {stated} transactions but holds {found}. Ask the bank to send it again.',
  },
  'bank-file-sum': {
    id: 'Berkas bank menyebut jumlah {stated}, tetapi isinya {found}. Minta bank mengirim ulang.',
    en: 'The bank file states a sum of {stated} but holds {found}. Ask the bank to send it again.',
  },
  'bank-file-doubled': {
    id: 'Nomor transaksi {endToEndId} tercantum lebih dari satu kali. Minta bank mengirim ulang.',
    en: 'The transaction number {endToEndId} is listed more than once. Ask the bank to send it again.',
  },
  'bank-file-encoding': {
    id: 'Berkas bank tidak ditulis dengan pengodean {encoding} yang sah atau pengodean itu tidak diterima. Minta bank mengirim sebagai UTF-8.',
    en: 'The bank file is not valid {encoding}, or that encoding is not accepted. Ask the bank to send it as UTF-8.',
  },
  'bank-file-xml': {
    id: 'Berkas bank bukan XML yang utuh ({detail}). Minta bank mengirim ulang.',
    en: 'The bank file is not well-formed XML ({detail}). Ask the bank to send it again.',
  },
  'bank-file-doctype': {
    id: 'Berkas bank memuat DOCTYPE, yang tidak pernah ada pada pesan bank. Jangan dibuka; tanyakan kepada bank dari mana berkas ini.',
    en: 'The bank file holds a DOCTYPE, which no message of a bank has. Do not open it; ask the bank where it comes from.',
  },
  'bank-file-too-deep': {
    id: 'Susunan berkas bank terlalu dalam atau terlalu banyak. Minta bank membaginya menjadi beberapa berkas.',
    en: 'The bank file is nested too deeply or has too many elements. Ask the bank to divide it into several files.',
  },
  'bank-file-element': {
    id: 'Bagian {element} tidak ada, lebih dari satu, atau tidak dapat dibaca. Minta bank mengirim ulang.',
    en: 'The part {element} is missing, doubled or cannot be read. Ask the bank to send it again.',
  },
  'bank-file-amount': {
    id: 'Jumlah "{amount}" tidak dapat dibaca. Minta bank mengirim ulang dengan angka saja dan paling banyak dua desimal, tanpa titik ribuan, tanda minus atau pangkat.',
    en: 'The amount "{amount}" cannot be read. Ask the bank to send it again in digits with two decimals at most, without thousands signs, minus signs or exponents.',
  },
  'bank-file-currency': {
    id: 'Mata uang "{currency}" bukan IDR. Minta bank memeriksa rekening dan mengirim ulang.',
    en: 'The currency "{currency}" is not IDR. Ask the bank to check the account and to send it again.',
  },
  'bank-file-account': {
    id: 'Rekening {account} bukan rekening pembayar hibah. Minta bank mengirim berkas untuk rekening yang benar.',
    en: 'The account {account} is not one that grants are paid from. Ask the bank for the file of the right account.',
  },
  'bank-file-satker': {
    id: 'Satuan kerja {satker} bukan satuan kerja penyalur hibah. Minta daftar SP2D satuan kerja yang benar.',
    en: 'The work unit {satker} is not one that grants are paid by. Ask for the list of SP2Ds of the right one.',
  },
  'bank-file-date': {
    id: 'Tanggal "{date}" tidak ada atau tidak dapat dibaca. Minta bank mengirim ulang.',
    en: 'The date "{date}" does not exist or cannot be read. Ask the bank to send it again.',
  },
  'bank-file-status': {
    id: 'Status "{status}" tidak dikenal. Tanyakan artinya kepada bank, lalu minta berkas dengan status yang dikenal.',
    en: 'The status "{status}" is not known. Ask the bank what it means, and for a file with statuses that are known.',
  },
  'bank-file-account-zeros': {
    id: 'Rekening {account} adalah rekening pembayar hibah tanpa angka nol di depannya, seperti yang dibuat Excel. Minta bank mengirim berkas dengan nomor lengkap, dengan kolom rekening sebagai teks.',
    en: 'The account {account} is one that grants are paid from without the zeros that it begins with, as Excel leaves it. Ask the bank for the file with the whole number, its column as text.',
  },
  'bank-file-workbook': {
    id: 'Berkas Excel tidak dapat dibaca ({detail}). Minta bank mengirim buku kerja .xlsx tanpa makro dan kata sandi, atau CSV.',
    en: 'The Excel file cannot be read ({detail}). Ask the bank for an .xlsx workbook without macros and passwords, or for CSV.',
  },
  'bank-file-interim': {
    id: 'Berkas ini laporan sementara dalam hari berjalan ({format}), yang masih dapat berubah. Minta bank mengirim rekening koran akhir hari (camt.053 atau MT940), atau pemberitahuan mutasi (camt.054).',
    en: 'This file is an interim report of a running day ({format}), which may still change. Ask the bank for the statement at the day’s end (camt.053 or MT940), or for notifications (camt.054).',
  },
  'bank-file-other-message': {
    id: 'Berkas ini {format}, yang tidak dibaca di sini. Minta bank mengirim rekening koran (MT940 atau camt.053).',
    en: 'This file is {format}, which is not read here. Ask the bank for the statement (MT940 or camt.053).',
  },
  'bank-kept-account': {
    id: 'Mutasi rekening {account} bukan milik rekening pembayar hibah: disimpan, tidak dipakai.',
    en: 'Entries of the account {account}, which grants are not paid from: kept, not used.',
  },
  'bank-kept-satker': {
    id: 'SP2D satuan kerja {satker} bukan milik penyalur hibah: disimpan, tidak dipakai.',
    en: 'SP2Ds of the work unit {satker}, which pays no grants: kept, not used.',
  },
  'bank-kept-ntpn': {
    id: '"{ntpn}" bukan NTPN, yaitu 16 huruf dan angka; Excel merusaknya bila kolomnya bukan teks: disimpan, tidak dipakai.',
    en: '"{ntpn}" is no NTPN, which has 16 letters and digits; Excel spoils it where its column is not text: kept, not used.',
  },
  'bank-kept-text': {
    id: 'Baris milik bank sendiri, di luar mutasi: disimpan, tidak dipakai.',
    en: 'Lines of the bank’s own, outside the entries: kept, not used.',
  },
  'bank-kept-entry-status': {
    id: 'Mutasi dengan status "{status}", yang belum dibukukan atau sekadar informasi: disimpan, tidak dipakai.',
    en: 'Entries with the status "{status}", which are not booked or for information only: kept, not used.',
  },
  'bank-kept-day': {
    id: 'Tanggal "{date}" tidak ada di kalender; tanggal lain pada mutasi itu yang dipakai.',
    en: 'The date "{date}" is not in the calendar; the other date of that entry is used.',
  },
  'bank-kept-id': {
    id: 'Nomor referensi lebih dari {maximum} karakter atau tidak dapat dicetak: disimpan, tidak dipakai.',
    en: 'A reference of more than {maximum} characters, or that cannot be printed: kept, not used.',
  },
  'bank-kept-status': {
    id: 'Status "{status}" tidak ada dalam daftar kode ISO 20022. Tidak ada pembayaran yang diubah karenanya; tanyakan artinya kepada bank.',
    en: 'The status "{status}" is not in the code list of ISO 20022. It changed no payment; ask the bank what it means.',
  },
  'bank-kept-status-blocked': {
    id: 'Status {status}: uang ditahan bank, tidak dikreditkan kepada penerima dan tidak dikembalikan. Tidak ada pembayaran yang diubah karenanya; tanyakan kelanjutannya kepada bank.',
    en: 'Status {status}: the bank holds the money, neither credited to the payee nor given back. It changed no payment; ask the bank what follows.',
  },
  'bank-kept-status-cleared': {
    id: 'Status {status}: pembayaran sudah melewati kliring, belum tentu diterima. Tidak ada pembayaran yang diubah karenanya; tunggu rekening koran.',
    en: 'Status {status}: the payment has passed the clearing, which does not say that it arrived. It changed no payment; wait for the statement.',
  },
  'bank-kept-status-presented': {
    id: 'Status {status}: perintah sudah diajukan, belum diputuskan. Tidak ada pembayaran yang diubah karenanya; tunggu laporan berikutnya.',
    en: 'Status {status}: the instruction was presented and is not decided. It changed no payment; wait for the next report.',
  },
  'bank-entry-detail-amount': {
    id: 'Mutasi sebesar {booked} merinci transfer sebesar {found}, dan biaya tidak menjelaskan selisihnya. Tanyakan kepada bank.',
    en: 'An entry of {booked} details a transfer of {found}, and no charges explain the difference. Ask the bank.',
  },
  'bank-entry-details-sum': {
    id: 'Rincian mutasi sebesar {booked} berjumlah {found}, dan biaya tidak menjelaskan selisihnya. Tanyakan kepada bank.',
    en: 'The details of an entry of {booked} add up to {found}, and no charges explain the difference. Ask the bank.',
  },
  'bank-entry-detail-side': {
    id: 'Satu mutasi memuat transfer masuk dan keluar sekaligus. Tanyakan kepada bank.',
    en: 'One entry holds transfers in both directions. Ask the bank.',
  },
  'bank-entry-count': {
    id: 'Mutasi menyebut {stated} transfer, tetapi merinci {found}. Tanyakan kepada bank.',
    en: 'An entry states {stated} transfers and details {found}. Ask the bank.',
  },
  'bank-entry-sen': {
    id: 'Mutasi atas pembayaran hibah memuat sen, padahal hibah selalu rupiah bulat. Tanyakan kepada bank.',
    en: 'An entry for a grant’s payment has sen, and grants are whole rupiah. Ask the bank.',
  },
  'bank-file-id': {
    id: 'Nomor "{id}" lebih dari {maximum} karakter atau memuat karakter yang tidak dapat dicetak. Minta bank mengirim ulang.',
    en: 'The id "{id}" has more than {maximum} characters or holds some that cannot be printed. Ask the bank to send it again.',
  },

  // Settings
  'settings-not-json': {
    id: 'Berkas ini tidak dapat dibaca sebagai JSON ({detail}). Perbaiki tanda bacanya, lalu unggah lagi.',
    en: 'This file cannot be read as JSON ({detail}). Correct its punctuation, then upload it again.',
  },
  'person-doubled': {
    id: 'Orang "{id}" tercantum lebih dari satu kali. Sisakan satu.',
    en: 'The person "{id}" is listed more than once. Keep one.',
  },
  'superior-unknown': {
    id: 'Atasan "{superior}" dari "{id}" tidak ada dalam daftar. Tambahkan atau perbaiki.',
    en: 'The superior "{superior}" of "{id}" is not in the list. Add or correct it.',
  },
  'superior-is-self': {
    id: 'Orang ini tercantum sebagai atasannya sendiri. Isi orang lain atau kosongkan.',
    en: 'This person is given as their own superior. Give another person, or leave it empty.',
  },
  'person-email-doubled': {
    id: 'Alamat surel "{id}" sama dengan alamat "{other}". Setiap orang memerlukan alamat sendiri; perbaiki salah satunya.',
    en: 'The e-mail address of "{id}" is also that of "{other}". Each person needs an address of their own; correct one of them.',
  },
  'area-unknown': {
    id: 'Wilayah {area} tidak dikenal. Isi kode provinsi (33), kode kabupaten/kota (33.02), atau * untuk seluruh Indonesia, menurut daftar wilayah Kemendagri.',
    en: 'The area {area} is unknown. Give the code of a province (33) or regency (33.02) of the region list of Kemendagri, or * for the whole country.',
  },
  'absence-backwards': {
    id: 'Tanggal selesai mendahului tanggal mulai. Perbaiki tanggalnya.',
    en: 'The last day comes before the first. Correct the dates.',
  },
  'absence-overlapping': {
    id: 'Masa tidak hadir {from} s.d. {to} bertumpang tindih dengan masa lain dari orang yang sama. Gabungkan atau perbaiki tanggalnya.',
    en: 'The absence from {from} to {to} overlaps another one of the same person. Join them or correct the dates.',
  },
  'substitute-unknown': {
    id: 'Pengganti "{substitute}" dari "{id}" tidak ada dalam daftar. Tambahkan atau perbaiki.',
    en: 'The substitute "{substitute}" of "{id}" is not in the list. Add or correct it.',
  },
  'substitute-is-self': {
    id: 'Orang ini tercantum sebagai penggantinya sendiri. Isi orang lain atau kosongkan.',
    en: 'This person is given as their own substitute. Give another person, or leave it empty.',
  },
  'ceiling-doubled': {
    id: 'Pagu untuk {line} tercantum lebih dari satu kali. Sisakan satu.',
    en: 'The ceiling for {line} is listed more than once. Keep one.',
  },
  'ceiling-below-use': {
    id: 'Pagu {line} sebesar Rp{ceiling} lebih kecil daripada yang sudah terpakai, Rp{used}. Isi paling sedikit sebesar itu.',
    en: 'The ceiling of {line}, Rp{ceiling}, is below what is in use, Rp{used}. Give at least as much.',
  },

  // Calendars
  'calendar-empty': {
    id: 'Berkas ini tidak memuat keputusan. Isi "holidays" atau "yearEnds" dengan paling sedikit satu.',
    en: 'This file has no decree. Put at least one into "holidays" or "yearEnds".',
  },
  'calendar-not-by-admin': {
    id: '"{person}" bukan administrator untuk seluruh Indonesia di daftar petugas. Isi nama pengenal administrator yang bertanggung jawab.',
    en: '"{person}" is no administrator for the whole country in the directory. Give the id of the administrator who answers for it.',
  },
  'decree-in-future': {
    id: 'Keputusan ini bertanggal {date}, yang belum tiba. Muat setelah ditetapkan.',
    en: 'This decree is dated {date}, which is still to come. Load it once it has been decreed.',
  },
  'decree-doubled': {
    id: 'Keputusan {number} tahun {year} tercantum lebih dari satu kali. Sisakan satu.',
    en: 'Decree {number} of {year} is listed more than once. Keep one.',
  },
  'decree-differs': {
    id: 'Keputusan {number} tahun {year} sudah berlaku dengan isi lain, dan yang sudah berlaku tidak diubah. Kembalikan isinya, lalu muat perbaikannya sebagai keputusan baru dengan nomornya sendiri.',
    en: 'Decree {number} of {year} is in force with another content, and what is in force is not changed. Put it back as it was, and load the correction as a new decree with a number of its own.',
  },
  'decree-empty': {
    id: 'Keputusan ini tidak menambah, menggeser, atau menghapus hari. Isi "add", "move", atau "cancel".',
    en: 'This decree adds, moves and cancels no day. Fill in "add", "move" or "cancel".',
  },
  'day-outside-year': {
    id: 'Tanggal {date} tidak berada dalam tahun {year}. Periksa tanggal, atau pindahkan ke keputusan untuk tahunnya.',
    en: 'The date {date} is not in {year}. Look at the date again, or put it into the decree of its year.',
  },
  'day-not-off': {
    id: 'Tanggal {date} bukan hari libur, sehingga tidak dapat digeser atau dihapus. Periksa tanggalnya.',
    en: 'The date {date} is no day off, so it cannot be moved or cancelled. Look at the date again.',
  },
  'day-already-off': {
    id: 'Tanggal {date} sudah hari libur. Hapus dari keputusan ini, atau periksa tanggalnya.',
    en: 'The date {date} is a day off already. Take it out of this decree, or look at the date again.',
  },
  'last-days-out-of-order': {
    id: 'Hari terakhir {paper} tidak boleh sebelum hari terakhir {before}. Periksa kedua tanggal.',
    en: 'The last day of the {paper} may not be before that of the {before}. Look at both dates.',
  },

  // Tables of people
  'table-too-large': {
    id: 'Berkas berukuran {bytes} byte, lebih dari batas {maximum} byte. Sisakan hanya daftar orang.',
    en: 'The file has {bytes} bytes, above the limit of {maximum} bytes. Keep the list of people only.',
  },
  'table-not-text': {
    id: 'Berkas ini bukan teks UTF-8. Simpan ulang sebagai "CSV UTF-8" atau .xlsx.',
    en: 'This file is not UTF-8 text. Save it again as "CSV UTF-8" or .xlsx.',
  },
  'table-old-excel': {
    id: 'Berkas ini berbentuk Excel lama (.xls). Simpan ulang sebagai .xlsx atau CSV.',
    en: 'This file is in the old form of Excel (.xls). Save it again as .xlsx or CSV.',
  },
  'table-unreadable': {
    id: 'Tabel tidak dapat dibaca ({detail}). Periksa tanda kutip, atau simpan ulang dari aplikasi tabel.',
    en: 'The table cannot be read ({detail}). Check its quotation marks, or save it again from the spreadsheet.',
  },
  'table-empty': {
    id: 'Tabel tidak berisi satu orang pun. Isi baris pertama dengan nama kolom, lalu satu baris untuk setiap orang.',
    en: 'There are no people in the table. Give the names of the columns in the first row, then a row for each person.',
  },
  'column-unknown': {
    id: 'Kolom "{column}" tidak dikenal. Yang dikenal: {known}.',
    en: 'The column "{column}" is unknown. Known are: {known}.',
  },
  'column-missing': {
    id: 'Kolom "{column}" tidak ada. Tambahkan kolom itu.',
    en: 'There is no column "{column}". Add it.',
  },
  'column-doubled': {
    id: 'Kolom "{column}" ada lebih dari satu. Sisakan satu.',
    en: 'The column "{column}" is there more than once. Keep one.',
  },
  'cell-without-column': {
    id: 'Baris ini memuat isian di luar kolom yang bernama. Hapus isian itu, atau beri tanda kutip pada isian yang memuat pemisah kolom.',
    en: 'This row has something beyond the named columns. Remove it, or put quotation marks around what holds the separator of columns.',
  },
  'cell-is-formula': {
    id: 'Isian ini diawali =, +, -, atau @ seperti rumus, sehingga tidak diterima. Tulis isinya sebagai teks biasa.',
    en: 'This begins with =, +, - or @ as formulas do, so it is not taken. Write it as plain text.',
  },
  'cell-role-without-area': {
    id: 'Jabatan "{role}" tidak menyebut wilayah. Tulis seperti verifier: 33.02, 33.03; mentor: 33, atau isi kolom wilayah.',
    en: 'The role "{role}" names no area. Write it like verifier: 33.02, 33.03; mentor: 33, or fill in the column of areas.',
  },
  'cell-absence-malformed': {
    id: '"{text}" bukan masa tidak hadir. Tulis seperti 2026-12-01..2026-12-14 atau 2026-12-01..2026-12-14 id.pengganti; pisahkan beberapa masa dengan titik koma.',
    en: '"{text}" is no absence. Write it like 2026-12-01..2026-12-14 or 2026-12-01..2026-12-14 id.of.substitute; put semicolons between several.',
  },

  // Delegating
  'reassignment-not-eligible': {
    id: 'Orang ini tidak, atau tidak lagi, boleh menjawab permintaan ini. Pilih orang lain.',
    en: 'This person may not, or may no longer, answer this request. Choose another person.',
  },
  'reassignment-too-often': {
    id: 'Permintaan ini sudah {times} kali diteruskan. Jawab sendiri, atau beri tahu administrator program.',
    en: 'This request has been delegated {times} times already. Answer it yourself, or tell the programme’s administrator.',
  },
} as const satisfies Record<string, Bilingual>;

/** A kind of problem. */
export type ProblemCode = keyof typeof texts;

/** The text of every kind of problem, with `{facts}` to be filled in. */
export const problemTexts: Record<ProblemCode, Bilingual> = texts;
