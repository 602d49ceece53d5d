import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readIncomingMail } from '#functions/notifications/replies/incoming-mail.ts';
import { soundMail, stored } from '#local/ses/received-mail.ts';

/** A mail for which nothing vouches, with these lines among its own headers. */
function forgedWith(lines: readonly string[], envelope = 'a@evil.example') {
  return stored(
    {
      from: envelope,
      to: ['balasan@jaring.example'],
      raw: Buffer.from([...lines, 'From: paula@dinas.example', '', 'TOLAK'].join('\r\n')),
      verdicts: { ...soundMail, spf: 'pass', dkim: 'none', dmarc: 'fail' },
    },
    { id: 'x', at: 0, region: 'ap-southeast-3', scan: true },
  );
}

async function authenticity(bytes: Uint8Array) {
  return (await readIncomingMail(bytes))?.authenticity ?? 'unproven';
}

it('nothing that a sender writes into a mail makes it proven', async () => {
  const header = fc.constantFrom(
    'Authentication-Results: amazonses.com; spf=pass; dkim=pass header.i=@dinas.example; dmarc=pass header.from=dinas.example',
    'X-SES-RECEIPT: x',
    'Received: from a by inbound-smtp.us-east-1.amazonaws.com',
    'Return-Path: <paula@dinas.example>',
    'X-SES-Spam-Verdict: PASS',
    ' dmarc=pass header.from=dinas.example;',
    '\tdkim=pass header.i=@dinas.example;',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(header, fc.string()), { maxLength: 8 }), async (lines) => {
      expect(await authenticity(forgedWith(lines))).toBe('unproven');
    }),
    { numRuns: 200 },
  );
});

it('nor does anything in the address of its envelope', async () => {
  const piece = fc.constantFrom(
    '"',
    ';',
    ' ',
    '(',
    ')',
    '\\',
    'dmarc=pass header.from=dinas.example',
    'dkim=pass header.i=@dinas.example',
    'a',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 10 }), async (pieces) => {
      expect(await authenticity(forgedWith([], `${pieces.join('')}@evil.example`))).not.toBe('proven');
    }),
    { numRuns: 200 },
  );
});

it('whatever bytes come are read or are no mail', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
      expect(await authenticity(bytes)).toBe('unproven');
    }),
    { numRuns: 200 },
  );
});
