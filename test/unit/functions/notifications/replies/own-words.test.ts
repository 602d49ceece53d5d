import { describe, expect, it } from 'vitest';
import { htmlAsText, ownWords } from '#functions/notifications/replies/own-words.ts';

function lines(...parts: string[]) {
  return parts.join('\r\n');
}

describe('what a person wrote themselves', () => {
  it.each([
    [
      'above a quotation',
      lines('TOLAK mahal', '', 'On Mon, 3 Aug 2020 at 09:00, Jaring <n@j.example> wrote:', '> SETUJU'),
    ],
    [
      'in Indonesian',
      lines(
        'TOLAK mahal',
        '',
        'Pada tanggal Sen, 3 Agt 2020 pukul 09.00 Jaring <n@j.example> menulis:',
        '> SETUJU',
      ),
    ],
    [
      'as older clients have it',
      lines('TOLAK mahal', 'Pada tgl 03/08/20 09.00, Jaring menulis:', '> SETUJU'),
    ],
    [
      'with the attribution on two lines',
      lines(
        'TOLAK mahal',
        'Pada Senin, 3 Agustus 2020 09.00 GMT+7,',
        'Jaring <n@j.example> menulis:',
        '> SETUJU',
      ),
    ],
    ['by name first', lines('TOLAK mahal', 'Jaring <n@j.example> menulis pada 3 Agustus 2020:', 'SETUJU')],
    ['where the quotation has no marks', lines('TOLAK mahal', 'On 3 Aug 2020, Jaring wrote:', '', 'SETUJU')],
    [
      'below a quotation',
      lines('Pada 3 Agustus 2020 Jaring menulis:', '> SETUJU atau TOLAK', '>', '', 'TOLAK mahal'),
    ],
    [
      'before Outlook’s header',
      lines(
        'TOLAK mahal',
        '',
        'Dari: Jaring <n@j.example>',
        'Dikirim: 3 Agustus 2020',
        'Kepada: p@d.example',
        'SETUJU',
      ),
    ],
    [
      'before an English header',
      lines('TOLAK mahal', '________________________________', 'From: Jaring', 'Sent: Monday', 'SETUJU'),
    ],
    ['before the original message', lines('TOLAK mahal', '-----Pesan Asli-----', 'SETUJU')],
    ['above a signature', lines('TOLAK mahal', '-- ', 'Paula, PPK', 'SETUJU')],
    [
      'on a telephone',
      lines(
        'TOLAK mahal',
        '',
        'Dikirim dari iPhone saya',
        '',
        'On 3 Aug 2020, Jaring <n@j.example> wrote:',
        '> SETUJU',
      ),
    ],
  ])('%s', (_, text) => {
    expect(ownWords(text)).toBe('TOLAK mahal');
  });

  it('is nothing where all is quoted', () => {
    expect(ownWords(lines('> SETUJU', '> TOLAK'))).toBe('');
    expect(ownWords('')).toBe('');
  });

  it('keeps a colon and a date of the person’s own', () => {
    const text = lines('TOLAK', 'Pada 3 Agustus 2020 kami berkunjung:', 'tempat usaha kosong.');
    expect(ownWords(text)).toBe('TOLAK\nPada 3 Agustus 2020 kami berkunjung:\ntempat usaha kosong.');
  });
});

describe('HTML alone', () => {
  it('is read as lines, without what is quoted', () => {
    const html =
      '<html><head><title>SETUJU</title><style>p{}</style></head><body><p>TOLAK&nbsp;mahal &amp; jauh</p><p>Salam</p><div class="gmail_quote"><div>Pada Sen, 3 Agt 2020 Jaring &lt;n@j.example&gt; menulis:<br></div><blockquote><p>SETUJU</p><blockquote>lagi</blockquote></blockquote></div></body></html>';
    expect(ownWords(htmlAsText(html))).toBe('TOLAK mahal & jauh\n\nSalam');
  });

  it('is read below the quotation too', () => {
    const html =
      '<div>On 3 Aug 2020, Jaring wrote:<br></div><blockquote type="cite">SETUJU</blockquote><p>TOLAK mahal</p>';
    expect(ownWords(htmlAsText(html))).toBe('TOLAK mahal');
  });

  it('runs no script and needs no end tag', () => {
    expect(htmlAsText('<script>SETUJU</script><p>TOLAK<br>mahal < semua &#8211; &#x41;&bogus;')).toBe(
      'TOLAK\nmahal < semua – A&bogus;',
    );
  });

  it('is read in a moment, however it was built', () => {
    const before = process.cpuUsage();
    for (const piece of ['<', '<div ', '<blockquote>', '&#', '<!--', 'On ', '(', 'Pada \n'])
      ownWords(htmlAsText(piece.repeat(200_000)));
    // Processor time: a busy machine does not add to it. What is quadratic takes hours of it.
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(20);
  });
});
